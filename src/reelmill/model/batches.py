"""A batch: jobs that were asked for together, and are told of together."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import Field, JsonValue

from reelmill.model.records import JobLine
from reelmill.model.value import Value
from reelmill.model.webhooks import JobWebhook

BatchStatus = Literal["pending", "processing", "completed", "failed", "cancelled"]
MOST_JOBS = 100


class Refusal(Value):
    """A job of a batch that was not made, and why."""

    index: int
    """Its place in the request, from 0."""
    code: str
    message: str
    retryable: bool = False


class NewBatch(Value):
    """What is committed with the jobs of a batch."""

    batch_id: str
    key_id: str
    name: str | None = None
    created_at: datetime
    user_metadata: dict[str, JsonValue] = Field(default_factory=dict)
    webhook: JobWebhook | None = None
    """Whom to tell when the last job ends, beside the endpoints of the key."""
    refused: tuple[Refusal, ...] = ()


class BatchLine(Value):
    """A batch in a list."""

    batch_id: str
    key_id: str
    name: str | None = None
    created_at: datetime
    completed_at: datetime | None = None
    """When its last job ended; None: not all have."""
    run: int = 1
    """Counts from 1; a retry of a job, after all had ended, adds one."""
    total: int
    """Jobs that were made, some of which may be purged by now."""
    by_status: dict[str, int]
    """Of those that are there."""
    fraction: float = 0.0
    """Of all jobs that is done, 0 to 1."""
    user_metadata: dict[str, JsonValue] = Field(default_factory=dict)
    refused: tuple[Refusal, ...] = ()

    @property
    def status(self) -> BatchStatus:
        """In one word."""
        return status_of(self.by_status, ended=self.completed_at is not None)


class BatchRecord(BatchLine):
    """A batch with its jobs."""

    jobs: dict[int, JobLine]
    """By their places in the request."""


class BatchQuery(Value):
    """Which batches to list, newest first."""

    key_id: str | None = None
    """Only of this key; None: all."""
    limit: int = Field(default=50, ge=1, le=1000)
    offset: int = Field(default=0, ge=0)


class BatchPage(Value):
    """Part of a list."""

    total: int
    batches: tuple[BatchLine, ...]


def status_of(by_status: Mapping[str, int], *, ended: bool) -> BatchStatus:
    """A batch in one word: at its end the best that came of any job that is there still."""
    if ended:
        if by_status.get("completed"):
            return "completed"
        return "failed" if by_status.get("failed") else "cancelled"
    begun = any(count for status, count in by_status.items() if status != "pending")
    return "processing" if begun else "pending"
