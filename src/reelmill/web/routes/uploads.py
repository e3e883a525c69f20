"""Uploads that survive bad lines: tus 1.0 (tus.io/protocols/resumable-upload)."""

import uuid
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from anyio import to_thread
from fastapi import APIRouter, Request, Response

from reelmill.jobs.ports import Answer
from reelmill.jobs.submit import upload_key
from reelmill.model.errors import ConflictError, InvalidRequestError, NotFoundError, TooLargeError
from reelmill.model.uploads import Upload
from reelmill.web import tus
from reelmill.web.addresses import base_url
from reelmill.web.caller import Caller, TheCaller
from reelmill.web.gate import SECURITY, GuardedRoute
from reelmill.web.growing import ChecksumMismatchError, Growing
from reelmill.web.idempotency import HEADER, fingerprint, promised
from reelmill.web.problems import answer, responses
from reelmill.web.site import Site, TheSite
from reelmill.web.uploads import place_of

PATH = "/uploads"


def _header(name: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "schema": {"type": "string"}}


SPOKEN = {
    "parameters": [
        _header(name)
        for name in ("Tus-Resumable", "Upload-Length", "Upload-Offset", "Upload-Metadata")
    ]
}
SAID: dict[int | str, dict[str, Any]] = {412: {"description": "another version of the protocol"}}
PART: dict[int | str, dict[str, Any]] = {
    tus.CHECKSUM_MISMATCH: {"description": "the bytes are not those that were meant"}
}
Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class TusRoute(GuardedRoute):
    """An endpoint that speaks tus, and says so in every answer."""

    def get_route_handler(self) -> Handler:
        """The endpoint behind the gate, with the protocol's version before and after it."""
        handler = super().get_route_handler()

        async def spoken(request: Request) -> Response:
            if request.headers.get("tus-resumable", tus.VERSION) != tus.VERSION:
                said = Response(status_code=412, headers={"Tus-Version": tus.VERSION})
            else:
                said = await handler(request)
            said.headers["Tus-Resumable"] = tus.VERSION
            return said

        return spoken


router = APIRouter(route_class=TusRoute, dependencies=SECURITY, tags=["uploads"])
open_router = APIRouter(tags=["uploads"])


@open_router.options(
    PATH, operation_id="describeUploads", summary="What the upload protocol can do", status_code=204
)
async def describe(site: TheSite) -> Response:
    """The protocol's version, extensions and limits."""
    return Response(
        status_code=204,
        headers={
            "Tus-Resumable": tus.VERSION,
            "Tus-Version": tus.VERSION,
            "Tus-Extension": tus.EXTENSIONS,
            "Tus-Max-Size": str(site.config.max_upload_bytes),
            "Tus-Checksum-Algorithm": ",".join(tus.ALGORITHMS),
        },
    )


@router.post(
    PATH,
    operation_id="createUpload",
    openapi_extra={"parameters": [*SPOKEN["parameters"], _header(HEADER)]},
    summary="Begin an upload",
    status_code=201,
    responses=SAID | responses(400, 409, 413, 422, 507),
)
async def create(request: Request, site: TheSite, caller: TheCaller) -> Response:
    """Upload-Length says how large the file is. A body is its beginning (creation-with-upload).

    With an Idempotency-Key the same Upload-Length and Upload-Metadata give the same upload, with
    the Upload-Offset that it has come to; the body is then left aside.
    """
    size_bytes = tus.size_of(request, site.config.max_upload_bytes)
    metadata = tus.metadata_of(request)
    async with promised(site, request, caller) as promise:
        marked = fingerprint(request, {"length": size_bytes, "metadata": {**metadata}})
        again = promise.replay(marked)
        if again is not None:
            return await _begun_before(request, site, caller, again)
        now = datetime.now(UTC)
        upload = Upload(
            upload_id=str(uuid.uuid4()),
            key_id=caller.key.key_id,
            size_bytes=size_bytes,
            offset_bytes=0,
            metadata=metadata,
            created_at=now,
            expires_at=now + timedelta(seconds=site.config.upload_seconds),
        )
        await to_thread.run_sync(site.storage.draft, upload_key(upload.upload_id))
        await site.uploads.begin(upload)
        reservation = promise.reservation(marked, Answer(status=201, body=upload.upload_id))
        if reservation is not None:
            await site.idempotency.settle(reservation)
            promise.kept = True
    if _media_type(request) == tus.MEDIA_TYPE:
        upload = await _take(request, site, upload)
    headers = {"Location": _place(request, site, upload.upload_id), **tus.headers_of(upload)}
    return Response(status_code=201, headers=headers)


async def _begun_before(request: Request, site: Site, caller: Caller, answer: Response) -> Response:
    """The answer to a request that was lost: what is remembered of it is the upload's id."""
    upload_id = bytes(answer.body).decode()
    now: dict[str, str] = {}
    with suppress(NotFoundError):  # it is a job's by now, or was given up
        now = tus.headers_of(await site.uploads.upload(upload_id, caller.scope))
    replayed = {"Idempotent-Replayed": "true", "Location": _place(request, site, upload_id)}
    return Response(status_code=201, headers={**replayed, **now})


def _place(request: Request, site: Site, upload_id: str) -> str:
    return f"{base_url(request, site.config)}/api/v1{PATH}/{upload_id}"


@router.head(
    f"{PATH}/{{upload_id}}",
    operation_id="headUpload",
    openapi_extra=SPOKEN,
    summary="How far an upload is",
    responses=SAID | responses(404),
)
async def look(upload_id: str, request: Request, site: TheSite, caller: TheCaller) -> Response:
    """Upload-Offset is where to go on. A request that still hangs in there is ended."""
    growing(request, site).interrupt(upload_id)
    upload = await site.uploads.upload(upload_id, caller.scope)
    return Response(status_code=200, headers={**tus.headers_of(upload), **tus.described(upload)})


@router.patch(
    f"{PATH}/{{upload_id}}",
    operation_id="patchUpload",
    openapi_extra=SPOKEN,
    summary="Go on with an upload",
    status_code=204,
    responses=SAID | PART | responses(400, 404, 409, 413, 415, 507),
)
async def go_on(upload_id: str, request: Request, site: TheSite, caller: TheCaller) -> Response:
    """The body's bytes belong at Upload-Offset, which must be where the upload is."""
    if _media_type(request) != tus.MEDIA_TYPE:
        raise InvalidRequestError(f"send the bytes as Content-Type: {tus.MEDIA_TYPE}")
    handle = growing(request, site)
    handle.interrupt(upload_id)
    upload = await site.uploads.upload(upload_id, caller.scope)
    if tus.offset_of(request) != upload.offset_bytes:
        raise ConflictError(f"the upload is at {upload.offset_bytes}")
    try:
        upload = await _take(request, site, upload)
    except ChecksumMismatchError as error:
        said = answer(request.scope, error)
        said.status_code = tus.CHECKSUM_MISMATCH
        return said
    return Response(status_code=204, headers=tus.headers_of(upload))


@router.delete(
    f"{PATH}/{{upload_id}}",
    operation_id="deleteUpload",
    openapi_extra=SPOKEN,
    summary="Give an upload up",
    status_code=204,
    responses=SAID | responses(404),
)
async def end(upload_id: str, request: Request, site: TheSite, caller: TheCaller) -> Response:
    """What came of it is removed."""
    growing(request, site).interrupt(upload_id)
    await site.uploads.upload(upload_id, caller.scope)
    await site.uploads.forget(upload_id)
    await to_thread.run_sync(site.storage.remove, upload_key(upload_id))
    return Response(status_code=204)


async def _take(request: Request, site: Site, upload: Upload) -> Upload:
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > upload.size_bytes - upload.offset_bytes:
        raise TooLargeError(f"the file has {upload.size_bytes} bytes by its own word")
    taken = await growing(request, site).take(
        upload, place_of(site, upload), request.stream(), tus.checksum_of(request)
    )
    request.state.unread = False
    return taken


def growing(request: Request, site: Site) -> Growing:
    """What this process takes in."""
    state = request.app.state
    if not hasattr(state, "growing"):
        state.growing = Growing(site.uploads, timedelta(seconds=site.config.upload_seconds))
    made: Growing = state.growing
    return made


def _media_type(request: Request) -> str:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
