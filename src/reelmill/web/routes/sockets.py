"""Following jobs by WebSocket. Whoever is refused is told why, and by the code of the close."""

from fastapi import APIRouter, WebSocket

from reelmill.jobs.follow import Follower
from reelmill.model.errors import InvalidRequestError, ReelmillError
from reelmill.web import problems
from reelmill.web.caller import Caller
from reelmill.web.gate import enter
from reelmill.web.routes.jobs import checked_id
from reelmill.web.site import Site
from reelmill.web.streams.cursor import Cursor, parse
from reelmill.web.streams.entering import identify, number_of, standing_of
from reelmill.web.streams.following import follow_all, follow_job
from reelmill.web.streams.seats import Seats
from reelmill.web.streams.socket import Socket

router = APIRouter()


@router.websocket("/ws/jobs/{job_id}")
async def follow_socket(websocket: WebSocket, job_id: str) -> None:
    """A job, to its end: `?token&last_sequence`."""
    await websocket.accept()
    socket, site = Socket(websocket), _site(websocket)
    try:
        caller = await _enter(site, websocket, "followJobSocket")
        standing = await standing_of(site, await checked_id(job_id), caller)
        given = websocket.query_params.get("last_sequence")
        after = min(number_of(given, _no_number), standing.sequence)
    except (ReelmillError, OSError) as error:
        await _refuse(socket, error)
        return
    hello = {
        "sequence": after,
        "job_id": job_id,
        "status": standing.status,
        "newest_sequence": standing.sequence,
    }
    follower = _follower(websocket)
    told = follow_job(follower, job_id, after, site.config.heartbeat_seconds)
    with _seats(websocket).taken(caller.key.key_id):
        await socket.tell(hello, told, follower)


@router.websocket("/ws/events")
async def follow_all_socket(websocket: WebSocket) -> None:
    """All jobs of a key: `?token&cursor`."""
    await websocket.accept()
    socket, site = Socket(websocket), _site(websocket)
    try:
        caller = await _enter(site, websocket, "followJobsSocket")
        given = websocket.query_params.get("cursor")
        cursor = parse(given) if given else Cursor()
    except (ReelmillError, OSError) as error:
        await _refuse(socket, error)
        return
    follower = _follower(websocket)
    told = follow_all(follower, caller.scope, cursor, site.config.heartbeat_seconds)
    with _seats(websocket).taken(caller.key.key_id):
        await socket.tell({"sequence": 0, "cursor": given or ""}, told, follower, cursors=True)


async def _enter(site: Site, websocket: WebSocket, operation: str) -> Caller:
    caller = await enter(site, websocket, operation, identify)
    _seats(websocket).check(caller.key.key_id)
    return caller


async def _refuse(socket: Socket, error: ReelmillError | OSError) -> None:
    said = problems.known(error)
    if said is None:
        raise error
    await socket.refuse(said)


def _site(websocket: WebSocket) -> Site:
    return websocket.app.state.site


def _follower(websocket: WebSocket) -> Follower:
    return websocket.app.state.follower


def _seats(websocket: WebSocket) -> Seats:
    return websocket.app.state.seats


def _no_number() -> InvalidRequestError:
    return InvalidRequestError("last_sequence is the sequence of a message of this job")
