"""A job, followed as it runs, by clients of another make, over real sockets."""

from __future__ import annotations

import random
from collections.abc import Mapping
from contextlib import suppress
from itertools import islice, pairwise
from typing import Any

import httpx
import pytest

from tests.acceptance.running import CHEAP, KEY, Installation
from tests.acceptance.streams.clients import Closed, Told, listening, numbers, talking
from tests.media.clips import clip_file

pytestmark = pytest.mark.xdist_group("following")  # one service for all

ADMIN = {"X-API-Key": KEY}


def submit(house: Installation, clip: str = "plain") -> str:
    return house.submit(clip_file(clip), settings=CHEAP)


def events_url(house: Installation, job_id: str) -> str:
    return f"{house.url}/api/v1/jobs/{job_id}/events"


def socket_url(house: Installation, job_id: str, query: str = "") -> str:
    return f"ws{house.url.removeprefix('http')}/api/v1/ws/jobs/{job_id}{query}"


@pytest.fixture(scope="module")
def done(house: Installation) -> str:
    """A job that is at its end."""
    job_id = submit(house)
    house.ended(job_id)
    return job_id


def logged(house: Installation, job_id: str) -> list[tuple[int, str]]:
    lines = [one for one in house.log(job_id) if one["sequence"] is not None]
    return sorted((one["sequence"], one["kind"]) for one in lines)


def of_socket(message: Mapping[str, Any]) -> bool:
    return message["type"] not in ("connected", "progress", "heartbeat", "pong")


def test_a_job_is_followed_to_its_end(house: Installation) -> None:
    job_id = submit(house, "plain_720p")
    with listening(events_url(house, job_id), ADMIN) as lines:
        told = list(lines)
    headers = lines.answer.headers
    assert headers["content-type"] == "text/event-stream"
    assert "no-cache" in headers["cache-control"]
    assert headers["x-accel-buffering"] == "no"
    assert lines.retry is not None
    wanted = logged(house, job_id)
    assert [(one.data["sequence"], one.data["event"]) for one in told if one.id] == wanted
    assert [one.id for one in told if one.id] == [str(number) for number, _ in wanted]
    snapshots = [one for one in told if one.name == "progress"]
    assert snapshots
    for one in snapshots:
        assert one.id is None
        assert {"percentage", "stage", "fps", "eta_seconds", "quality"} <= one.data.keys()
    known = [one.data["percentage"] for one in snapshots if one.data["percentage"] is not None]
    assert known == sorted(known)
    last = told[-1]
    assert (last.name, last.data["status"], last.data["percentage"]) == (
        *("completed", "completed"),
        100.0,
    )


def test_the_same_by_websocket(house: Installation) -> None:
    job_id = submit(house, "plain_720p")
    with talking(socket_url(house, job_id), ADMIN) as talk:
        talk.say('{"type": "ping"}')
        talk.say("not JSON")
        said = list(talk)
    assert said[0]["type"] == "connected"
    assert all("sequence" in one and "timestamp" in one for one in said)
    assert [one["type"] for one in said].count("pong") == 1
    own = [one for one in said if of_socket(one)]
    assert [(one["sequence"], one["event"]) for one in own] == logged(house, job_id)
    assert all(a["sequence"] <= b["sequence"] for a, b in pairwise(said) if b["type"] != "pong")
    snapshots = [one for one in said if one["type"] == "progress"]
    assert snapshots
    assert {"percentage", "stage", "estimated_time_remaining"} <= snapshots[0].keys()
    assert (said[-1]["type"], said[-1]["status"]) == ("status", "completed")


def test_a_failure_is_told(house: Installation) -> None:
    job_id = submit(house)
    assert house.ask("DELETE", f"/jobs/{job_id}").status_code == 200
    with listening(events_url(house, job_id), ADMIN) as lines:
        assert list(lines)[-1].name == "cancelled"
    # An end that was followed by a retry is history.
    assert house.ask("POST", f"/jobs/{job_id}/retry").status_code == 202
    with listening(events_url(house, job_id), ADMIN) as lines:
        told = list(lines)
    names = [one.name for one in told]
    assert (names[-1], names.count("completed"), "cancelled" in names) == ("completed", 1, False)
    assert numbers(told) == [number for number, _ in logged(house, job_id)]


def test_resumed_behind_every_event(house: Installation, done: str) -> None:
    wanted = [number for number, _ in logged(house, done)]
    for after in range(len(wanted)):
        with listening(events_url(house, done), ADMIN, str(after) if after else "") as lines:
            assert numbers(lines) == wanted[after:]
        with talking(socket_url(house, done, f"?last_sequence={after}"), ADMIN) as talk:
            assert [one["sequence"] for one in talk if of_socket(one)] == wanted[after:]
    behind = {**ADMIN, "Last-Event-ID": str(wanted[-1])}
    assert httpx.get(events_url(house, done), headers=behind).status_code == 204
    with talking(socket_url(house, done, f"?last_sequence={wanted[-1]}"), ADMIN) as talk:
        assert [one["type"] for one in talk] == ["connected"]


@pytest.mark.parametrize("seed", range(2))
def test_cut_at_random_and_resumed(house: Installation, seed: int) -> None:
    dice = random.Random(seed)
    job_id = submit(house, "plain_720p")
    heard: list[Told] = []
    last_id = ""
    while not heard or heard[-1].name != "completed":
        with listening(events_url(house, job_id), ADMIN, last_id) as lines:
            heard += islice(lines, dice.randrange(1, 5))
            last_id = lines.last_id or last_id
    assert numbers(heard) == [number for number, _ in logged(house, job_id)]

    said: list[dict[str, Any]] = []
    sequence = 0
    while not said or said[-1].get("event") != "job.completed":
        with talking(socket_url(house, job_id, f"?last_sequence={sequence}"), ADMIN) as talk:
            said += islice(talk, dice.randrange(1, 5))
            sequence = said[-1]["sequence"]
    assert [one["sequence"] for one in said if of_socket(one)] == numbers(heard)


def test_killed_between_and_in_another_process(own: Installation) -> None:
    """What a worker of its own does is told through the store, and by the next process."""
    first = own.serve("--no-worker")
    job_id = submit(own, "plain_720p")
    heard: list[Told] = []
    said: list[dict[str, Any]] = []
    with (
        talking(socket_url(own, job_id), ADMIN) as talk,
        listening(events_url(own, job_id), ADMIN) as lines,
    ):
        said.append(talk.hear())
        stream = iter(lines)
        own.worker()
        with suppress(httpx.TransportError):
            for one in stream:
                heard.append(one)
                if one.data.get("event") == "job.processing":
                    first.kill()
        with suppress(Closed, ConnectionError):
            while True:
                said.append(talk.hear())
    assert any(one.data.get("event") == "job.processing" for one in heard)
    own.serve("--no-worker")
    with listening(events_url(own, job_id), ADMIN, lines.last_id) as lines:
        heard += lines
    last = max(one["sequence"] for one in said)
    with talking(socket_url(own, job_id, f"?last_sequence={last}"), ADMIN) as talk:
        said += talk
    wanted = [number for number, _ in logged(own, job_id)]
    assert numbers(heard) == wanted
    assert [one["sequence"] for one in said if of_socket(one)] == wanted
    assert heard[-1].name == "completed"


def test_a_stop_ends_streams_at_once(own: Installation) -> None:
    running = own.serve("--no-worker")
    job_id = submit(own)
    with talking(socket_url(own, job_id), ADMIN) as talk:
        with listening(events_url(own, job_id), ADMIN) as lines:
            stream = iter(lines)
            assert next(stream).data["event"] == "job.queued"
            assert running.stop() < 5
            list(stream)  # it ends as a stream should, not as a broken connection
        assert talk.closed().code == 1012
