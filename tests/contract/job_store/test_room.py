"""Steps get room on the disk before they begin, and wait for it without failing."""

from __future__ import annotations

import pytest

from reelmill.jobs.ports import JobStore
from reelmill.model.events import Progress
from reelmill.model.results import Failure
from reelmill.model.steps import Cost
from reelmill.model.work import Ending
from tests.contract.conftest import Clock, Stores
from tests.contract.material import ENCODE, ENCODED, PACKAGED, claimed, expanded, kinds, new_job

pytestmark = pytest.mark.anyio

FULL = Failure(code="storage_full", message="no room", retryable=True)
NO_ROOM = Ending(outcome="no_room", failures={"mp4": FULL}, delay_seconds=5)


async def large(jobs: JobStore, name: str, size_bytes: int = 1000) -> None:
    cost = Cost(wall_seconds=1, cpu_seconds=1, size_bytes=size_bytes)
    await expanded(jobs, name, steps=(ENCODE.but(cost=cost),))


async def test_a_quarter_more_than_the_estimate_must_be_free(jobs: JobStore) -> None:
    await large(jobs, "job-1")
    assert await jobs.claim("worker-1", "cpu", 1249) is None
    assert await jobs.claim("worker-1", "cpu", 1250) is not None


async def test_what_others_have_reserved_is_not_free(jobs: JobStore, others: Stores) -> None:
    """Whichever process they run in."""
    await large(jobs, "job-1")
    await large(jobs, "job-2")
    first = await others.jobs.claim("elsewhere", "cpu", 2000)
    assert first is not None
    assert await jobs.reserved_bytes() == 1250
    assert await jobs.claim("worker-1", "cpu", 2000) is None
    await others.jobs.beat(first, Progress(tasks=(), fraction=0.6))
    assert await jobs.reserved_bytes() == 500  # what is written is missing from the disk
    assert await jobs.claim("worker-1", "cpu", 1749) is None
    assert await others.jobs.finish(first, ENCODED)
    assert await jobs.reserved_bytes() == 0
    assert await jobs.claim("worker-1", "cpu", 1250) is not None


async def test_small_steps_pass_the_ones_that_wait(jobs: JobStore) -> None:
    await large(jobs, "large")
    await large(jobs, "small", 100)
    await jobs.accept(new_job("new"))
    assert (await claimed(jobs, "io")).job_id == "new"
    claim = await jobs.claim("worker-1", "cpu", 500)
    assert claim is not None
    assert claim.job_id == "small"
    assert await jobs.claim("worker-1", "io", 0) is None


async def test_a_full_disk_does_not_stop_what_writes_little(jobs: JobStore) -> None:
    await jobs.accept(new_job())
    assert await jobs.claim("worker-1", "io", -5000) is not None


async def test_its_job_is_told_once(jobs: JobStore) -> None:
    await large(jobs, "job-1")
    for _ in range(3):
        assert await jobs.claim("worker-1", "cpu", 10) is None
    assert (await kinds(jobs)).count("step.waiting_for_room") == 1
    event = next(one for one in await jobs.events("job-1") if one.kind == "step.waiting_for_room")
    assert event.data == {"step": "encode", "room_bytes": 1250}
    assert await jobs.lacking_room() == 1
    assert await jobs.claim("worker-1", "cpu") is not None
    assert await jobs.lacking_room() == 0


async def test_a_full_disk_in_the_middle_is_no_failure(jobs: JobStore, clock: Clock) -> None:
    await large(jobs, "job-1")
    for waits in range(12):
        claim = await claimed(jobs)
        assert (claim.waits, claim.failures, claim.attempt) == (waits, 0, waits + 1)
        assert await jobs.finish(claim, NO_ROOM)
        assert await jobs.claim("worker-1", "cpu") is None
        clock.pass_by(5)
    (delayed,) = await jobs.delayed()
    assert await jobs.ripen(delayed)
    claim = await claimed(jobs)
    (lease,) = await jobs.leases()
    assert await jobs.lose(lease, 0, 10)  # the first that counts
    claim = await claimed(jobs)
    assert await jobs.finish(
        claim, ENCODED.but(artifacts=(*ENCODED.artifacts, *PACKAGED.artifacts))
    )
    assert (await kinds(jobs)).count("step.waiting_for_room") == 12
    assert (await jobs.job("job-1")).failure is None


async def test_it_asks_for_what_it_turned_out_to_need(jobs: JobStore, clock: Clock) -> None:
    await large(jobs, "job-1")
    assert await jobs.finish(await claimed(jobs), NO_ROOM.but(room_bytes=9000))
    clock.pass_by(5)
    assert await jobs.claim("worker-1", "cpu", 8999) is None
    assert await jobs.claim("worker-1", "cpu", 9000) is not None
