"""The parts of a process: it works, tells, takes back and cleans up, until it stops."""

import asyncio
import os
import uuid
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import structlog

from reelmill.adapters.dispatch.local import LocalDispatcher
from reelmill.adapters.events.local import LocalEventBus
from reelmill.app.configuration import limits, settings, terms
from reelmill.app.processes import is_dead, this_host
from reelmill.app.stores import Stores, cleaning
from reelmill.app.wiring import fetcher, slots_of
from reelmill.ffmpeg.inspector import FfmpegInspector
from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.jobs.calibrate import Calibrator
from reelmill.jobs.deliver import Deliverer
from reelmill.jobs.sweep import SWEEP_SECONDS, Sweeper
from reelmill.model.facts import SandboxLevel
from reelmill.model.records import Instance
from reelmill.model.work import RESOURCES, Resource
from reelmill.worker.loop import Worker
from reelmill.worker.perform import Shop

INSTANCE_BEAT_SECONDS = 5.0

log = structlog.get_logger("reelmill")

Kind = Literal["api", "worker", "sender"]


@dataclass(frozen=True)
class House:
    """All parts, over the same stores. Each runs until `stop` is set."""

    data_dir: Path
    stores: Stores
    dispatcher: LocalDispatcher
    bus: LocalEventBus
    calibrator: Calibrator
    sandbox: SandboxLevel

    async def work(self, stop: asyncio.Event) -> None:
        """Workers."""
        slots = slots_of()
        async with self.instance("worker", slots) as name:
            worker = Worker(
                name=name,
                jobs=self.stores.jobs,
                dispatcher=self.dispatcher,
                bus=self.bus,
                shop=Shop(
                    storage=self.stores.storage,
                    inspector=FfmpegInspector(),
                    fetcher=fetcher(),
                    ffmpeg=find_ffmpeg().path,
                    terms=terms(),
                    limits=limits(),
                    link_originals=settings().originals == "link",
                    sandbox=self.sandbox,
                    reserve_bytes=settings().disk_reserve_bytes,
                ),
                calibrator=self.calibrator,
                slots=slots,
            )
            working = asyncio.create_task(worker.run())
            stopping = asyncio.create_task(stop.wait())
            await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
            stopping.cancel()
            worker.stop()
            await working

    async def deliver(self, stop: asyncio.Event) -> None:
        """Webhooks; every process sends, so that those of a dead one are told by another."""
        async with self.instance("sender") as name:
            terms = settings().webhooks
            await Deliverer(name, self.stores.webhooks, fetcher(), terms).run(stop)

    async def sweep(self, stop: asyncio.Event) -> None:
        """Take back what dead processes hold; every process does, as any may be the last."""
        sweeper = Sweeper(self.stores.jobs, self.stores.instances, is_dead)
        while not stop.is_set():
            with _reported("sweep_failed"):
                if await sweeper.look():
                    for resource in RESOURCES:
                        self.dispatcher.wake(resource)
            await _pause(stop, SWEEP_SECONDS)

    async def clean_up(self, stop: asyncio.Event) -> None:
        """Remove what is to be kept no longer."""
        while not stop.is_set():
            with _reported("clean_up_failed"):
                await asyncio.to_thread(self.stores.storage.sweep)
                async for one in cleaning(self.stores):
                    log.info("removed", kind=one.kind, what=one.what, why=one.why)
            await _pause(stop, settings().cleanup_seconds)

    @asynccontextmanager
    async def instance(
        self, kind: Kind, slots: dict[Resource, int] | None = None
    ) -> AsyncGenerator[str]:
        """This process among the others, by a name that no other has."""
        instances = self.stores.instances
        here = Instance(
            instance_id=f"{kind}-{uuid.uuid4().hex[:12]}",
            kind=kind,
            host=this_host(),
            pid=os.getpid(),
            started_at=datetime.now(UTC),
            slots={**slots} if slots else {},
        )
        await instances.join(here)

        async def stay() -> None:
            while True:
                await asyncio.sleep(INSTANCE_BEAT_SECONDS)
                with _reported("instance_beat_failed"):
                    if not await instances.alive(here.instance_id):
                        await instances.join(here)

        staying = asyncio.create_task(stay())
        try:
            yield here.instance_id
        finally:
            staying.cancel()
            with suppress(OSError):
                await instances.leave(here.instance_id)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)


@contextmanager
def _reported(what: str) -> Generator[None]:
    """What is tried again soon only leaves a line."""
    try:
        yield
    except OSError as error:
        log.warning(what, error=str(error))
