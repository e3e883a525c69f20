"""What is kept for how long, and what belongs to nobody (reference, section 6.2)."""

from collections.abc import AsyncIterator, Container
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from reelmill.jobs.ports import JobStore, Storage, UploadStore, WebhookStore
from reelmill.jobs.submit import beside_key, original_key, upload_key
from reelmill.model.errors import ConflictError, NotFoundError
from reelmill.model.jobs import FINAL, JobStatus
from reelmill.model.records import JobProgram
from reelmill.model.terms import Retention
from reelmill.recipes.recipe import MAIN

ORPHAN_AGE = timedelta(hours=1)
"""Files without a job are left alone for so long: their job may be about to be committed."""


@dataclass(frozen=True)
class Removal:
    """Something that goes, or would go."""

    kind: Literal["job", "upload", "orphan", "logs", "deliveries"]
    what: str
    why: str


async def clean_up(
    jobs: JobStore,
    uploads: UploadStore,
    storage: Storage,
    keep: Retention,
    now: datetime,
    *,
    dry_run: bool = False,
) -> AsyncIterator[Removal]:
    """Remove what is to be kept no longer, and tell each thing after it is gone.

    What cannot be removed keeps nothing else from going.

    Raises:
        OSError: the store or the storage cannot be reached, or would not let something go.
    """
    errors: list[OSError] = []
    gone: set[str] = set()
    async for job, removal in _old_jobs(jobs, keep, now):
        if dry_run or await _forgotten(jobs, storage, job, errors):
            gone.add(job.job_id)
            yield removal
    for files in (
        _given_up(uploads, now, dry_run=dry_run),
        _old_uploads(jobs, storage, keep, now, gone),
        _orphans(jobs, uploads, storage, now),
    ):
        async for removal in files:
            if dry_run or _removed(storage, removal.what, errors):
                yield removal
    if keep.logs_days is not None:
        moment = now - timedelta(days=keep.logs_days)
        if count := await jobs.drop_logs(moment, dry_run=dry_run):
            yield Removal("logs", str(count), f"older than {keep.logs_days:g} days")
    if errors:
        raise errors[0]


async def clean_up_deliveries(
    webhooks: WebhookStore, keep: Retention, now: datetime, *, dry_run: bool = False
) -> AsyncIterator[Removal]:
    """Forget deliveries that came to their end long ago.

    Raises:
        OSError: the store cannot be reached.
    """
    if keep.deliveries_days is None:
        return
    moment = now - timedelta(days=keep.deliveries_days)
    if count := await webhooks.drop_deliveries(moment, dry_run=dry_run):
        yield Removal("deliveries", str(count), f"older than {keep.deliveries_days:g} days")


async def _forgotten(
    jobs: JobStore, storage: Storage, job: JobProgram, errors: list[OSError]
) -> bool:
    """Remove a job with its files: what is left of those belongs to nobody, the next time."""
    try:
        await jobs.remove(job.job_id)
    except (ConflictError, NotFoundError):  # somebody retried or removed it meanwhile
        return False
    try:
        remove_files(storage, job)
    except OSError as error:
        errors.append(error)
    return True


def _removed(storage: Storage, key: str, errors: list[OSError]) -> bool:
    try:
        storage.remove(key)
    except OSError as error:
        errors.append(error)
        return False
    return True


async def _old_jobs(
    jobs: JobStore, keep: Retention, now: datetime
) -> AsyncIterator[tuple[JobProgram, Removal]]:
    for status in sorted(FINAL):
        days = keep.completed_jobs_days if status == "completed" else keep.failed_jobs_days
        async for job in _ended(jobs, status, days, now):
            yield job, Removal("job", job.job_id, f"{status} more than {days:g} days ago")


async def _old_uploads(
    jobs: JobStore, storage: Storage, keep: Retention, now: datetime, gone: Container[str]
) -> AsyncIterator[Removal]:
    days = keep.failed_uploads_days
    for status in sorted(FINAL - {"completed"}):
        async for job in _ended(jobs, status, days, now):
            for key in uploads_of(job) if job.job_id not in gone else ():
                if storage.has(key) and await _is_still(jobs, job):
                    why = f"its job {status} more than {days:g} days ago"
                    yield Removal("upload", key, why)


async def _is_still(jobs: JobStore, was: JobProgram) -> bool:
    """Whether nobody has retried or removed a job since."""
    try:
        job = await jobs.job(was.job_id)
    except NotFoundError:
        return False
    return (job.status, job.run) == (was.status, was.run)


async def _ended(
    jobs: JobStore, status: JobStatus, days: float | None, now: datetime
) -> AsyncIterator[JobProgram]:
    """Jobs of an end that is long ago."""
    last: JobProgram | None = None
    while days is not None:
        found = await jobs.ended_before(status, now - timedelta(days=days), last)
        for job in found:
            yield job
        if not found:
            return
        last = found[-1]


async def _given_up(
    uploads: UploadStore, now: datetime, *, dry_run: bool
) -> AsyncIterator[Removal]:
    for one in await uploads.expired(now):
        if not dry_run:
            await uploads.forget(one.upload_id)
        yield Removal("upload", upload_key(one.upload_id), "nobody went on with it")


async def _orphans(
    jobs: JobStore, uploads: UploadStore, storage: Storage, now: datetime
) -> AsyncIterator[Removal]:
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
    grown = {
        key: key.partition("/")[2]
        for key, since in storage.keys("uploads")
        if now - since > ORPHAN_AGE
    }
    begun = await uploads.begun({*grown.values()})
    for key, upload_id in grown.items():
        if upload_id not in begun:
            yield Removal("orphan", key, "there is no such upload")


def uploads_of(job: JobProgram) -> list[str]:
    """The sources of a job that stand in the storage because they were uploaded."""
    return [one.location for one in job.sources.values() if one.kind == "stored"]


def beside_of(job: JobProgram) -> list[str]:
    """Where its other sources stand, if they came with it."""
    return [beside_key(job.job_id, name) for name in job.sources if name != MAIN]


def remove_files(storage: Storage, job: JobProgram) -> None:
    """Everything that the storage holds for a job."""
    storage.remove(f"processed/{job.job_id}")
    for key in [*uploads_of(job), *beside_of(job)]:
        storage.remove(key)
    for facts in job.facts.sources if job.facts else ():
        if facts.source == MAIN:
            storage.remove(original_key(job.job_id, facts, job.filename))
