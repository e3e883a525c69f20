"""Who gets which step, and until when it is theirs."""

from __future__ import annotations

import asyncio
import json
import sys
import textwrap
from datetime import UTC, datetime, timedelta

import pytest

from reelmill.jobs.ports import JobStore
from reelmill.model.events import Progress, TaskProgress
from reelmill.model.keys import ApiKey
from reelmill.model.work import Claim, Ending
from tests.contract.conftest import Clock, Stores
from tests.contract.material import (
    CLOSED,
    ENCODE,
    ENCODED,
    PACKAGED,
    claimed,
    expanded,
    kinds,
    new_job,
    statuses,
)

pytestmark = pytest.mark.anyio


async def order(jobs: JobStore, number: int) -> list[str]:
    return [(await claimed(jobs, "io")).job_id for _ in range(number)]


async def test_nothing_to_do(jobs: JobStore) -> None:
    assert await jobs.claim("worker-1", "io") is None
    await jobs.accept(new_job())
    assert await jobs.claim("worker-1", "cpu") is None
    assert await jobs.claim("worker-1", "gpu") is None


async def test_priority_comes_first(jobs: JobStore) -> None:
    for name, priority in (("low", 1), ("usual", 5), ("high", 10), ("usual-2", 5)):
        await jobs.accept(new_job(name, priority=priority))
    assert await order(jobs, 4) == ["high", "usual", "usual-2", "low"]


async def test_then_the_key_with_the_fewest_running_steps(jobs: JobStore) -> None:
    for name in ("a-1", "a-2", "a-3", "b-1", "b-2", "c-1"):
        await jobs.accept(new_job(name, key_id=name[0]))
    assert await order(jobs, 6) == ["a-1", "b-1", "c-1", "a-2", "b-2", "a-3"]


async def test_then_the_age_of_the_job_and_the_place_of_the_step(jobs: JobStore) -> None:
    late = datetime(2030, 1, 1, tzinfo=UTC)
    await jobs.accept(new_job("first", created_at=late))  # clocks lie
    await jobs.accept(new_job("second"))
    assert await order(jobs, 2) == ["first", "second"]


def key(key_id: str, most: int | None) -> ApiKey:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return ApiKey(
        key_id=key_id, name="n", secret_hash="00", created_at=now, max_concurrent_jobs=most
    )


async def test_a_key_at_its_limit_gets_no_further_job(stores: Stores) -> None:
    jobs = stores.jobs
    await stores.keys.add(key("key-1", 1))
    await stores.keys.add(key("key-2", None))
    await expanded(jobs, "begun")
    await jobs.accept(new_job("more"))
    assert await jobs.claim("worker-1", "io") is None
    await jobs.accept(new_job("other", key_id="key-2"))
    assert await order(jobs, 1) == ["other"]
    assert await jobs.finish(await claimed(jobs), ENCODED)  # what has begun goes on
    assert await jobs.finish(await claimed(jobs), PACKAGED)
    close = await claimed(jobs, "io")
    assert close.job_id == "begun"
    assert await jobs.claim("worker-1", "io") is None
    assert await jobs.finish(close, CLOSED)
    assert await order(jobs, 1) == ["more"]


async def test_a_beat_prolongs(jobs: JobStore) -> None:
    await expanded(jobs)
    claim = await claimed(jobs)
    (before,) = await jobs.leases()
    assert (before.number, before.attempt, before.beat) == (claim.number, 1, 0)
    assert await jobs.beat(claim)
    (after,) = await jobs.leases()
    assert after.beat == before.beat + 1
    assert not await jobs.beat(claim.but(attempt=2))
    assert not await jobs.lose(before, 5, 10)
    assert await jobs.held([claim]) == {(claim.number, 1)}
    assert await jobs.leases() == (after,)


async def test_held_prolongs_nothing(jobs: JobStore) -> None:
    for name in ("a", "b", "c"):
        await jobs.accept(new_job(name))
    claims = [await claimed(jobs, "io") for _ in range(3)]
    await jobs.cancel("b")
    stale = claims[2].but(attempt=7)
    assert await jobs.held([claims[0], claims[1], stale]) == {(claims[0].number, 1)}
    assert await jobs.held([]) == set()
    assert {lease.beat for lease in await jobs.leases()} == {0}


async def test_a_lost_step_is_anothers(jobs: JobStore, clock: Clock) -> None:
    await expanded(jobs)
    claim = await claimed(jobs)
    (lease,) = await jobs.leases()
    assert await jobs.lose(lease, 5, 10)
    assert not await jobs.lose(lease, 5, 10)
    assert await jobs.leases() == ()
    assert not await jobs.beat(claim)
    assert not await jobs.finish(claim, ENCODED)
    assert (await statuses(jobs))["transcode"] == "pending"
    assert await jobs.claim("worker-2", "cpu") is None
    assert [one.delay_seconds for one in await jobs.delayed()] == [5]
    clock.pass_by(5)
    again = await claimed(jobs, worker="worker-2")
    assert (again.number, again.attempt, again.failures) == (claim.number, 2, 0)
    assert not await jobs.finish(claim, ENCODED)
    assert "step.lost" in await kinds(jobs)
    lost = (await jobs.attempts("job-1"))[1]
    assert (lost.outcome, lost.worker, lost.ended_at is not None) == ("lost", "worker-1", True)
    assert await jobs.finish(again, ENCODED)


async def test_a_step_that_kills_its_workers_fails(jobs: JobStore, clock: Clock) -> None:
    await expanded(jobs)
    for attempt in (1, 2):
        assert (await claimed(jobs)).attempt == attempt
        (lease,) = await jobs.leases()
        assert await jobs.lose(lease, 0, 2)
        clock.pass_by(1)
    job = await jobs.job("job-1")
    assert job.status == "failed"
    assert job.failure is not None
    assert (job.failure.code, job.failure.retryable) == ("worker_lost", True)
    assert await jobs.claim("worker-1", "cpu") is None


async def test_a_finished_attempt_holds_no_more(jobs: JobStore) -> None:
    await expanded(jobs)
    claim = await claimed(jobs)
    assert await jobs.finish(claim, Ending(outcome="given_back"))
    before = await jobs.job("job-1")
    assert not await jobs.finish(claim, ENCODED)
    assert not await jobs.beat(claim)
    assert await jobs.job("job-1") == before


def snapshot(fraction: float | None, *names: str) -> Progress:
    running = [TaskProgress(name=name, status="running", fraction=fraction) for name in names]
    return Progress(tasks=tuple(running), fraction=fraction)


async def test_progress_is_the_newest_snapshot_of_what_runs(jobs: JobStore) -> None:
    await jobs.accept(new_job())
    inspect = await claimed(jobs, "io")
    assert await jobs.beat(inspect, snapshot(0.5, "validate"))
    job = await jobs.job("job-1")
    assert (job.fraction, job.progress.tasks) == (None, snapshot(0.5, "validate").tasks)
    await jobs.cancel("job-1")
    assert (await jobs.job("job-1")).progress.tasks == ()


async def test_how_far_a_job_is(jobs: JobStore, clock: Clock) -> None:
    await expanded(jobs)  # costs: 0.01 (done), 8, 1.99, 0.01
    assert (await jobs.job("job-1")).fraction == pytest.approx(0.001, abs=1e-4)
    claim = await claimed(jobs)
    clock.pass_by(3)
    assert await jobs.beat(claim, snapshot(0.5, "transcode", "sound", "package"))
    job = await jobs.job("job-1")
    assert job.fraction == pytest.approx(4.01 / 10.01, abs=1e-4)
    assert job.progress == Progress(
        tasks=snapshot(0.5, "transcode", "sound").tasks, fraction=job.fraction
    )
    assert (job.stage, job.updated_at) == ("transcode", clock.now)
    assert await jobs.beat(claim, snapshot(None, "transcode"))
    assert await jobs.beat(claim, snapshot(0.1, "transcode"))
    assert (await jobs.job("job-1")).fraction == job.fraction  # it never falls
    assert await jobs.beat(claim)
    assert (await jobs.job("job-1")).progress.tasks == snapshot(0.1, "transcode").tasks
    assert await jobs.finish(claim, ENCODED)
    after = await jobs.job("job-1")
    assert after.fraction == pytest.approx(8.01 / 10.01, abs=1e-4)
    assert (after.stage, after.progress.tasks) == (None, ())


async def test_one_step_is_one_claim(stores: Stores, others: Stores) -> None:
    for number in range(24):
        await stores.jobs.accept(new_job(f"job-{number}", key_id=f"key-{number % 3}"))

    async def work(jobs: JobStore, worker: str) -> list[Claim]:
        mine: list[Claim] = []
        while (claim := await jobs.claim(worker, "io")) is not None:
            mine.append(claim)
        return mine

    both = [work((stores, others)[n % 2].jobs, f"worker-{n}") for n in range(6)]
    claims = [claim for mine in await asyncio.gather(*both) for claim in mine]
    assert len(claims) == 24
    assert len({claim.number for claim in claims}) == 24
    assert {claim.attempt for claim in claims} == {1}


async def test_two_processes_never_have_the_same_step(stores: Stores) -> None:
    """SQLite alone: how a process opens a database is its adapter's to say."""
    for number in range(40):
        await stores.jobs.accept(new_job(f"job-{number}"))
    code = f"""
        import asyncio, json
        from reelmill.adapters.sql.database import Database
        from reelmill.adapters.sql.job_store import SqlJobStore

        async def main():
            database = Database({stores.url!r})
            jobs, mine = SqlJobStore(database), []
            while (claim := await jobs.claim("w", "io")) is not None:
                mine.append([claim.number, claim.attempt])
            await database.close()
            print(json.dumps(mine))

        asyncio.run(main())
    """
    command = (sys.executable, "-c", textwrap.dedent(code))
    both = [
        await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        for _ in range(2)
    ]
    said = [json.loads((await one.communicate())[0]) for one in both]
    claims = [tuple(claim) for mine in said for claim in mine]
    assert len(claims) == len({*claims}) == 40
    assert {attempt for _, attempt in claims} == {1}


async def test_logs_have_no_gaps(stores: Stores, others: Stores) -> None:
    await expanded(stores.jobs)

    async def fail(jobs: JobStore) -> None:
        for _ in range(6):
            claim = await jobs.claim("worker-1", "cpu")
            if claim is not None:
                await jobs.beat(claim, snapshot(0.2, "transcode"))
                assert await jobs.finish(claim, Ending(outcome="given_back"))

    await asyncio.gather(*(fail((stores, others)[n % 2].jobs) for n in range(4)))
    log = await stores.jobs.events("job-1")
    assert [event.sequence for event in log] == list(range(1, len(log) + 1))
    assert len(log) > 20
    assert (await stores.jobs.job("job-1")).sequence == len(log)
    assert await stores.jobs.events("job-1", after=5, limit=3) == log[5:8]
    assert await stores.jobs.events("job-1", after=len(log)) == ()
    assert [event.at for event in log] == sorted(event.at for event in log)


async def test_it_is_true_for_everybody_at_once(stores: Stores, others: Stores) -> None:
    await expanded(stores.jobs)
    claim = await claimed(others.jobs)
    assert claim.step == ENCODE
    assert await stores.jobs.finish(claim, ENCODED)
    assert not await others.jobs.beat(claim)
    await others.jobs.cancel("job-1")
    assert (await stores.jobs.job("job-1")).status == "cancelled"
    later = stores.clock.now + timedelta(seconds=1)
    assert len(await stores.jobs.ended_before("cancelled", later)) == 1
