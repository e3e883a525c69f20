"""The log of a job: its events, and what the children said, in the order of time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field, JsonValue

from reelmill.model.records import AttemptRecord, Event
from reelmill.web.caller import TheCaller
from reelmill.web.gate import SECURITY, GuardedRoute
from reelmill.web.problems import responses
from reelmill.web.routes.jobs import JobId
from reelmill.web.site import Site, TheSite

router = APIRouter(route_class=GuardedRoute, dependencies=SECURITY, tags=["jobs"])

EVENTS_AT_ONCE, MOST_EVENTS = 1000, 10_000


class LogEntry(BaseModel):
    """One thing that happened."""

    at: datetime
    source: Annotated[Literal["event", "attempt"], Field(examples=["event"])]
    kind: Annotated[str, Field(examples=["job.completed"])]
    text: str
    sequence: int | None = None
    step: str | None = None
    attempt: int | None = None
    data: dict[str, JsonValue] = {}


class Log(BaseModel):
    """The newest part of a job's log."""

    job_id: str
    lines: list[str]
    entries: list[LogEntry]
    truncated: bool
    """Whether there is more before it."""


@router.get(
    "/jobs/{job_id}/logs",
    operation_id="getJobLogs",
    summary="The log of a job",
    response_model=Log,
    responses=responses(400, 404),
)
async def get_logs(
    job_id: JobId,
    site: TheSite,
    caller: TheCaller,
    lines: Annotated[int, Query(ge=1, le=10_000)] = 100,
) -> Log:
    """The newest `lines` of it, oldest first."""
    await site.jobs.job(job_id, caller.scope)
    entries = [_of_event(one) for one in await _events(site, job_id)]
    for attempt in await site.jobs.attempts(job_id):
        entries += _of_attempt(attempt)
    entries.sort(key=lambda entry: entry.at)
    shown = entries[-lines:]
    return Log(
        job_id=job_id,
        lines=[f"{one.at:%Y-%m-%dT%H:%M:%S.%fZ} {one.text}" for one in shown],
        entries=shown,
        truncated=len(shown) < len(entries),
    )


async def _events(site: Site, job_id: str) -> list[Event]:
    found: list[Event] = []
    while len(found) < MOST_EVENTS:
        after = found[-1].sequence if found else 0
        more = await site.jobs.events(job_id, after, EVENTS_AT_ONCE)
        found += more
        if len(more) < EVENTS_AT_ONCE:
            break
    return found


def _of_event(event: Event) -> LogEntry:
    said = _words(list(event.data.items()))
    return LogEntry(
        at=event.at,
        source="event",
        kind=event.kind,
        text=f"{event.kind} {said}".rstrip(),
        sequence=event.sequence,
        data=event.data,
    )


def _of_attempt(attempt: AttemptRecord) -> list[LogEntry]:
    at = attempt.ended_at or attempt.started_at
    head = f"{attempt.step}#{attempt.attempt}"
    lines = [*attempt.log]
    if attempt.failure is not None:
        lines.append(f"{attempt.failure.code}: {attempt.failure.message}")
    return [
        LogEntry(
            at=at,
            source="attempt",
            kind=f"attempt.{attempt.outcome}",
            text=f"{head} {line}",
            step=attempt.step,
            attempt=attempt.attempt,
        )
        for line in lines
    ]


def _words(pairs: Sequence[tuple[str, JsonValue]]) -> str:
    return " ".join(f"{name}={value}" for name, value in pairs if value is not None)
