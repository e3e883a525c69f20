"""Killed between an event and its receiver: told at least once, under one id, written once."""

from __future__ import annotations

import signal
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.acceptance.receiving import (
    answering,
    arrived,
    deliveries,
    hang,
    messages,
    receiver_settings,
    settled,
)
from tests.contract.fetcher.peer import Peer, peer
from tests.faults.house import House
from tests.media.clips import clip_file


@pytest.fixture
def other() -> Generator[Peer]:
    with peer() as made:
        yield made


@pytest.fixture
def house(tmp_path: Path, other: Peer) -> Generator[House]:
    made = House(tmp_path / "data", roots=Path("/"), **receiver_settings(other, timeout="60"))
    yield made
    made.end()


@pytest.mark.parametrize(
    ("strike", "seen"),
    [("after:accept", 1), ("before:post", 1), ("after:post", 2)],
)
def test_killed_before_it_is_told(house: House, other: Peer, strike: str, seen: int) -> None:
    url = answering(other, "/hook", 200)
    dying = house.serve("--no-worker", strike=strike)
    body = {"file_path": str(clip_file("plain")), "webhook_url": url, "webhook_events": ["queued"]}
    headers = {"Idempotency-Key": "one and the same"}
    with suppress(httpx.TransportError):  # it may die before it has answered
        house.ask("POST", "/jobs/filesystem", json=body, headers=headers)
    assert dying.process.wait(30) == -signal.SIGKILL, dying.lines
    house.serve("--no-worker")
    answer = house.ask("POST", "/jobs/filesystem", json=body, headers=headers)
    arrived(other, "/hook", seen)
    (one,) = deliveries(house, job_id=answer.json()["job_id"])
    done = settled(house, one["delivery_id"], ("delivered",))
    assert done["status"] == "delivered"
    assert [came.id for came in messages(other, "/hook")] == [one["delivery_id"]] * seen
    secret = house.ask("GET", "/webhooks/secret").json()["secret"]
    for came in messages(other, "/hook"):
        assert came.verified(secret)["type"] == "job.queued"


def test_stopped_while_a_receiver_hangs(house: House, other: Peer) -> None:
    """It does not keep the service from its end, and is asked again by the next one."""
    url = answering(other, "/hook", hang, 200)
    running = house.serve("--no-worker")
    job = house.submit(clip_file("plain"), webhook_url=url, webhook_events=["queued"])
    arrived(other, "/hook", 1)
    assert running.stop() < 10
    house.serve("--no-worker")
    (one,) = deliveries(house, job_id=job)
    done = settled(house, one["delivery_id"])
    assert (done["status"], done["attempt_count"]) == ("delivered", 2)
