"""Takes back what dead workers hold. Only this process's own monotonic clock is believed."""

import time
from collections.abc import Callable, Hashable, Iterable

from reelmill.jobs.decide import LOST_SECONDS, MOST_ATTEMPTS
from reelmill.jobs.ports import InstanceStore, JobStore
from reelmill.model.records import Instance

LEASE_SECONDS = 15.0
"""A lease whose beat does not move for so long is lost."""
INSTANCE_SECONDS = 30.0
SWEEP_SECONDS = 3.0
"""Between looks."""


class Patience:
    """How long things have been seen unchanged, by somebody who keeps looking.

    Time in which nobody looked does not count: a process that was stopped, or a machine that
    slept, would otherwise find everybody else silent.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._looked: float | None = None
        self._seen: dict[Hashable, tuple[object, float]] = {}

    def look(self, states: Iterable[tuple[Hashable, object]]) -> dict[Hashable, float]:
        """Seconds for which each thing has been in the state it is in now."""
        now = self._clock()
        gone = min(now - self._looked, 2 * SWEEP_SECONDS) if self._looked is not None else 0.0
        self._looked = now
        found: dict[Hashable, tuple[object, float]] = {}
        for name, state in states:
            before = self._seen.get(name)
            same = before is not None and before[0] == state
            found[name] = (state, before[1] + gone if before is not None and same else 0.0)
        self._seen = found
        return {name: seconds for name, (_, seconds) in found.items()}


class Sweeper:
    """Looks at leases, delays and processes; `look` is to be called every few seconds.

    Args:
        is_dead: says of a process that it is certainly gone, so that nobody need wait for it.
    """

    def __init__(
        self,
        jobs: JobStore,
        instances: InstanceStore,
        is_dead: Callable[[Instance], bool] = lambda _: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._jobs, self._instances = jobs, instances
        self._is_dead = is_dead
        self._leases, self._delays, self._processes = (Patience(clock) for _ in range(3))

    async def look(self) -> bool:
        """One look; whether there is work that was not there before.

        Raises:
            OSError: the store cannot be reached.
        """
        known = {one.instance_id: one for one in await self._instances.instances()}
        dead = {name for name, one in known.items() if self._is_dead(one)}
        work = await self._take_back(dead)
        work |= await self._ripen()
        silent = self._processes.look((name, one.beat) for name, one in known.items())
        for name in dead | {str(one) for one, since in silent.items() if since >= INSTANCE_SECONDS}:
            await self._instances.leave(name)
        return work

    async def _take_back(self, dead: set[str]) -> bool:
        leases = {(one.number, one.attempt): one for one in await self._jobs.leases()}
        silent = self._leases.look((fence, one.beat) for fence, one in leases.items())
        work = False
        for fence, one in leases.items():
            if one.worker in dead or silent[fence] >= LEASE_SECONDS:
                # Once, a worker was restarted; more often, the step may be what ends them.
                delay = LOST_SECONDS if one.attempt > 1 else 0.0
                work |= await self._jobs.lose(one, delay, MOST_ATTEMPTS)
        return work

    async def _ripen(self) -> bool:
        """A delay ends by the store's clock or by ours, whichever is first: clocks are moved."""
        delays = {(one.number, one.attempt): one for one in await self._jobs.delayed()}
        waited = self._delays.look((fence, None) for fence in delays)
        work = False
        for fence, one in delays.items():
            if waited[fence] >= one.delay_seconds:
                work |= await self._jobs.ripen(one)
        return work
