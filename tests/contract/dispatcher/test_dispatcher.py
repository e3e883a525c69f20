"""What every dispatcher promises (jobs/ports.py). A new adapter is a line in ADAPTERS."""

import asyncio
from collections.abc import Callable, Coroutine

import pytest

from reelmill.adapters.dispatch.local import LocalDispatcher
from reelmill.jobs.ports import Dispatcher

ADAPTERS: dict[str, Callable[[], Dispatcher]] = {"local": LocalDispatcher}
LONG = 30.0


@pytest.fixture(params=ADAPTERS)
def make(request: pytest.FixtureRequest) -> Callable[[], Dispatcher]:
    return ADAPTERS[request.param]


def run(work: Coroutine[None, None, None]) -> None:
    asyncio.run(asyncio.wait_for(work, LONG))


def test_a_ring_wakes_who_waits(make: Callable[[], Dispatcher]) -> None:
    async def work() -> None:
        bell = make()
        waiting = asyncio.create_task(bell.wait("cpu", LONG))
        await asyncio.sleep(0)
        bell.wake("cpu")
        assert await waiting

    run(work())


def test_a_ring_before_anybody_waits_is_heard(make: Callable[[], Dispatcher]) -> None:
    async def work() -> None:
        bell = make()
        bell.wake("cpu")
        assert await bell.wait("cpu", LONG)
        assert not await bell.wait("cpu", 0.01)

    run(work())


def test_one_ring_wakes_one(make: Callable[[], Dispatcher]) -> None:
    async def work() -> None:
        bell = make()
        waiting = [asyncio.create_task(bell.wait("cpu", LONG)) for _ in range(2)]
        await asyncio.sleep(0)
        bell.wake("cpu")
        done, left = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        assert (len(done), len(left)) == (1, 1)
        bell.wake("cpu")
        assert all(await asyncio.gather(*waiting))

    run(work())


def test_other_resources_do_not_hear_it(make: Callable[[], Dispatcher]) -> None:
    async def work() -> None:
        bell = make()
        bell.wake("io")
        assert not await bell.wait("cpu", 0.01)

    run(work())


def test_nobody_rings(make: Callable[[], Dispatcher]) -> None:
    async def work() -> None:
        bell = make()
        assert not await bell.wait("cpu", 0.01)
        bell.wake("cpu")  # and who gave up takes no ring from the next
        assert await bell.wait("cpu", LONG)

    run(work())
