"""Batches as the interface tells them."""

from typing import Annotated, Any

from pydantic import BaseModel, Field, JsonValue

from reelmill.model.batches import BatchLine, BatchRecord, BatchStatus, Refusal
from reelmill.model.jobs import FINAL
from reelmill.model.steps import Notice
from reelmill.recipes.recipe import stamp
from reelmill.web.documents.job import EXAMPLE_ID, ErrorDocument, ListedJob, listed, moment
from reelmill.web.playback import Links

STATUSES = ("pending", "validating", "processing", "completed", "failed", "cancelled")


class BatchLinks(BaseModel):
    """Where the rest is."""

    self: str
    cancel: str


class RefusedJob(BaseModel):
    """A job of a batch that was not made."""

    index: Annotated[int, Field(ge=0)]
    """Its place in the request, from 0."""
    error: ErrorDocument


class QueuedBatchJob(BaseModel):
    """A job of a batch that was just accepted."""

    index: Annotated[int, Field(ge=0)]
    job_id: Annotated[str, Field(examples=[EXAMPLE_ID])]
    status: Annotated[str, Field(examples=["queued"])] = "queued"
    url: str
    warnings: list[Notice]


class BatchAccepted(BaseModel):
    """The promise of a batch."""

    batch_id: Annotated[str, Field(examples=[EXAMPLE_ID])]
    batch_name: str | None
    status: BatchStatus = "pending"
    created_at: str
    total: int
    """Jobs that were made."""
    refused: int
    jobs: list[QueuedBatchJob | RefusedJob]
    """As they were asked for."""
    links: BatchLinks


class BatchJob(ListedJob):
    """A job in its batch."""

    index: Annotated[int, Field(ge=0)]


class BatchDocument(BaseModel):
    """A batch in a list."""

    batch_id: Annotated[str, Field(examples=[EXAMPLE_ID])]
    batch_name: str | None
    status: BatchStatus
    """At the end the best that came of any job: `completed`, else `failed`, else `cancelled`."""
    progress_percent: Annotated[int, Field(ge=0, le=100)]
    created_at: str
    completed_at: str | None
    run: int
    total: int
    """Jobs that were made; purged ones are in no count."""
    refused: int
    counts: Annotated[dict[str, int], Field(examples=[dict.fromkeys(STATUSES, 0)])]
    """Jobs by status."""
    metadata: dict[str, JsonValue]
    links: BatchLinks


class FullBatchDocument(BatchDocument):
    """A batch with its jobs."""

    jobs: list[BatchJob | RefusedJob]
    """As they were asked for."""


class BatchList(BaseModel):
    """Some of the batches, newest first."""

    total: int
    limit: int
    offset: int
    batches: list[BatchDocument]


def batch_links(batch_id: str, links: Links) -> BatchLinks:
    """Where everything about a batch is."""
    place = links.batch(batch_id)
    return BatchLinks(self=place, cancel=place)


def refused_job(of: Refusal) -> RefusedJob:
    """Why a job was not made."""
    error = ErrorDocument(code=of.code, message=of.message, retryable=of.retryable, detail="")
    return RefusedJob(index=of.index, error=error)


def batch_document(of: BatchLine, links: Links) -> BatchDocument:
    """A batch in a list."""
    return BatchDocument.model_validate(_fields(of, links))


def full_batch(of: BatchRecord, links: Links) -> FullBatchDocument:
    """A batch with its jobs."""
    made = {
        index: BatchJob.model_validate({**listed(line, links).model_dump(), "index": index})
        for index, line in of.jobs.items()
    }
    told = made | {one.index: refused_job(one) for one in of.refused}
    jobs = [told[index] for index in sorted(told)]
    return FullBatchDocument.model_validate({**_fields(of, links), "jobs": jobs})


def _fields(of: BatchLine, links: Links) -> dict[str, Any]:
    ended = FINAL.issuperset(of.by_status)
    return {
        "batch_id": of.batch_id,
        "batch_name": of.name,
        "status": of.status,
        "progress_percent": 100 if ended else min(99, int(of.fraction * 100)),
        "created_at": stamp(of.created_at),
        "completed_at": moment(of.completed_at),
        "run": of.run,
        "total": of.total,
        "refused": len(of.refused),
        "counts": dict.fromkeys(STATUSES, 0) | of.by_status,
        "metadata": of.user_metadata,
        "links": batch_links(of.batch_id, links),
    }
