"""Following jobs by server-sent events, and the tokens that open a stream without a header."""

import time
from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import BaseModel, Field

from reelmill.jobs.follow import Follower
from reelmill.model.jobs import FINAL
from reelmill.web.accepting import links_for
from reelmill.web.caller import Caller, TheCaller
from reelmill.web.fields import FieldProblem, InvalidFieldsError
from reelmill.web.gate import SECURITY, GuardedRoute
from reelmill.web.problems import responses
from reelmill.web.routes.jobs import JobId
from reelmill.web.site import Site, TheSite
from reelmill.web.streams.cursor import Cursor, parse
from reelmill.web.streams.entering import StreamRoute, number_of, standing_of
from reelmill.web.streams.following import follow_all, follow_job
from reelmill.web.streams.seats import Seats
from reelmill.web.streams.sse import EventStream
from reelmill.web.streams.tokens import ALL_JOBS, token

EXAMPLE = """retry: 2000

event: status
id: 2
data: {"job_id":"550e8400-e29b-41d4-a716-446655440000","sequence":2,"event":"job.started",\
"at":"2026-11-21T10:00:00Z","worker":"worker-1","status":"validating"}

event: progress
data: {"job_id":"550e8400-e29b-41d4-a716-446655440000","sequence":2,"status":"processing",\
"percentage":41.5,"stage":"transcode_720p","fps":212.0,"eta_seconds":12.4,"quality":null,\
"tasks":[{"name":"transcode_720p","percentage":41.5,"fps":212.0,"speed":7.1,"eta_seconds":12.4}]}

: heartbeat

event: completed
id: 9
data: {"job_id":"550e8400-e29b-41d4-a716-446655440000","sequence":9,"event":"job.completed",\
"at":"2026-11-21T10:01:00Z","status":"completed","percentage":100.0,"stage":"completed",\
"fps":null,"eta_seconds":null,"quality":{"mp4_720p":{"psnr":44.1,"ssim":0.991}},"tasks":[]}
"""
STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "events, until the end",
        "content": {"text/event-stream": {"schema": {"type": "string"}, "example": EXAMPLE}},
    },
}
OVER: dict[int | str, dict[str, Any]] = {
    204: {"description": "nothing will follow; browsers do not come back after it"}
}
LastId = Annotated[
    str | None,
    Header(alias="Last-Event-ID", description="the newest `id` that was received"),
]
Token = Annotated[
    str | None,
    Query(description="a stream token, where no header can be sent; never an API key"),
]

keyed = APIRouter(route_class=GuardedRoute, dependencies=SECURITY, tags=["streams"])
streams = APIRouter(route_class=StreamRoute, dependencies=SECURITY, tags=["streams"])


class StreamToken(BaseModel):
    """What opens a stream without a header."""

    token: str
    """For the query of the URLs below."""
    expires_at: Annotated[int, Field(examples=[1795254000])]
    """Seconds since 1970. A stream that is open by then stays."""
    expires_in_seconds: int
    events_url: str
    """For an EventSource."""
    websocket_url: str


@keyed.post(
    "/jobs/{job_id}/stream-token",
    operation_id="createStreamToken",
    summary="A token for the streams of a job",
    response_model=StreamToken,
    responses=responses(404),
)
async def create_token(
    request: Request, job_id: JobId, site: TheSite, caller: TheCaller
) -> StreamToken:
    """For browsers, which send no headers with an EventSource or a WebSocket."""
    await standing_of(site, job_id, caller)
    below = (f"/jobs/{job_id}/events", f"/ws/jobs/{job_id}")
    return _token(site, request, caller, job_id, *below)


@keyed.post(
    "/stream-token",
    operation_id="createDashboardToken",
    summary="A token for the streams of all jobs",
    response_model=StreamToken,
    responses=responses(),
)
async def create_token_for_all(request: Request, site: TheSite, caller: TheCaller) -> StreamToken:
    """Those that the key sees."""
    return _token(site, request, caller, ALL_JOBS, "/events", "/ws/events")


def _token(
    site: Site, request: Request, caller: Caller, opens: str, events: str, socket: str
) -> StreamToken:
    lasts = site.config.stream_token_seconds
    expires_at = int(time.time()) + lasts
    made = token(site.config.signing_secret, caller.key.key_id, opens, expires_at)
    base = f"{links_for(site, request).base}/api/v1"
    return StreamToken(
        token=made,
        expires_at=expires_at,
        expires_in_seconds=lasts,
        events_url=f"{base}{events}?token={made}",
        websocket_url=f"ws{base.removeprefix('http')}{socket}?token={made}",
    )


@streams.get(
    "/jobs/{job_id}/events",
    operation_id="followJob",
    summary="Follow a job to its end (server-sent events)",
    response_class=Response,
    responses={**responses(400, 404), **STREAM, **OVER},
)
async def follow(
    request: Request,
    job_id: JobId,
    site: TheSite,
    caller: TheCaller,
    last_event_id: LastId = None,
    token: Token = None,  # noqa: ARG001 - the gate reads it; here it is for the description
) -> Response:
    """What has happened, then what happens: `status`, `task`, `step` and `artifact` events.

    Each has an `id`. Between them `progress`, a snapshot, at most twice a second and never
    replayed. The last event is `completed`, `failed` or `cancelled`.
    """
    standing = await standing_of(site, job_id, caller)
    after = number_of(last_event_id, _no_number)
    if standing.status in FINAL and after >= standing.sequence:
        return Response(status_code=204)
    follower, seats = _open(request, caller)
    told = follow_job(follower, job_id, after, site.config.heartbeat_seconds)
    return EventStream(told, seats, caller.key.key_id)


@streams.get(
    "/events",
    operation_id="followJobs",
    summary="Follow all jobs of the key (server-sent events)",
    response_class=Response,
    responses={**responses(400), **STREAM},
)
async def follow_jobs(
    request: Request,
    site: TheSite,
    caller: TheCaller,
    cursor: Annotated[str | None, Query(description="as Last-Event-ID, which counts")] = None,
    last_event_id: LastId = None,
    token: Token = None,  # noqa: ARG001 - the gate reads it; here it is for the description
) -> Response:
    """The jobs that are not at their end, from their beginning, and all that are made later.

    An `id` holds a place in the log of each job. An admin follows everybody's jobs.
    """
    given = last_event_id or cursor
    place = parse(given) if given else Cursor()
    follower, seats = _open(request, caller)
    told = follow_all(follower, caller.scope, place, site.config.heartbeat_seconds)
    return EventStream(told, seats, caller.key.key_id)


def _open(request: Request, caller: Caller) -> tuple[Follower, Seats]:
    seats: Seats = request.app.state.seats
    seats.check(caller.key.key_id)
    return request.app.state.follower, seats


def _no_number() -> InvalidFieldsError:
    message = "the id of an event of this job"
    return InvalidFieldsError(
        [FieldProblem(pointer="/Last-Event-ID", message=message, place="header")]
    )


router = APIRouter()
router.include_router(keyed)
router.include_router(streams)
