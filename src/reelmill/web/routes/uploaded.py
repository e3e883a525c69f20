"""Jobs from uploads that came in parts."""

from collections.abc import Iterable
from contextlib import ExitStack, suppress
from typing import Annotated

import structlog
from anyio import CancelScope, to_thread
from fastapi import APIRouter, Request, Response
from pydantic import Field

from reelmill.jobs.submit import source_keys, upload_key
from reelmill.model.jobs import SourceRef
from reelmill.model.uploads import Upload
from reelmill.recipes.ladder.graph import PICTURE_SOURCE
from reelmill.recipes.recipe import MAIN
from reelmill.web.accepting import Accepted, Candidate, accept, check_options, look_at, new_id
from reelmill.web.caller import TheCaller
from reelmill.web.gate import SECURITY, GuardedRoute
from reelmill.web.growing import claimed
from reelmill.web.idempotency import fingerprint, promised
from reelmill.web.options import LadderJobOptions
from reelmill.web.problems import responses
from reelmill.web.routes.uploads import owned, place_of
from reelmill.web.site import Site, TheSite
from reelmill.web.upload import shown_name

router = APIRouter(route_class=GuardedRoute, dependencies=SECURITY, tags=["jobs"])

UploadId = Annotated[str, Field(max_length=64, pattern="^[0-9a-f-]+$")]


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
    await caller.check_minutes(site)
    async with promised(site, request, caller) as promise:
        marked = fingerprint(request, await request.json())
        replayed = promise.replay(marked)
        if replayed is not None:
            return replayed
        recipe = asked.settings.checked()
        await check_options(site, asked)
        uploads = {MAIN: await owned(site, caller, asked.upload_id)}
        if asked.thumbnail_upload_id is not None:
            uploads[PICTURE_SOURCE] = await owned(site, caller, asked.thumbnail_upload_id)
        with ExitStack() as stack:
            paths = {name: place_of(site, one) for name, one in uploads.items()}
            for path in paths.values():
                stack.enter_context(claimed(path))
            facts = await look_at(site, paths, recipe)
            job_id = new_id()
            structlog.contextvars.bind_contextvars(job_id=job_id)
            filename = _filename(uploads[MAIN])
            keys = source_keys(job_id, facts, filename)

            async def undo() -> None:
                with CancelScope(shield=True):
                    for key in keys.values():
                        await to_thread.run_sync(site.storage.remove, key)

            try:
                for name, key in keys.items():
                    await to_thread.run_sync(site.storage.share, _key(uploads[name]), key)
            except BaseException:
                await undo()
                raise
            candidate = Candidate(
                job_id=job_id,
                filename=filename,
                source_type="upload",
                options=asked,
                recipe=recipe,
                sources={
                    name: SourceRef(
                        kind="stored", location=key, size_bytes=uploads[name].size_bytes
                    )
                    for name, key in keys.items()
                },
                facts=facts,
                message="Job queued successfully",
            )
            said = await accept(site, request, caller, candidate, promise, marked, undo)
            await _forget(site, uploads.values())
            return said


def _key(upload: Upload) -> str:
    return upload_key(upload.upload_id)


def _filename(upload: Upload) -> str:
    given = upload.metadata.get("filename") or upload.metadata.get("name")
    return shown_name(given, "file")


async def _forget(site: Site, uploads: Iterable[Upload]) -> None:
    """The files are the job's now. What fails here is done by the clean-up."""
    for one in uploads:
        with suppress(OSError):
            await site.uploads.forget(one.upload_id)
            await to_thread.run_sync(site.storage.remove, _key(one))
