"""A receiver of webhooks: a real server that answers as told and keeps what came."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any

from standardwebhooks.webhooks import Webhook

from tests.acceptance.running import Installation
from tests.contract.fetcher.peer import Handler, Peer

WAIT_SECONDS = 40.0


@dataclass(frozen=True)
class Message:
    """One request that came."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def said(self) -> dict[str, Any]:
        return json.loads(self.body)

    @property
    def type(self) -> str:
        return self.said["type"]

    def verified(self, secret: str) -> dict[str, Any]:
        """What it says, as the scheme's own package takes it."""
        return Webhook(secret).verify(self.body, self.headers)


def receiver_settings(other: Peer, timeout: str = "1") -> dict[str, str]:
    """A service that may ask this server, and is soon done with its schedule."""
    return {
        "REELMILL_FETCH__PORTS": f"[{other.port}]",
        "REELMILL_FETCH__NETWORKS": '["127.0.0.1/32"]',
        "REELMILL_WEBHOOKS__RETRY_SECONDS": "[0.2, 0.2]",
        "REELMILL_WEBHOOKS__TIMEOUT_SECONDS": timeout,
    }


def answering(other: Peer, path: str, *answers: int | Callable[[Handler], None]) -> str:
    """A URL that answers so, one after the other; the last one for ever."""
    given = chain(answers, repeat(answers[-1]))

    def answer(handler: Handler) -> None:
        one = next(given)
        if callable(one):
            one(handler)
        else:
            handler.say(one, f"{one} it is".encode())

    other.answers[path] = answer
    return other.url(path)


def hang(handler: Handler) -> None:
    handler.peer.closing.wait(30)


def messages(other: Peer, path: str) -> list[Message]:
    return [Message(headers, body) for to, headers, body in [*other.posted] if to == path]


def arrived(other: Peer, path: str, count: int) -> list[Message]:
    """Wait for so many."""
    ends = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < ends:
        found = messages(other, path)
        if len(found) >= count:
            return found
        time.sleep(0.05)
    raise AssertionError(f"not {count}: {messages(other, path)}")


def deliveries(place: Installation, **query: str) -> list[dict[str, Any]]:
    """What the log of deliveries says, newest first."""
    answer = place.ask("GET", "/webhooks/deliveries", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["deliveries"]


def settled(
    place: Installation, delivery_id: str, wanted: Sequence[str] = ("delivered", "failed")
) -> dict[str, Any]:
    """Wait until a delivery is at its end."""
    ends = time.monotonic() + WAIT_SECONDS
    while True:
        one = place.ask("GET", f"/webhooks/deliveries/{delivery_id}").json()
        if one["status"] in wanted:
            return one
        assert time.monotonic() < ends, one
        time.sleep(0.05)


def endpoint(place: Installation, url: str, **fields: Any) -> dict[str, Any]:
    """A new endpoint, with its secret."""
    answer = place.ask("POST", "/webhooks/endpoints", json={"url": url, **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


def sent_test(place: Installation, endpoint_id: str) -> str:
    """Send a test; the id of the delivery."""
    answer = place.ask("POST", f"/webhooks/endpoints/{endpoint_id}/test")
    assert answer.status_code == 202, answer.text
    return answer.json()["delivery_id"]
