"""What is kept for how long, and what belongs to nobody (reference, section 6.2)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field

from reelmill.jobs.ports import JobStore, Storage
from reelmill.jobs.submit import original_key, thumbnail_key
from reelmill.model.jobs import FINAL, JobStatus
from reelmill.model.records import JobRecord
from reelmill.model.value import Value
from reelmill.recipes.ladder.graph import SOURCE

ORPHAN_AGE = timedelta(hours=1)
"""Files without a job are left alone for so long: their job may be about to be committed."""


Days = Annotated[float, Field(ge=0, le=100_000)] | None


class Retention(Value):
    """Days; None: for ever."""

    failed_jobs_days: Days = 30
    """Records and files of failed and cancelled jobs."""
    failed_uploads_days: Days = 7
    """Uploaded sources of failed and cancelled jobs: without them there is no retry."""
    logs_days: Days = 90
    """What children said."""
    completed_jobs_days: Days = None
    """Records and files of completed jobs."""


@dataclass(frozen=True)
class Removal:
    """Something that goes, or would go."""

    kind: Literal["job", "upload", "orphan", "logs"]
    what: str
    why: str


async def clean_up(
    jobs: JobStore, storage: Storage, keep: Retention, now: datetime, *, dry_run: bool = False
) -> AsyncIterator[Removal]:
    """Remove what is to be kept no longer, and tell each thing after it is gone.

    Raises:
        OSError: the store or the storage cannot be reached.
    """
    kinds = (
        _old_jobs(jobs, storage, keep, now, dry_run=dry_run),
        _old_uploads(jobs, storage, keep, now),
        _orphans(jobs, storage, now),
    )
    for kind in kinds:
        async for one in kind:
            if one.kind != "job" and not dry_run:
                storage.remove(one.what)
            yield one
    if keep.logs_days is not None and not dry_run:
        count = await jobs.drop_logs(now - timedelta(days=keep.logs_days))
        if count:
            yield Removal("logs", str(count), f"older than {keep.logs_days:g} days")


async def _old_jobs(
    jobs: JobStore, storage: Storage, keep: Retention, now: datetime, *, dry_run: bool
) -> AsyncIterator[Removal]:
    for status in FINAL:
        days = keep.completed_jobs_days if status == "completed" else keep.failed_jobs_days
        async for job in _ended(jobs, status, days, now, again=not dry_run):
            if not dry_run:
                await jobs.remove(job.job_id)
                remove_files(storage, job)
            yield Removal("job", job.job_id, f"{status} more than {days:g} days ago")


async def _old_uploads(
    jobs: JobStore, storage: Storage, keep: Retention, now: datetime
) -> AsyncIterator[Removal]:
    days = keep.failed_uploads_days
    for status in FINAL - {"completed"}:
        async for job in _ended(jobs, status, days, now, again=False):
            for key in uploads_of(job):
                if storage.has(key):
                    why = f"its job {status} more than {days:g} days ago"
                    yield Removal("upload", key, why)


async def _ended(
    jobs: JobStore, status: JobStatus, days: float | None, now: datetime, *, again: bool
) -> AsyncIterator[JobRecord]:
    """Jobs of an end that is long ago; asked again while they are being removed."""
    if days is None:
        return
    while found := await jobs.ended_before(status, now - timedelta(days=days)):
        for job in found:
            yield job
        if not again:
            return


async def _orphans(jobs: JobStore, storage: Storage, now: datetime) -> AsyncIterator[Removal]:
    found = {
        key: key.removeprefix(f"{prefix}/").split("_")[0]
        for prefix in ("raw", "processed")
        for key, since in storage.keys(prefix)
        if now - since > ORPHAN_AGE
    }
    known = await jobs.known(found.values())
    for key, job_id in found.items():
        if job_id not in known:
            yield Removal("orphan", key, "there is no such job")


def uploads_of(job: JobRecord) -> list[str]:
    """The sources of a job that stand in the storage because they were uploaded."""
    return [one.location for one in job.sources.values() if one.kind == "stored"]


def remove_files(storage: Storage, job: JobRecord) -> None:
    """Everything that the storage holds for a job."""
    storage.remove(f"processed/{job.job_id}")
    for key in [*uploads_of(job), thumbnail_key(job.job_id)]:
        storage.remove(key)
    if job.facts is not None:
        storage.remove(original_key(job.job_id, job.facts.of(SOURCE), job.filename))
