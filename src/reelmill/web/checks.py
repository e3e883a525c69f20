"""Is the service well? One check for each thing that it stands on."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Literal

import anyio
import structlog
from anyio import to_thread
from pydantic import BaseModel

from reelmill.model.errors import ReelmillError
from reelmill.web.documents.capabilities import hardware_of
from reelmill.web.site import Site

Health = Literal["healthy", "degraded", "unhealthy", "not_configured"]
PATIENCE_SECONDS, MOST_USED_PERCENT = 5.0, 90.0
GRAVEST: tuple[Health, ...] = ("unhealthy", "degraded", "healthy")
log: structlog.stdlib.BoundLogger = structlog.get_logger("reelmill.web")


class Check(BaseModel):
    """One thing."""

    status: Health
    detail: str | None = None


async def database(site: Site) -> Check:
    """Whether the store answers."""
    await site.instances.instances()
    return Check(status="healthy")


async def workers(site: Site) -> Check:
    """Whether anybody does the work; without, jobs are taken and wait."""
    slots = sum(sum(one.slots.values()) for one in await site.instances.instances())
    if not slots:
        return Check(status="degraded", detail="no worker: jobs wait")
    return Check(status="healthy", detail=f"{slots} slots")


async def ffmpeg(site: Site) -> Check:
    """Whether there is an FFmpeg that runs."""
    found = await to_thread.run_sync(site.inspector.capabilities)
    return Check(status="healthy", detail=found.ffmpeg_version)


async def hardware_acceleration(site: Site) -> Check:
    """Which GPUs were proven to encode; nothing stands on them."""
    found = hardware_of((await to_thread.run_sync(site.inspector.capabilities)).encoders)
    if not found:
        return Check(status="not_configured", detail="no GPU that encodes")
    return Check(status="healthy", detail=", ".join(found))


async def sandbox(site: Site) -> Check:
    """How children are shut in on this host."""
    level = (await to_thread.run_sync(site.inspector.capabilities)).sandbox
    return Check(status="degraded" if level == "none" else "healthy", detail=level)


async def disk_space(site: Site) -> Check:
    """How full the storage is."""
    free = await to_thread.run_sync(site.storage.free_bytes)
    capacity = await to_thread.run_sync(site.storage.capacity_bytes)
    if free is None or not capacity:
        return Check(status="healthy", detail="nobody knows how much room there is")
    percent = 100 * (1 - free / capacity)
    waiting = await site.jobs.lacking_room()
    status: Health = "degraded" if percent > MOST_USED_PERCENT or waiting else "healthy"
    steps = f", {waiting} steps wait for room" if waiting else ""
    return Check(status=status, detail=f"{percent:.0f} % used{steps}")


async def absent(site: Site) -> Check:
    """Something that this installation does without."""
    del site
    return Check(status="not_configured")


CHECKS: Mapping[str, Callable[[Site], Awaitable[Check]]] = {
    "database": database,
    "workers": workers,
    "ffmpeg": ffmpeg,
    "hardware_acceleration": hardware_acceleration,
    "sandbox": sandbox,
    "disk_space": disk_space,
    "redis": absent,
    "minio": absent,
}


async def check(site: Site, name: str) -> Check:
    """One check; what raises or takes too long is unhealthy."""
    try:
        with anyio.fail_after(PATIENCE_SECONDS):
            return await CHECKS[name](site)
    except (OSError, ReelmillError) as error:
        log.warning("unhealthy", check=name, error=str(error))
        return Check(status="unhealthy", detail="it does not answer")


async def check_all(site: Site) -> dict[str, Check]:
    """All checks, at once."""
    found: dict[str, Check] = {}

    async def one(name: str) -> None:
        found[name] = await check(site, name)

    async with anyio.create_task_group() as group:
        for name in CHECKS:
            group.start_soon(one, name)
    return {name: found[name] for name in CHECKS}


def worst(checks: Mapping[str, Check]) -> Health:
    """Of all together."""
    found = {one.status for one in checks.values()}
    for status in GRAVEST:
        if status in found:
            return status
    return "healthy"
