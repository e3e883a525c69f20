"""What finished steps took is told to those who estimate."""

from __future__ import annotations

import pytest

from reelmill.jobs.ports import JobStore
from reelmill.model.experience import Basis, Finished, SizeBasis
from reelmill.model.work import Ending
from tests.contract.conftest import Clock, Stores
from tests.contract.material import BROKEN, ENCODE, ENCODED, HLS, claimed, expanded, failed

pytestmark = pytest.mark.anyio

BASIS = Basis(
    kind="libx264",
    density=0.1,
    wall_seconds=2,
    cpu_seconds=4,
    sizes=(
        SizeBasis(output="mp4", kind="libx264:crf", size_bytes=400),
        SizeBasis(output="hls", kind="libx264:crf", size_bytes=400),
        SizeBasis(output="lost", kind="libx264:crf", size_bytes=400),
    ),
)
STEP = ENCODE.but(basis=BASIS)


async def done(jobs: JobStore, name: str, ending: Ending = ENCODED) -> None:
    await expanded(jobs, name, steps=(STEP,))
    assert await jobs.finish(await claimed(jobs), ending)


async def test_what_a_step_took_stands_beside_what_was_foreseen(jobs: JobStore) -> None:
    both = ENCODED.but(artifacts=(*ENCODED.artifacts, HLS))
    await done(jobs, "job-1", both)
    (one,) = await jobs.finished(9)
    assert one == Finished(
        basis=BASIS, wall_seconds=3, cpu_seconds=5, sizes={"mp4": 500, "hls": 605}
    )


async def test_the_newest_come_first_and_no_more_than_asked(
    jobs: JobStore, clock: Clock, others: Stores
) -> None:
    for number in range(1, 4):
        clock.pass_by(1)
        await done(jobs, f"job-{number}", ENCODED.but(cpu_seconds=number))
    assert [one.cpu_seconds for one in await others.jobs.finished(2)] == [3, 2]


async def test_only_what_was_done_whole_and_foreseen_says_anything(jobs: JobStore) -> None:
    await expanded(jobs, "unforeseen")
    assert await jobs.finish(await claimed(jobs), ENCODED)
    await jobs.cancel("unforeseen")
    await failed(jobs, "failed", steps=(STEP,))
    again = Ending(outcome="again", failures={"mp4": BROKEN}, cpu_seconds=9, wall_seconds=9)
    await done(jobs, "delayed", again)
    await done(jobs, "unmeasured", ENCODED.but(cpu_seconds=0))
    assert await jobs.finished(9) == ()


async def test_a_step_that_succeeds_at_last_counts_once(jobs: JobStore, clock: Clock) -> None:
    again = Ending(outcome="again", delay_seconds=5, cpu_seconds=9, wall_seconds=9)
    await done(jobs, "job-1", again)
    clock.pass_by(5)
    (late,) = await jobs.delayed()
    assert await jobs.ripen(late)
    assert await jobs.finish(await claimed(jobs), ENCODED)
    assert [one.cpu_seconds for one in await jobs.finished(9)] == [5]
