"""Jobs: what there is, how far it is, and its end."""

import re
from typing import Annotated, Literal

import structlog
from anyio import to_thread
from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from reelmill.jobs.ports import Answer
from reelmill.jobs.retention import remove_files
from reelmill.model.errors import NotFoundError
from reelmill.model.jobs import JobStatus
from reelmill.model.records import JobQuery
from reelmill.web.accepting import links_for
from reelmill.web.caller import TheCaller
from reelmill.web.documents.job import EXAMPLE_ID, JobDocument, ListedJob, document, listed
from reelmill.web.fields import FieldProblem, InvalidFieldsError
from reelmill.web.gate import SECURITY, GuardedRoute
from reelmill.web.idempotency import fingerprint, promised
from reelmill.web.problems import responses
from reelmill.web.site import TheSite

router = APIRouter(route_class=GuardedRoute, dependencies=SECURITY, tags=["jobs"])

ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
MOST_FIELDS = 8
_PREFIX = "metadata."


async def checked_id(job_id: str) -> str:
    """What may be the id of a job.

    Raises:
        NotFoundError: that may not.
    """
    if not ID.fullmatch(job_id):
        raise NotFoundError("there is no such job")
    structlog.contextvars.bind_contextvars(job_id=job_id)
    return job_id


JobId = Annotated[str, Depends(checked_id)]


class JobList(BaseModel):
    """Some of the jobs."""

    total: int
    limit: int
    offset: int
    jobs: list[ListedJob]


class Done(BaseModel):
    """What was done to a job."""

    message: Annotated[str, Field(examples=["Job cancelled successfully"])]
    job_id: Annotated[str, Field(examples=[EXAMPLE_ID])]


async def metadata_fields(request: Request) -> dict[str, str]:
    """The query parameters metadata.<field>=value."""
    found: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name.startswith(_PREFIX):
            field = name.removeprefix(_PREFIX)
            if not field or field in found or len(found) >= MOST_FIELDS:
                message = f"each field once, {MOST_FIELDS} fields at most"
                problem = FieldProblem(pointer=f"/{name}", message=message, place="query")
                raise InvalidFieldsError([problem])
            found[field] = value
    return found


@router.get(
    "/jobs",
    operation_id="listJobs",
    summary="List jobs",
    response_model=JobList,
    responses=responses(400),
)
async def list_jobs(
    request: Request,
    site: TheSite,
    caller: TheCaller,
    metadata: Annotated[dict[str, str], Depends(metadata_fields)],
    status: JobStatus | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
    offset: Annotated[int, Query(ge=0, le=2**31)] = 0,
    sort: Literal["created_at", "completed_at", "priority"] = "created_at",
    order: Literal["desc", "asc"] = "desc",
    q: Annotated[
        str | None, Query(max_length=200, description="text in the metadata or the file's name")
    ] = None,
) -> JobList:
    """The key's own jobs; all jobs for an admin. `metadata.<field>=value` filters by metadata."""
    query = JobQuery(
        key_id=caller.scope,
        status=status,
        search=q or None,
        metadata=metadata,
        sort=sort,
        descending=order == "desc",
        limit=limit,
        offset=offset,
    )
    page = await site.jobs.jobs(query)
    links = links_for(site, request)
    jobs = [listed(line, links) for line in page.jobs]
    return JobList(total=page.total, limit=limit, offset=offset, jobs=jobs)


@router.get(
    "/jobs/{job_id}",
    operation_id="getJob",
    summary="A job with everything about it",
    response_model=JobDocument,
    responses=responses(404),
)
async def get_job(request: Request, job_id: JobId, site: TheSite, caller: TheCaller) -> JobDocument:
    """Its state, its tasks with their progress, and what it made, with playback URLs."""
    record = await site.jobs.job(job_id, caller.scope)
    return document(record, links_for(site, request), site.bus.latest(job_id))


@router.delete(
    "/jobs/{job_id}",
    operation_id="cancelJob",
    summary="Cancel a job, or purge one that is at its end",
    response_model=Done,
    responses=responses(400, 404, 409),
)
async def cancel_job(
    job_id: JobId,
    site: TheSite,
    caller: TheCaller,
    purge: Annotated[bool, Query(description="remove a finished job with all its files")] = False,
) -> Done:
    """Without `purge`, what runs for the job stops within seconds."""
    if purge:
        record = await site.jobs.remove(job_id, caller.scope)
        # Rows first: what has no row is not served, so a crash in between leaves nothing that
        # anybody sees, only files without a job, which the sweep knows.
        await to_thread.run_sync(remove_files, site.storage, record)
        site.bus.forget(job_id)
        return Done(message="Job purged successfully", job_id=job_id)
    await site.jobs.cancel(job_id, caller.scope)
    site.bus.post(job_id)
    return Done(message="Job cancelled successfully", job_id=job_id)


@router.post(
    "/jobs/{job_id}/retry",
    operation_id="retryJob",
    summary="Do again what is not done of a failed or cancelled job",
    status_code=202,
    response_model=JobDocument,
    responses=responses(400, 404, 409, 422),
)
async def retry_job(request: Request, job_id: JobId, site: TheSite, caller: TheCaller) -> Response:
    """What was made stays."""
    await caller.check_minutes(site)
    async with promised(site, request, caller) as promise:
        marked = fingerprint(request, None)
        replayed = promise.replay(marked)
        if replayed is not None:
            return replayed
        record = await site.jobs.retry(job_id, caller.scope)
        site.bus.post(job_id)
        for resource in ("io", "cpu", "gpu"):
            site.dispatcher.wake(resource)
        links = links_for(site, request)
        answer = Answer(status=202, body=document(record, links).model_dump_json())
        reservation = promise.reservation(marked, answer)
        if reservation is not None:
            await site.idempotency.settle(reservation)
            promise.kept = True
        headers = {"Location": links.job(job_id)}
        return Response(answer.body, answer.status, headers, "application/json")
