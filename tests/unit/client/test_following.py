"""What the client does where streams are refused, broken or not let through."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import chain, repeat
from typing import Any

import httpx
import pytest

from reelmill.client import ApiError, BrokenStreamError, Client, Job, calls

LINES = ("pending", "processing", "completed")
JOBS: list[dict[str, Any]] = [{"job_id": "j", "status": status, "tasks": []} for status in LINES]
SSE = {"content-type": "text/event-stream"}
Answer = Callable[[httpx.Request], httpx.Response]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "FIRST_PAUSE_SECONDS", 0)


def event(number: int, kind: str = "status") -> bytes:
    data = json.dumps({"job_id": "j", "sequence": number})
    return f"event: {kind}\nid: {number}\ndata: {data}\n\n".encode()


class Cut(httpx.SyncByteStream):
    """Some bytes, then nothing more."""

    def __init__(self, *pieces: bytes) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        yield from self._pieces
        raise httpx.ReadError("cut")


def stream(*pieces: bytes) -> httpx.Response:
    return httpx.Response(200, headers=SSE, stream=Cut(*pieces))


def lost(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("nobody there", request=request)


def client_of(*answers: httpx.Response | Answer) -> tuple[Client, list[str | None]]:
    """One that is answered so on its streams, and where it went on each time."""
    given, jobs, places = (
        chain(answers, repeat(answers[-1])),
        chain(JOBS, repeat(JOBS[-1])),
        list[str | None](),
    )

    def answer(request: httpx.Request) -> httpx.Response:
        if not request.url.path.endswith("/events"):
            return httpx.Response(200, json=next(jobs))
        places.append(request.headers.get("last-event-id"))
        one = next(given)
        return one(request) if callable(one) else one

    return Client("http://x", "k", transport=httpx.MockTransport(answer)), places


def test_each_once_over_what_breaks() -> None:
    busy = httpx.Response(503, json={"code": "internal", "retryable": True})
    end = event(5, "completed")
    client, places = client_of(
        stream(event(1), event(2)[:-1]),
        lost,
        busy,
        stream(event(2), event(3)),
        stream(event(4), end),
    )
    assert [one.sequence for one in client.events("j")] == [1, 2, 3, 4, 5]
    assert places == [None, "1", "1", "1", "3"]


def test_it_begins_where_it_is_told_to() -> None:
    client, places = client_of(httpx.Response(204))
    assert [*client.events("j", after=7)] == []
    assert places == ["7"]


def test_what_never_comes_is_given_up() -> None:
    client, places = client_of(lost)
    with pytest.raises(BrokenStreamError):
        next(client.events("j"))
    assert len(places) == calls.MOST_TRIES
    refused = httpx.Response(404, json={"code": "not_found"})
    with pytest.raises(ApiError, match="not_found"):
        next(client_of(refused)[0].events("j"))


@pytest.mark.parametrize(
    "answer", [lost, httpx.Response(200, html="<p>a portal</p>"), httpx.Response(502)]
)
def test_who_waits_looks_where_streams_do_not_get_through(
    answer: httpx.Response | Answer,
) -> None:
    client, places = client_of(answer)
    seen: list[Job] = []
    job = client.wait("j", on_progress=seen.append, look_seconds=0)
    assert [one.status for one in (*seen, job)] == [*LINES, "completed"]
    assert len(places) <= 2


def test_progress_is_told_without_looking() -> None:
    task = {"name": "a", "percentage": 41.5, "fps": 9.0, "speed": 2.0, "eta_seconds": 1.0}
    told = {"job_id": "j", "sequence": 1, "status": "processing", "percentage": 41.5}
    data = json.dumps({**told, "tasks": [task]}).encode()
    job = {**JOBS[0], "tasks": [{"name": "a", "status": "running"}, {"name": "b"}]}
    jobs = iter([job, {**job, "status": "completed"}])

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/events"):
            return stream(b"event: progress\ndata: " + data + b"\n\n", event(2, "completed"))
        return httpx.Response(200, json=next(jobs))

    seen: list[Job] = []
    with Client("http://x", "k", transport=httpx.MockTransport(answer)) as client:
        client.wait("j", on_progress=seen.append)
    assert [(one.status, one.percent) for one in seen[:2]] == [
        ("pending", None),
        ("processing", 41),
    ]
    assert seen[1].tasks[0] == {
        "name": "a",
        "status": "running",
        "progress_percent": 41,
        "fps": 9.0,
        "speed": 2.0,
        "eta_seconds": 1.0,
    }
