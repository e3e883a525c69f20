"""The installation, for administrators."""

from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Literal

from anyio import to_thread
from fastapi import APIRouter, Query
from pydantic import BaseModel

from reelmill.jobs.retention import Removal, clean_up, clean_up_deliveries
from reelmill.model.records import Instance
from reelmill.web.gate import SECURITY, AdminRoute
from reelmill.web.problems import responses
from reelmill.web.routes.numbers import StatisticsDocument, statistics_document
from reelmill.web.site import TheSite

MOST_LISTED = 1000

router = APIRouter(prefix="/admin", route_class=AdminRoute, dependencies=SECURITY, tags=["admin"])


class InstanceList(BaseModel):
    """All processes of the service."""

    instances: list[Instance]


class StorageDocument(BaseModel):
    """Room in the storage."""

    free_bytes: int | None
    """None: nobody knows."""
    capacity_bytes: int | None
    """In all, with what others have there; None: nobody knows."""
    kept_free_bytes: int
    reserved_bytes: int
    """By steps that run, and not written yet."""
    steps_without_room: int
    """That wait for some."""
    outputs_bytes: int
    """Of all jobs."""


@router.get(
    "/workers",
    operation_id="listWorkers",
    summary="The processes of the service",
    response_model=InstanceList,
    responses=responses(),
)
async def list_workers(site: TheSite) -> InstanceList:
    """Those with slots do the work."""
    return InstanceList(instances=list(await site.instances.instances()))


@router.get(
    "/storage",
    operation_id="getStorage",
    summary="Room in the storage",
    response_model=StorageDocument,
    responses=responses(),
)
async def get_storage(site: TheSite) -> StorageDocument:
    """How much more it takes, and what of that is promised already."""
    return StorageDocument(
        free_bytes=await to_thread.run_sync(site.storage.free_bytes),
        capacity_bytes=await to_thread.run_sync(site.storage.capacity_bytes),
        kept_free_bytes=site.config.disk_reserve_bytes,
        reserved_bytes=await site.jobs.reserved_bytes(),
        steps_without_room=await site.jobs.lacking_room(),
        outputs_bytes=(await site.jobs.statistics()).output_bytes,
    )


class Removed(BaseModel):
    """Something that went, or would go."""

    kind: Literal["job", "upload", "orphan", "logs", "deliveries"]
    what: str
    why: str


class CleanupReport(BaseModel):
    """What a clean-up removed."""

    dry_run: bool
    """Nothing was."""
    counts: dict[str, int]
    """By kind, all of it."""
    removed: list[Removed]
    """The first thousand."""
    dead_workplaces: int
    """Folders of attempts and uploads whose process is gone; a dry run does not look."""


@router.post(
    "/cleanup",
    operation_id="cleanUp",
    summary="Remove what is to be kept no longer",
    response_model=CleanupReport,
    responses=responses(400),
)
async def clean(
    site: TheSite,
    days: Annotated[
        float | None,
        Query(
            ge=0, le=100_000, description="For failed and cancelled jobs, in place of the setting"
        ),
    ] = None,
    dry_run: Annotated[bool, Query(description="Only tell")] = False,
) -> CleanupReport:
    """What the hourly clean-up does, now: old jobs, uploads and logs, and files without a job.

    Completed jobs stay, unless `retention.completed_jobs_days` says otherwise.
    """
    keep = site.config.retention
    if days is not None:
        keep = keep.but(failed_jobs_days=days)
    dead = 0 if dry_run else await to_thread.run_sync(site.storage.sweep)
    counts: Counter[str] = Counter()
    listed: list[Removed] = []
    now = datetime.now(UTC)
    files = clean_up(site.jobs, site.uploads, site.storage, keep, now, dry_run=dry_run)
    told = clean_up_deliveries(site.webhooks, keep, now, dry_run=dry_run)
    async for one in _chained(files, told):
        counts[one.kind] += int(one.what) if one.kind in ("logs", "deliveries") else 1
        if len(listed) < MOST_LISTED:
            listed.append(Removed(kind=one.kind, what=one.what, why=one.why))
    return CleanupReport(dry_run=dry_run, counts=dict(counts), removed=listed, dead_workplaces=dead)


@router.get(
    "/stats",
    operation_id="getAllStatistics",
    summary="All keys' jobs in numbers",
    response_model=StatisticsDocument,
    responses=responses(),
)
async def get_all_statistics(site: TheSite) -> StatisticsDocument:
    """As `/stats` says it to an admin."""
    return await statistics_document(site, None)


async def _chained(*parts: AsyncIterator[Removal]) -> AsyncIterator[Removal]:
    for part in parts:
        async for one in part:
            yield one
