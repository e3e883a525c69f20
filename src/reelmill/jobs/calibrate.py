"""Estimates learn: the terms of plans, with what has been done lately."""

import time
from collections.abc import Callable
from contextlib import suppress

from reelmill.jobs.compile import Terms
from reelmill.jobs.ports import JobStore
from reelmill.model.experience import EXPERIENCED, Experience

AGE_SECONDS = 5.0
"""How old what is known may be; so no plan costs more than its share of a look."""


class Calibrator:
    """Reads what finished steps took, not more often than it is worth.

    Args:
        jobs: what knows them.
        clock: seconds, never going back.
    """

    def __init__(self, jobs: JobStore, clock: Callable[[], float] = time.monotonic) -> None:
        self._jobs = jobs
        self._clock = clock
        self._read_at: float | None = None
        self._experience: Experience = ()

    async def over(self, terms: Terms) -> Terms:
        """The same terms, with experience. Where the store is away, with that of before."""
        now = self._clock()
        if self._read_at is None or now - self._read_at >= AGE_SECONDS:
            self._read_at = now  # whoever comes meanwhile takes what there is
            with suppress(OSError):
                self._experience = await self._jobs.finished(EXPERIENCED)
        return terms.model_copy(
            update={"policy": terms.policy.model_copy(update={"experience": self._experience})}
        )
