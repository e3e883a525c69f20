"""Experience is read when it is wanted and old, and never stands in the way of a plan."""

from __future__ import annotations

from typing import Any

import pytest

from reelmill.jobs.calibrate import AGE_SECONDS, Calibrator
from reelmill.jobs.compile import Terms
from reelmill.model.experience import Basis, Experience, Finished
from reelmill.model.steps import Policy

pytestmark = pytest.mark.anyio

BASIS = Basis(kind="libx264", density=0.1, wall_seconds=1, cpu_seconds=1)
DONE = Finished(basis=BASIS, wall_seconds=2, cpu_seconds=2)
TERMS = Terms(policy=Policy(encoder_threads=3))


class Away:
    """A store that can be told to be away."""

    def __init__(self) -> None:
        self.away = False
        self.looks = 0

    async def finished(self, limit: int) -> Experience:
        self.looks += 1
        if self.away:
            raise OSError("the database is away")
        return (DONE,)[:limit]


@pytest.fixture
def store() -> Away:
    return Away()


async def test_it_looks_once_in_a_while(store: Any) -> None:
    now = 100.0
    calibrator = Calibrator(store, clock=lambda: now)
    for _ in range(3):
        terms = await calibrator.over(TERMS)
        assert terms.policy == TERMS.policy.but(experience=(DONE,))
    assert store.looks == 1
    now += AGE_SECONDS
    await calibrator.over(TERMS)
    assert store.looks == 2


async def test_what_was_known_serves_while_the_store_is_away(store: Any) -> None:
    now = 100.0
    calibrator = Calibrator(store, clock=lambda: now)
    store.away = True
    assert (await calibrator.over(TERMS)).policy.experience == ()
    store.away, now = False, now + AGE_SECONDS
    assert (await calibrator.over(TERMS)).policy.experience == (DONE,)
    store.away, now = True, now + AGE_SECONDS
    assert (await calibrator.over(TERMS)).policy.experience == (DONE,)
