"""Ladders: jobs of uploads, of files of this machine, of URLs."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated

import structlog
from anyio import CancelScope, to_thread
from fastapi import APIRouter, Request, Response
from pydantic import Field

from reelmill.jobs.submit import source_keys
from reelmill.model.errors import InvalidRequestError, TooLargeError
from reelmill.model.jobs import SourceRef
from reelmill.recipes.ladder.graph import PICTURE_SOURCE
from reelmill.recipes.ladder.thumbnail import MAX_BYTES
from reelmill.recipes.recipe import MAIN
from reelmill.web import body
from reelmill.web.accepting import (
    Accepted,
    Candidate,
    accept,
    check_options,
    look_at,
    new_id,
    promising,
)
from reelmill.web.caller import Caller, TheCaller
from reelmill.web.fields import checked, wrong
from reelmill.web.gate import SECURITY, GuardedRoute
from reelmill.web.idempotency import Promise, fingerprint, promised
from reelmill.web.making import Asked, Reference, make
from reelmill.web.options import LadderJobOptions, PlainText
from reelmill.web.problems import responses
from reelmill.web.room import check_room, free_bytes_of
from reelmill.web.site import Site, TheSite
from reelmill.web.upload import FormTerms, Received, receive, shown_name

router = APIRouter(route_class=GuardedRoute, dependencies=SECURITY, tags=["jobs"])

FIELDS = ("priority", "webhook_url", "webhook_events", "metadata", "settings")
JSON_FIELDS = ("metadata", "settings")
FILE, THUMBNAIL = "file", "thumbnail"
NAMES = {FILE: MAIN, THUMBNAIL: PICTURE_SOURCE}
QUEUED, CREATED = "Job queued successfully", "Job created successfully"
UploadId = Annotated[str, Field(max_length=64, pattern="^[0-9a-f-]+$")]


class FilesystemRequest(LadderJobOptions):
    """A file of this machine, below a folder that the operator allows."""

    file_path: Annotated[str, Field(max_length=4096, examples=["/data/videos/source/video.mp4"])]
    thumbnail_path: Annotated[str | None, Field(max_length=4096)] = None


@router.post(
    "/jobs/upload",
    operation_id="uploadJob",
    summary="Make a job of an upload",
    status_code=202,
    response_model=Accepted,
    responses=responses(400, 409, 413, 415, 422, 507),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {
                    "schema": {
                        "type": "object",
                        "required": [FILE],
                        "properties": {
                            FILE: {"type": "string", "contentMediaType": "video/*"},
                            THUMBNAIL: {"type": "string", "contentMediaType": "image/*"},
                            "priority": {"type": "string", "default": "5", "examples": ["8"]},
                            "webhook_url": {"type": "string", "format": "uri"},
                            "webhook_events": {
                                "type": "string",
                                "examples": ["job.started,job.completed"],
                            },
                            "metadata": {
                                "type": "string",
                                "contentMediaType": "application/json",
                                "examples": ['{"title": "My video", "tags": ["tutorial"]}'],
                            },
                            "settings": {
                                "type": "string",
                                "contentMediaType": "application/json",
                                "examples": ['{"rungs": ["360p", "1080p"], "packaging": ["cmaf"]}'],
                            },
                        },
                    }
                }
            },
        }
    },
)
async def upload(request: Request, site: TheSite, caller: TheCaller) -> Response:
    """Send a video as multipart/form-data; its header is looked at before the answer."""
    terms = FormTerms({FILE: site.config.max_upload_bytes, THUMBNAIL: MAX_BYTES}, FIELDS)
    await _check_declared(request, site, terms)
    await caller.check_minutes(site)
    async with promised(site, request, caller) as promise, _workplace(site) as folder:
        received = await receive(
            request.stream(),
            request.headers.get("content-type", ""),
            folder,
            terms,
            digests=promise.idempotency_key is not None,
            free_bytes=free_bytes_of(site),
        )
        request.state.unread = False
        marked = fingerprint(request, {**received.digests})
        return promise.replay(marked) or await _make(
            site, request, caller, received, promise, marked
        )


async def _make(
    site: Site, request: Request, caller: Caller, received: Received, promise: Promise, marked: str
) -> Response:
    if FILE not in received.files:
        raise wrong(f"/{FILE}", "there is no file")
    options = _options(received)
    recipe = options.settings.checked()
    await check_options(site, options)
    files = {NAMES[field]: file for field, file in received.files.items()}
    paths = {name: file.path for name, file in files.items()}
    facts = await look_at(site, paths, recipe, {name: field for field, name in NAMES.items()})
    job_id = new_id()
    structlog.contextvars.bind_contextvars(job_id=job_id)
    filename = files[MAIN].filename
    keys = source_keys(job_id, facts, filename)

    def remove() -> None:
        for key in keys.values():
            site.storage.remove(key)

    async def undo() -> None:
        with CancelScope(shield=True):
            await to_thread.run_sync(remove)

    try:
        for name, key in keys.items():
            await to_thread.run_sync(site.storage.put, files[name].path, key)
    except BaseException:
        await undo()
        raise
    candidate = Candidate(
        job_id=job_id,
        filename=filename,
        source_type="upload",
        options=options,
        recipe=recipe,
        sources={
            name: SourceRef(kind="stored", location=key, size_bytes=files[name].size_bytes)
            for name, key in keys.items()
        },
        facts=facts,
        say=promising(QUEUED),
    )
    return await accept(site, request, caller, candidate, promise, marked, undo)


@router.post(
    "/jobs/filesystem",
    operation_id="createJobFromFilesystem",
    summary="Make a job of a file of the service's own machine",
    status_code=202,
    response_model=Accepted,
    responses=responses(400, 404, 409, 413, 415, 422, 507),
)
async def from_filesystem(
    request: Request, asked: FilesystemRequest, site: TheSite, caller: TheCaller
) -> Response:
    """The file stays where it is; it must lie below a folder that the operator allows."""
    given = {MAIN: Reference("path", asked.file_path, "file_path")}
    if asked.thumbnail_path is not None:
        given[PICTURE_SOURCE] = Reference("path", asked.thumbnail_path, "thumbnail_path")
    return await make(site, request, caller, lambda: _asked(asked, given, CREATED))


class UrlRequest(LadderJobOptions):
    """A file that another server has."""

    url: Annotated[str, Field(max_length=4096, examples=["https://example.com/talk.mp4"])]
    thumbnail_url: Annotated[str | None, Field(max_length=4096)] = None
    filename: Annotated[PlainText | None, Field(max_length=255)] = None
    """By default the last part of the URL's path."""


@router.post(
    "/jobs/url",
    operation_id="createJobFromUrl",
    summary="Make a job of a file that another server has",
    status_code=202,
    response_model=Accepted,
    responses=responses(400, 409, 413, 415, 422),
)
async def from_url(
    request: Request, asked: UrlRequest, site: TheSite, caller: TheCaller
) -> Response:
    """It is fetched by a task of the job, `fetch_source`, and looked at when it is here."""
    given = {MAIN: Reference("url", asked.url, "url")}
    if asked.thumbnail_url is not None:
        given[PICTURE_SOURCE] = Reference("url", asked.thumbnail_url, "thumbnail_url")
    return await make(site, request, caller, lambda: _asked(asked, given, CREATED, asked.filename))


class UploadedRequest(LadderJobOptions):
    """A file that was uploaded in parts."""

    upload_id: UploadId
    thumbnail_upload_id: UploadId | None = None


@router.post(
    "/jobs",
    operation_id="createJobFromUpload",
    summary="Make a job of an upload that came in parts",
    status_code=202,
    response_model=Accepted,
    responses=responses(400, 404, 409, 413, 415, 422, 507),
)
async def from_upload(
    request: Request, asked: UploadedRequest, site: TheSite, caller: TheCaller
) -> Response:
    """The upload must be whole. It is the job's afterwards; if it is refused, it stays."""
    given = {MAIN: Reference("upload", asked.upload_id, "upload_id")}
    if asked.thumbnail_upload_id is not None:
        thumbnail = Reference("upload", asked.thumbnail_upload_id, "thumbnail_upload_id")
        given[PICTURE_SOURCE] = thumbnail
    return await make(site, request, caller, lambda: _asked(asked, given, QUEUED))


async def _asked(
    options: LadderJobOptions,
    given: dict[str, Reference],
    message: str,
    filename: str | None = None,
) -> Asked:
    shown = shown_name(filename, "file") if filename is not None else None
    recipe = options.settings.checked()
    return Asked(options, recipe, given, promising(message), shown)


def _options(received: Received) -> LadderJobOptions:
    said: dict[str, object] = dict(received.fields)
    for name in JSON_FIELDS:
        if name in said:
            try:
                said[name] = body.parse(received.fields[name])
            except InvalidRequestError as error:
                raise wrong(f"/{name}", error.message) from error
    if "webhook_events" in said:
        events = received.fields["webhook_events"].split(",")
        said["webhook_events"] = [one.strip() for one in events]
    priority = received.fields.get("priority", "")
    if priority.isascii() and priority.isdecimal() and len(priority) < 4:
        said["priority"] = int(priority)
    return checked(LadderJobOptions, said)


async def _check_declared(request: Request, site: Site, terms: FormTerms) -> None:
    """Refuse a body that says itself that it is too large, or does not fit, before it comes."""
    declared = request.headers.get("content-length", "")
    size_bytes = int(declared[:20]) if declared.isdecimal() else 0
    if size_bytes > terms.most_bytes:
        raise TooLargeError(f"a file may have {terms.files[FILE]} bytes at most", output=FILE)
    await check_room(site, size_bytes)


@asynccontextmanager
async def _workplace(site: Site) -> AsyncGenerator[Path]:
    """A folder of the storage; it is made and removed in threads."""
    place = site.storage.workplace()
    folder = await to_thread.run_sync(place.__enter__)
    try:
        yield folder / "out"
    finally:
        with CancelScope(shield=True):
            await to_thread.run_sync(place.__exit__, None, None, None)
