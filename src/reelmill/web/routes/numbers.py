"""All jobs in numbers, and what keys did per day."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from reelmill.model.errors import ForbiddenError
from reelmill.model.records import Instance, Statistics, Usage
from reelmill.web.caller import TheCaller
from reelmill.web.gate import SECURITY, GuardedRoute
from reelmill.web.problems import responses
from reelmill.web.site import Site, TheSite

router = APIRouter(route_class=GuardedRoute, dependencies=SECURITY, tags=["statistics"])


class StatisticsDocument(BaseModel):
    """Jobs in numbers, in the reference's words."""

    total_jobs: Annotated[int, Field(examples=[1523])]
    pending: int
    validating: int
    processing: int
    completed: int
    failed: int
    cancelled: int
    total_input_tb: float
    total_output_tb: float
    avg_processing_time_minutes: float | None
    worker_utilization_percent: float | None
    """Of all slots; None: there is no worker."""


class UsageDay(BaseModel):
    """What a key did on one day (UTC)."""

    key_id: str
    date: str
    jobs_created: int
    jobs_completed: int
    jobs_failed: int
    total_input_gb: float
    total_output_gb: float
    total_processing_hours: float


class UsageDocument(BaseModel):
    """Days, newest first."""

    days: list[UsageDay]


@router.get(
    "/stats",
    operation_id="getStatistics",
    summary="Jobs in numbers",
    response_model=StatisticsDocument,
    responses=responses(),
)
async def get_statistics(site: TheSite, caller: TheCaller) -> StatisticsDocument:
    """The key's own jobs; all jobs for an admin."""
    return await statistics_document(site, caller.scope)


@router.get(
    "/usage_stats",
    operation_id="getUsage",
    summary="What was done per day",
    response_model=UsageDocument,
    responses=responses(400),
)
async def get_usage(
    site: TheSite,
    caller: TheCaller,
    days: Annotated[int, Query(ge=1, le=366)] = 30,
    key_id: Annotated[str | None, Query(max_length=64, description="for admins")] = None,
) -> UsageDocument:
    """By the key itself; by all keys, or one of them, for an admin."""
    if key_id is not None and caller.scope not in (None, key_id):
        raise ForbiddenError("another key's usage needs an admin key")
    return await usage_document(site, key_id or caller.scope, days)


async def statistics_document(site: Site, key_id: str | None) -> StatisticsDocument:
    """All jobs in numbers, or those of one key."""
    numbers = await site.jobs.statistics(key_id)
    seconds = numbers.average_processing_seconds
    count = numbers.by_status
    return StatisticsDocument(
        total_jobs=sum(count.values()),
        pending=count.get("pending", 0),
        validating=count.get("validating", 0),
        processing=count.get("processing", 0),
        completed=count.get("completed", 0),
        failed=count.get("failed", 0),
        cancelled=count.get("cancelled", 0),
        total_input_tb=round(numbers.input_bytes / 10**12, 6),
        total_output_tb=round(numbers.output_bytes / 10**12, 6),
        avg_processing_time_minutes=round(seconds / 60, 2) if seconds is not None else None,
        worker_utilization_percent=utilization(numbers, await site.instances.instances()),
    )


def utilization(numbers: Statistics, instances: tuple[Instance, ...]) -> float | None:
    """How many of the workers' slots are busy, in percent."""
    slots = sum(count for one in instances for count in one.slots.values())
    return round(100 * min(numbers.running_steps, slots) / slots, 1) if slots else None


async def usage_document(site: Site, key_id: str | None, days: int) -> UsageDocument:
    """The last days of one key, or of all."""
    since = (datetime.now(UTC) - timedelta(days=days - 1)).date()
    return UsageDocument(days=[_day(one) for one in await site.keys.usage(key_id, since)])


def _day(usage: Usage) -> UsageDay:
    return UsageDay(
        key_id=usage.key_id,
        date=usage.day.isoformat(),
        jobs_created=usage.jobs_created,
        jobs_completed=usage.jobs_completed,
        jobs_failed=usage.jobs_failed,
        total_input_gb=round(usage.input_bytes / 10**9, 6),
        total_output_gb=round(usage.output_bytes / 10**9, 6),
        total_processing_hours=round(usage.processing_seconds / 3600, 6),
    )
