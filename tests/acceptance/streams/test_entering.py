"""Who may follow what, and how much of it."""

from __future__ import annotations

import json
import time
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest

from tests.acceptance.command import wait_for
from tests.acceptance.running import CHEAP, KEY, Installation
from tests.acceptance.streams.clients import Closed, Talk, listening, numbers, talking
from tests.acceptance.streams.conftest import installed
from tests.media.clips import clip_file

pytestmark = pytest.mark.xdist_group("entering")  # one service for all

ADMIN = {"X-API-Key": KEY}
TOKEN_SECONDS = 2


@pytest.fixture(scope="module")
def waiting(tmp_path_factory: pytest.TempPathFactory) -> Generator[Installation]:
    """A service without a worker: what is queued stays so."""
    made = installed(
        tmp_path_factory.mktemp("entering") / "data",
        REELMILL_STREAM_TOKEN_SECONDS=str(TOKEN_SECONDS),
        REELMILL_STREAMS_PER_KEY="3",
    )
    made.serve("--no-worker")
    yield made
    made.end()


def submit(house: Installation) -> str:
    return house.submit(clip_file("plain"), settings=CHEAP)


def key(house: Installation, name: str) -> dict[str, str]:
    answer = house.ask("POST", "/admin/api-keys", json={"name": name})
    assert answer.status_code == 201, answer.text
    return {"X-API-Key": answer.json()["api_key"]}


def socket_base(house: Installation) -> str:
    return f"ws{house.url.removeprefix('http')}/api/v1/ws"


def refused(url: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
    """The code of the close, and the one of the error before it."""
    with talking(url, headers) as talk:
        said = talk.hear()
        assert said["type"] == "error"
        with pytest.raises(Closed) as closed:
            talk.hear()
    return closed.value.code, said["error_code"]


def test_who_is_refused(waiting: Installation) -> None:
    job_id = submit(waiting)
    stranger = key(waiting, "stranger")
    events, socket = f"{waiting.url}/api/v1/jobs/{job_id}/events", socket_base(waiting)
    assert httpx.get(events).status_code == 401
    assert httpx.get(events, params={"token": KEY}).status_code == 401
    assert httpx.get(events, headers=stranger).status_code == 404
    assert httpx.get(events, headers={**ADMIN, "Last-Event-ID": "x"}).status_code == 400
    assert httpx.get(f"{waiting.url}/api/v1/events?cursor=_", headers=ADMIN).status_code == 400
    assert refused(f"{socket}/jobs/{job_id}") == (4401, "unauthorized")
    assert refused(f"{socket}/jobs/{job_id}?token=x") == (4401, "unauthorized")
    assert refused(f"{socket}/jobs/{job_id}", stranger) == (4404, "not_found")
    assert refused(f"{socket}/jobs/none", ADMIN) == (4404, "not_found")
    assert refused(f"{socket}/jobs/{job_id}?last_sequence=-1", ADMIN) == (1008, "invalid_request")
    assert refused(f"{socket}/events?cursor=-", ADMIN) == (1008, "invalid_request")
    made = httpx.post(f"{waiting.url}/api/v1/jobs/{job_id}/stream-token", headers=stranger)
    assert made.status_code == 404


def test_a_token_opens_one_job_for_a_while(waiting: Installation) -> None:
    job_id, other = submit(waiting), submit(waiting)
    made = waiting.ask("POST", f"/jobs/{job_id}/stream-token").json()
    assert made["expires_in_seconds"] == TOKEN_SECONDS
    with listening(made["events_url"], {}) as lines:
        stream = iter(lines)
        assert next(stream).data["job_id"] == job_id
        with talking(made["websocket_url"]) as talk:
            assert talk.hear()["type"] == "connected"
            wrong = made["events_url"].replace(job_id, other)
            assert httpx.get(wrong).status_code == 401
            everything = f"{waiting.url}/api/v1/events"
            assert httpx.get(everything, params={"token": made["token"]}).status_code == 401
            assert refused(f"{socket_base(waiting)}/jobs/{other}?token={made['token']}")[0] == 4401
            time.sleep(max(0.0, made["expires_at"] - time.time()) + 0.01)
            assert httpx.get(made["events_url"]).status_code == 401
            assert refused(made["websocket_url"])[0] == 4401
            # What was open stays.
            waiting.ask("DELETE", f"/jobs/{job_id}")
            assert [*talk][-1]["status"] == "cancelled"
        assert [*stream][-1].name == "cancelled"
    for secret in (made["token"], KEY):
        assert secret not in waiting.said()
    assert "/ws/jobs/" in waiting.said()


def test_a_key_that_is_revoked_opens_nothing_by_its_tokens(waiting: Installation) -> None:
    headers = key(waiting, "gone")
    made = httpx.post(f"{waiting.url}/api/v1/stream-token", headers=headers).json()
    key_id = headers["X-API-Key"].split("_")[1]
    assert waiting.ask("DELETE", f"/admin/api-keys/{key_id}").status_code == 200
    assert httpx.get(made["events_url"]).status_code == 401


def test_so_many_at_a_time(waiting: Installation) -> None:
    headers = key(waiting, "many")
    url = f"{socket_base(waiting)}/events"
    talks = [Talk(url, headers) for _ in range(3)]
    for talk in talks:
        assert talk.hear()["type"] == "connected"
    assert refused(url, headers) == (1008, "rate_limited")
    events = f"{waiting.url}/api/v1/events"
    assert httpx.get(events, headers=headers).status_code == 429
    for talk in talks:
        talk.cut()

    def free() -> bool:
        with talking(url, headers) as talk:
            return talk.hear()["type"] == "connected"

    wait_for(free, "a free seat")


def test_so_many_at_once(tmp_path: Path) -> None:
    house = installed(tmp_path / "data")
    house.serve("--no-worker", REELMILL_SOCKETS_PER_MINUTE="10", REELMILL_SOCKETS_BURST="2")
    try:
        url = f"{socket_base(house)}/events"
        for _ in range(2):
            with talking(url, ADMIN) as talk:
                assert talk.hear()["type"] == "connected"
        assert refused(url, ADMIN) == (1008, "rate_limited")
    finally:
        house.end()


def test_heartbeats_and_what_a_client_may_say(waiting: Installation) -> None:
    job_id = submit(waiting)
    with talking(f"{socket_base(waiting)}/jobs/{job_id}", ADMIN) as talk:
        said = [talk.hear()["type"]]
        while said.count("heartbeat") < 2:
            said.append(talk.hear()["type"])
        assert said[:2] == ["connected", "status"]
        assert said[-3:] == ["progress", "heartbeat", "heartbeat"]
        talk.say(json.dumps({"type": "ping", "more": "x" * 5000}))
        assert talk.closed().code == 1009
    with talking(f"{socket_base(waiting)}/jobs/{job_id}", ADMIN) as talk:
        for _ in range(60):
            talk.say("ping")
        assert talk.closed().code == 1008


def test_a_job_that_is_removed(waiting: Installation) -> None:
    job_id = submit(waiting)
    waiting.ask("DELETE", f"/jobs/{job_id}")
    waiting.ask("POST", f"/jobs/{job_id}/retry")
    with listening(f"{waiting.url}/api/v1/jobs/{job_id}/events", ADMIN) as lines:
        stream = iter(lines)
        assert numbers([next(stream) for _ in range(2)]) == [1, 2]
        waiting.ask("DELETE", f"/jobs/{job_id}")
        waiting.ask("DELETE", f"/jobs/{job_id}", params={"purge": True})
        # Whether its end is still seen is a matter of moments.
        assert [*stream][-1].name in ("cancelled", "removed")
    assert waiting.ask("GET", f"/jobs/{job_id}/events").status_code == 404
