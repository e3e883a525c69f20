"""Following jobs: their events, each once and in order, over connections that break."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from reelmill.client import calls
from reelmill.client.effects import Ask, Call, Pause, Tell, read
from reelmill.client.errors import ApiError, BrokenStreamError
from reelmill.client.job import FINAL, Job
from reelmill.client.sse import Block, Reader

MEDIA_TYPE = "text/event-stream"
OVER = 204
WAIT_TRIES = 2
"""Who waits for a job looks for himself after so many streams that told nothing."""


@dataclass(frozen=True)
class Event:
    """One thing that is told of a job (docs/api.md, "Following a job").

    Attributes:
        kind: `status`, `task`, `step`, `artifact`; `progress`; at the end `completed`, `failed`,
            `cancelled` or `removed`.
        place: what to come back with to hear only what follows; None: this is no line of the log.
        data: all that was said.
    """

    kind: str
    place: str | None
    data: Mapping[str, Any] = field(repr=False)

    @property
    def job_id(self) -> str:
        """Whose event it is."""
        return str(self.data["job_id"])

    @property
    def sequence(self) -> int:
        """Its number in the job's log; of the last event before it, where it has none."""
        return int(self.data["sequence"])

    @property
    def final(self) -> bool:
        """Whether nothing follows it."""
        return self.kind in FINAL or self.kind == "removed"


Each = Callable[[Sequence[Event]], Call[bool]]
"""What is done with events that came together; whether that was all."""


def job_events(job_id: str, after: int) -> Call[None]:
    """Tells the events of a job behind a number, and its progress, to its end."""
    place = str(after) if after else ""
    return follow(f"/jobs/{job_id}/events", place, _tell_to_the_end, calls.MOST_TRIES)


def all_events(after: str) -> Call[None]:
    """Tells those of all jobs of the key, and of the jobs that are made later, without an end."""
    return follow("/events", after, _tell, calls.MOST_TRIES)


def _tell(events: Sequence[Event]) -> Call[bool]:
    for one in events:
        yield Tell(one)
    return False


def _tell_to_the_end(events: Sequence[Event]) -> Call[bool]:
    yield from _tell(events)
    return events[-1].final


def follow(path: str, place: str, each: Each, most_tries: int) -> Call[None]:
    """Hear a stream out, over as many connections as it takes.

    Args:
        path: of the stream.
        place: where to begin: behind the event of this id.
        each: hears events as they come.
        most_tries: connections in a row on which nothing came.

    Raises:
        ApiError: the stream is refused.
        BrokenStreamError: what came was no stream, or nothing at all.
    """
    tries = 0
    while tries < most_tries:
        tries += 1
        try:
            answer = yield _ask(path, place)
        except httpx.TransportError:
            yield calls.pause(tries)
            continue
        if answer.status_code == OVER:
            return
        if answer.is_error:
            refused = ApiError(answer)
            if not refused.retryable:
                raise refused
            yield calls.pause(tries, refused)
            continue
        if not answer.headers.get("content-type", "").startswith(MEDIA_TYPE):
            raise BrokenStreamError("what answers is no event stream")
        reader = Reader()
        while data := (yield from _read_what_comes()):
            tries = 0
            events = [_event(one) for one in reader.feed(data)]
            place = next((one.place for one in reversed(events) if one.place), place)
            if events and (yield from each(events)):
                return
        yield calls.pause(tries or 1)
    raise BrokenStreamError("the stream broke off again and again")


def wait(job_id: str, on_progress: Callable[[Job], object], look_seconds: float) -> Call[Job]:
    """The job, when it is at its end. By its stream; where there is none, by looking.

    Args:
        job_id: which.
        on_progress: hears how far it is.
        look_seconds: between two looks, where streams do not come through.
    """
    job = yield from calls.job(job_id)
    on_progress(job)

    def look(events: Sequence[Event]) -> Call[bool]:
        nonlocal job
        if any(one.place for one in events) or events[-1].final:
            job = yield from calls.job(job_id)
        for one in events:
            if one.kind == "progress" and not job.final:
                job = job.at(one.data)
        on_progress(job)
        return job.final

    streams = True
    while not job.final:
        if streams:
            try:
                yield from follow(f"/jobs/{job_id}/events", "", look, WAIT_TRIES)
            except BrokenStreamError:
                streams = False
        else:
            yield Pause(look_seconds)
            job = yield from calls.job(job_id)
            on_progress(job)
    return job


def _ask(path: str, place: str) -> Ask:
    headers = {"Accept": MEDIA_TYPE, "Cache-Control": "no-store"}
    if place:
        headers["Last-Event-ID"] = place
    return Ask("GET", path, headers, streamed=True)


def _read_what_comes() -> Call[bytes]:
    """A line that is cut is at its end."""
    try:
        return (yield from read())
    except httpx.TransportError:
        return b""


def _event(block: Block) -> Event:
    return Event(block.name, block.id, json.loads(block.data))
