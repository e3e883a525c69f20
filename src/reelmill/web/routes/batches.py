"""Batches: up to a hundred conversions in one request, and one event when the last has ended."""

from typing import Annotated

import structlog
from fastapi import APIRouter, Depends, Query, Request, Response

from reelmill.model.batches import BatchQuery
from reelmill.model.errors import NotFoundError
from reelmill.web.accepting import links_for
from reelmill.web.batches import BatchRequest, accept_batch
from reelmill.web.caller import TheCaller
from reelmill.web.documents.batch import (
    BatchAccepted,
    BatchList,
    FullBatchDocument,
    batch_document,
    full_batch,
)
from reelmill.web.gate import SECURITY, GuardedRoute
from reelmill.web.idempotency import fingerprint, promised
from reelmill.web.problems import responses
from reelmill.web.routes.jobs import ID
from reelmill.web.site import TheSite

router = APIRouter(
    prefix="/batch", route_class=GuardedRoute, dependencies=SECURITY, tags=["batches"]
)


async def checked_id(batch_id: str) -> str:
    """What may be the id of a batch.

    Raises:
        NotFoundError: that may not.
    """
    if not ID.fullmatch(batch_id):
        raise NotFoundError("there is no such batch")
    structlog.contextvars.bind_contextvars(batch_id=batch_id)
    return batch_id


BatchId = Annotated[str, Depends(checked_id)]


@router.post(
    "",
    operation_id="createBatch",
    summary="Make many conversions",
    status_code=202,
    response_model=BatchAccepted,
    responses=responses(400, 409, 413, 422),
)
async def create_batch(
    request: Request, asked: BatchRequest, site: TheSite, caller: TheCaller
) -> Response:
    """All jobs are looked at first: a bad one refuses all, unless `partial_success` is true."""
    await caller.check_minutes(site)
    async with promised(site, request, caller) as promise:
        marked = fingerprint(request, await request.json())
        replayed = promise.replay(marked)
        if replayed is not None:
            return replayed
        return await accept_batch(site, request, caller, asked, promise, marked)


@router.get(
    "",
    operation_id="listBatches",
    summary="List batches",
    response_model=BatchList,
    responses=responses(400),
)
async def list_batches(
    request: Request,
    site: TheSite,
    caller: TheCaller,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
    offset: Annotated[int, Query(ge=0, le=2**31)] = 0,
) -> BatchList:
    """The key's own, newest first; all for an admin."""
    query = BatchQuery(key_id=caller.scope, limit=limit, offset=offset)
    page = await site.batches.batches(query)
    links = links_for(site, request)
    found = [batch_document(one, links) for one in page.batches]
    return BatchList(total=page.total, limit=limit, offset=offset, batches=found)


@router.get(
    "/{batch_id}",
    operation_id="getBatch",
    summary="A batch with its jobs",
    response_model=FullBatchDocument,
    responses=responses(404),
)
async def get_batch(
    request: Request, batch_id: BatchId, site: TheSite, caller: TheCaller
) -> FullBatchDocument:
    """How far it is, and what became of each job."""
    return full_batch(await site.batches.batch(batch_id, caller.scope), links_for(site, request))


@router.delete(
    "/{batch_id}",
    operation_id="cancelBatch",
    summary="Cancel the jobs of a batch that are not at their end",
    response_model=FullBatchDocument,
    responses=responses(404),
)
async def cancel_batch(
    request: Request, batch_id: BatchId, site: TheSite, caller: TheCaller
) -> FullBatchDocument:
    """Those that are stay; to ask again changes nothing."""
    for job_id in await site.batches.cancel(batch_id, caller.scope):
        site.bus.post(job_id)
    return full_batch(await site.batches.batch(batch_id, caller.scope), links_for(site, request))
