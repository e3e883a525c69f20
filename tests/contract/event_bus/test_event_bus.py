"""What every event bus promises (jobs/ports.py). A new adapter is a line in ADAPTERS."""

import asyncio
from collections.abc import Callable, Coroutine

import pytest

from reelmill.adapters.events.local import LocalEventBus
from reelmill.jobs.ports import EventBus
from reelmill.model.events import Progress, TaskProgress

ADAPTERS: dict[str, Callable[[], EventBus]] = {"local": LocalEventBus}
LONG = 30.0


@pytest.fixture(params=ADAPTERS)
def make(request: pytest.FixtureRequest) -> Callable[[], EventBus]:
    return ADAPTERS[request.param]


def run(work: Coroutine[None, None, None]) -> None:
    asyncio.run(asyncio.wait_for(work, LONG))


def at(name: str, fraction: float) -> Progress:
    return Progress(tasks=(TaskProgress(name=name, status="running", fraction=fraction),))


def test_all_who_wait_for_a_job_hear_of_it(make: Callable[[], EventBus]) -> None:
    async def work() -> None:
        bus = make()
        waiting = [asyncio.create_task(bus.changed("a", LONG)) for _ in range(3)]
        other = asyncio.create_task(bus.changed("b", 0.05))
        await asyncio.sleep(0)
        bus.post("a")
        assert await asyncio.gather(*waiting) == [True, True, True]
        assert await other is False

    run(work())


def test_the_newest_of_each_task_is_kept_until_the_job_is_forgotten(
    make: Callable[[], EventBus],
) -> None:
    bus = make()
    assert bus.latest("a") is None
    bus.post("a", at("mp4", 0.1))
    bus.post("a", at("mp3", 0.5))
    bus.post("a", at("mp4", 0.2))
    bus.post("a")
    latest = bus.latest("a")
    assert latest is not None
    assert {one.name: one.fraction for one in latest.tasks} == {"mp4": 0.2, "mp3": 0.5}
    bus.forget("a")
    assert bus.latest("a") is None
    bus.forget("a")


def test_who_listens_hears_of_every_job(make: Callable[[], EventBus]) -> None:
    bus = make()
    heard: list[str] = []
    bus.post("before")
    bus.listen(heard.append)
    bus.post("a")
    bus.post("b", at("mp4", 0.1))
    assert heard == ["a", "b"]
