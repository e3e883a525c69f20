"""The worker: slots that claim steps and do them, a keeper that holds on to what they have."""

import asyncio
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace

import structlog

from reelmill.jobs.calibrate import Calibrator
from reelmill.jobs.ports import Dispatcher, EventBus, JobStore
from reelmill.model.errors import NotFoundError
from reelmill.model.work import RESOURCES, Claim, Ending, Expansion, Resource
from reelmill.worker.keeper import Keeper
from reelmill.worker.lease import Lease, LeaseLostError
from reelmill.worker.perform import Shop, perform
from reelmill.worker.publish import job_folder

IDLE_SECONDS = 1.0
"""An idle slot looks by itself this often: rings may be lost, or be rung in another process."""
TROUBLE_SECONDS = 1.0
"""Between tries while the store cannot be reached."""

log = structlog.get_logger("reelmill.worker")


@dataclass
class Worker:
    """Does steps until it is told to stop.

    Attributes:
        name: of this process, for the store.
        slots: how many steps of each resource at the same time.
    """

    name: str
    jobs: JobStore
    dispatcher: Dispatcher
    bus: EventBus
    shop: Shop
    calibrator: Calibrator
    slots: Mapping[Resource, int]
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Until `stop`; whatever was begun is ended or given back then."""
        count = sum(self.slots.values())
        # A child dies with the thread that started it, so threads must last: one for each slot.
        threads = ThreadPoolExecutor(max_workers=count, thread_name_prefix="attempt")
        keeper = Keeper(self.jobs, self.bus)
        keeping = asyncio.create_task(keeper.run())
        try:
            async with asyncio.TaskGroup() as slots:
                for resource, number in self.slots.items():
                    for _ in range(number):
                        slots.create_task(self._slot(resource, keeper, threads))
                await self._stopping.wait()
                keeper.stop_all()
                for resource in RESOURCES:
                    for _ in range(self.slots.get(resource, 0)):
                        self.dispatcher.wake(resource)
        finally:
            keeping.cancel()
            with suppress(asyncio.CancelledError):
                await keeping
            threads.shutdown(wait=False)

    def stop(self) -> None:
        """Begin no more; end what runs, and give it back."""
        self._stopping.set()

    async def _slot(self, resource: Resource, keeper: Keeper, threads: ThreadPoolExecutor) -> None:
        while not self._stopping.is_set():
            try:
                room_bytes = await asyncio.to_thread(self.shop.room_bytes)
                claim = await self.jobs.claim(self.name, resource, room_bytes)
            except OSError as error:
                log.warning("store_unreachable", error=str(error))
                await self._pause(TROUBLE_SECONDS)
                continue
            if claim is None:
                await self.dispatcher.wait(resource, IDLE_SECONDS)
                continue
            with structlog.contextvars.bound_contextvars(
                job_id=claim.job_id, step=claim.step.id, attempt=claim.attempt
            ):
                await self._attempt(claim, keeper, threads)

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    async def _attempt(self, claim: Claim, keeper: Keeper, threads: ThreadPoolExecutor) -> None:
        loop = asyncio.get_running_loop()
        self.bus.post(claim.job_id)
        lease = keeper.hold(claim, loop)
        log.info("attempt_begins")
        if self._stopping.is_set():
            lease.stop.set()
        try:
            record = await self.jobs.program(claim.job_id)
            shop = await self._experienced(claim)
            done = await loop.run_in_executor(threads, perform, shop, lease, record)
            held = await self._settle(lease, done)
        except (LeaseLostError, LookupError, NotFoundError) as error:
            held = False
            log.warning("attempt_lost", why=str(error))
        except OSError as error:
            held = False
            log.error("store_unreachable", error=str(error))
        finally:
            keeper.drop(lease)
        if not keeper.works_on(claim.job_id):
            self.bus.forget(claim.job_id)
        await self._after(claim, held=held)

    async def _experienced(self, claim: Claim) -> Shop:
        """The shop, with experience where it is about to plan."""
        if claim.step.executor != "inspect":
            return self.shop
        return replace(self.shop, terms=await self.calibrator.over(self.shop.terms))

    async def _settle(self, lease: Lease, done: Ending | Expansion) -> bool:
        """Commit an ending; while the store is away, for as long as the claim may hold."""
        while True:
            sent = time.monotonic()
            try:
                if isinstance(done, Expansion):
                    held = await self.jobs.expand(lease.claim, done)
                    log.info("attempt_ends", outcome="expanded", held=held)
                else:
                    held = await self.jobs.finish(lease.claim, done)
                    code = done.failure.code if done.failure else None
                    log.info("attempt_ends", outcome=done.outcome, code=code, held=held)
                return held
            except OSError as error:
                log.warning("store_unreachable", error=str(error))
                if lease.lost:
                    raise LeaseLostError(lease.lost) from error
            await asyncio.sleep(max(0.0, TROUBLE_SECONDS - (time.monotonic() - sent)))

    async def _after(self, claim: Claim, *, held: bool) -> None:
        """Tell the others; files of a job that was cancelled or is gone are nobody's."""
        self.bus.post(claim.job_id)
        for resource in RESOURCES:
            self.dispatcher.wake(resource)
        if held:
            return
        with suppress(OSError):
            if await self._is_nobodys(claim.job_id):
                await asyncio.to_thread(self.shop.storage.remove, job_folder(claim.job_id))

    async def _is_nobodys(self, job_id: str) -> bool:
        try:
            return (await self.jobs.job(job_id)).status == "cancelled"
        except NotFoundError:  # cancelled, and forgotten since
            return True
