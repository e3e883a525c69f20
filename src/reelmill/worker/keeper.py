"""Holds on to the claims of a worker: beats, and ends the attempts whose claims are lost."""

import asyncio
import time
from concurrent.futures import TimeoutError as FutureTimeoutError

import structlog

from reelmill.jobs.ports import EventBus, JobStore
from reelmill.model.work import Claim
from reelmill.worker.lease import Lease

LOOK_SECONDS = 0.5
"""How soon a cancelled attempt is noticed."""
BEAT_SECONDS = 2.5
"""Between beats; each carries the newest progress to the store."""
CONFIRM_SECONDS = 5.0

log = structlog.get_logger("reelmill.worker")


class Keeper:
    """Knows all leases of a worker."""

    def __init__(self, jobs: JobStore, bus: EventBus) -> None:
        self._jobs = jobs
        self._bus = bus
        self._leases: dict[tuple[int, int], Lease] = {}

    def hold(self, claim: Claim, loop: asyncio.AbstractEventLoop) -> Lease:
        """Keep a claim from now on."""

        def still_held(claim: Claim) -> bool:
            asked = asyncio.run_coroutine_threadsafe(self._jobs.held([claim]), loop)
            try:
                return (claim.number, claim.attempt) in asked.result(CONFIRM_SECONDS)
            except (OSError, FutureTimeoutError):
                asked.cancel()
                return False  # nobody can say: then it is not

        lease = Lease(claim, still_held)
        self._leases[claim.number, claim.attempt] = lease
        return lease

    def drop(self, lease: Lease) -> None:
        """Its attempt is over."""
        self._leases.pop((lease.claim.number, lease.claim.attempt), None)

    def works_on(self, job_id: str) -> bool:
        """Whether any attempt at this job is under way here."""
        return any(one.claim.job_id == job_id for one in self._leases.values())

    def stop_all(self) -> None:
        """End all attempts; their claims still hold, and are given back."""
        for lease in self._leases.values():
            lease.stop.set()

    async def run(self) -> None:
        """Until it is cancelled."""
        await asyncio.gather(self._look(), self._beat(), self._watch())

    async def _watch(self) -> None:
        """End what had no beat in time, also while the store does not answer."""
        while True:
            for lease in [*self._leases.values()]:
                if lease.lost:
                    lease.stop.set()
            await asyncio.sleep(LOOK_SECONDS)

    async def _look(self) -> None:
        """Notice soon what was cancelled, and pass on how far the others are."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            leases = {**self._leases}
            if not leases:
                continue
            try:
                held = await self._jobs.held([one.claim for one in leases.values()])
            except OSError:
                continue
            for fence, lease in leases.items():
                if fence not in held and fence in self._leases:
                    lease.lose("cancelled or replaced")
                elif lease.progress is not None:
                    self._bus.post(lease.claim.job_id, lease.progress)

    async def _beat(self) -> None:
        while True:
            began = time.monotonic()
            for fence, lease in [*self._leases.items()]:
                sent = time.monotonic()
                try:
                    held = await self._jobs.beat(lease.claim, lease.progress)
                except OSError as error:
                    log.warning("beat_failed", error=str(error))
                    continue
                if held:
                    lease.beaten(sent)
                elif fence in self._leases:
                    lease.lose("cancelled or replaced")
            await asyncio.sleep(max(0.1, BEAT_SECONDS - (time.monotonic() - began)))
