"""A job from its acceptance to each of its ends."""

from __future__ import annotations

from datetime import timedelta

import pytest

from reelmill.jobs.ports import JobStore
from reelmill.model.errors import ConflictError, NotFoundError, QueueFullError
from reelmill.model.results import Failure
from reelmill.model.steps import Notice
from reelmill.model.work import Ending, Resource
from tests.contract.conftest import Clock, Stores
from tests.contract.material import (
    BROKEN,
    CLOSE,
    CLOSED,
    ENCODE,
    ENCODED,
    FACTS,
    FILE,
    GRAPH,
    HLS,
    INSPECT,
    MEASURED,
    PACKAGED,
    SOUND,
    SOURCE,
    VALIDATE,
    WARNING,
    claimed,
    completed,
    expanded,
    expansion,
    failed,
    kinds,
    new_job,
    statuses,
    step,
)

pytestmark = pytest.mark.anyio
DAY = timedelta(days=1)


async def test_what_was_accepted_stands_there(stores: Stores) -> None:
    metadata = {"title": "A film", "tags": ["a", 1, None], "deep": {"x": True}}
    new = new_job(user_metadata=metadata, priority=7, settings={"a": 1}, video_info={"b": [2]})
    await stores.jobs.accept(new)
    job = await stores.jobs.program("job-1")
    assert job.status == "pending"
    assert job.user_metadata == metadata
    assert (job.priority, job.settings, job.video_info) == (7, {"a": 1}, {"b": [2]})
    assert (job.graph, job.plan, job.sources) == (GRAPH, None, {"main": SOURCE})
    assert job.created_at == new.job.created_at
    assert job.created_at.tzinfo is not None
    assert job.updated_at == stores.clock.now
    assert (job.fraction, job.stage, job.run, job.attempts, job.sequence) == (None, None, 1, 0, 1)
    assert await kinds(stores.jobs) == ["job.queued"]
    assert await statuses(stores.jobs) == {"validate": "pending"}
    (usage,) = await stores.keys.usage("key-1", stores.clock.now.date())
    assert (usage.jobs_created, usage.input_bytes) == (1, 1000)


async def test_an_id_is_given_once(stores: Stores) -> None:
    await stores.jobs.accept(new_job())
    with pytest.raises(ConflictError):
        await stores.jobs.accept(new_job(key_id="key-2"))
    assert await stores.keys.usage("key-2", stores.clock.now.date()) == ()
    assert (await stores.jobs.job("job-1")).key_id == "key-1"


async def test_a_full_queue_takes_no_more(jobs: JobStore) -> None:
    await completed(jobs, "done")
    await jobs.accept(new_job("a"), queue_limit=2)
    await jobs.accept(new_job("b"), queue_limit=2)
    with pytest.raises(QueueFullError):
        await jobs.accept(new_job("c"), queue_limit=2)
    assert await jobs.known(["a", "b", "c"]) == {"a", "b"}


async def test_the_first_claim_starts_the_job(jobs: JobStore, clock: Clock) -> None:
    await jobs.accept(new_job())
    clock.pass_by(5)
    claim = await claimed(jobs, "io")
    assert (claim.job_id, claim.step, claim.attempt, claim.failures) == ("job-1", INSPECT, 1, 0)
    assert claim.tasks == (VALIDATE,)
    assert (claim.sources, claim.made) == ({"main": SOURCE}, ())
    job = await jobs.job("job-1")
    assert (job.status, job.started_at, job.stage) == ("validating", clock.now, "validate")
    assert job.tasks[0].started_at == clock.now
    expected = ["job.queued", "job.started", "step.begun", "task.running"]
    assert await kinds(jobs) == expected
    begun = (await jobs.events("job-1"))[2]
    assert begun.data == {"step": "inspect", "attempt": 1, "worker": "worker-1"}
    assert await jobs.claim("worker-1", "io") is None


async def test_inspection_makes_a_job_of_it(jobs: JobStore, clock: Clock) -> None:
    await jobs.accept(new_job(video_info={"old": 1}))
    claim = await claimed(jobs, "io")
    clock.pass_by(2)
    assert await jobs.expand(claim, expansion())
    assert not await jobs.expand(claim, expansion())
    job = await jobs.program("job-1")
    assert job.status == "processing"
    assert job.plan == expansion().plan
    assert job.warnings == (WARNING,)
    assert job.video_info == {"duration": 9.5}
    assert [task.name for task in job.tasks] == [task.name for task in expansion().tasks]
    assert job.tasks[0].status == "completed"
    assert job.tasks[0].duration_seconds == 2
    assert (job.tasks[-1].status, job.tasks[-1].reason) == ("skipped", "there are none")
    assert (await kinds(jobs))[4:] == ["job.processing", "task.skipped", "task.completed"]
    assert (await jobs.attempts("job-1"))[0].outcome == "completed"


async def test_the_inspection_may_be_among_the_steps_of_the_plan(jobs: JobStore) -> None:
    await expanded(jobs, steps=(INSPECT, ENCODE, CLOSE))
    assert await jobs.claim("worker-1", "io") is None
    assert (await claimed(jobs)).step == ENCODE


async def test_dependents_are_ready_when_what_they_read_is_made(
    jobs: JobStore, clock: Clock
) -> None:
    await expanded(jobs)
    encode = await claimed(jobs)
    assert encode.step == ENCODE
    assert await jobs.claim("worker-1", "cpu") is None
    assert await jobs.claim("worker-1", "io") is None
    clock.pass_by(4)
    assert await jobs.finish(encode, ENCODED)
    package = await claimed(jobs)
    assert package.step.id == "package"
    assert {one.output for one in package.made} == {"mp4", "mp3"}
    assert await jobs.claim("worker-1", "io") is None
    assert await jobs.finish(package, PACKAGED)
    assert await jobs.finish(await claimed(jobs, "io"), CLOSED)


async def test_a_completed_job(stores: Stores) -> None:
    jobs = stores.jobs
    await expanded(jobs)
    parts: list[tuple[Resource, Ending]] = [("cpu", ENCODED), ("cpu", PACKAGED), ("io", CLOSED)]
    for resource, ending in parts:
        claim = await claimed(jobs, resource)
        stores.clock.pass_by(10)
        assert await jobs.finish(claim, ending)
    job = await jobs.program("job-1")
    assert job.facts == FACTS
    assert (job.status, job.completed_at, job.fraction) == ("completed", stores.clock.now, 1.0)
    assert (job.papers, job.failure, job.stage) == ({"title": "é"}, None, None)
    assert {one.output: one for one in job.artifacts} == {"mp4": FILE, "mp3": SOUND, "hls": HLS}
    assert job.qualities == (MEASURED,)
    assert job.output_size_bytes == 500 + 70 + 5 + 600
    assert job.attempts == 4
    assert job.warnings == (WARNING,)
    sizes = {task.name: task.output_size_bytes for task in job.tasks}
    assert (sizes["transcode"], sizes["package"]) == (500, 605)
    assert {task.name: task.duration_seconds for task in job.tasks}["package"] == 10
    (usage,) = await stores.keys.usage("key-1", stores.clock.now.date())
    assert (usage.jobs_created, usage.jobs_completed, usage.jobs_failed) == (1, 1, 0)
    assert (usage.output_bytes, usage.processing_seconds) == (1175, 4)
    published = [e.data for e in await jobs.events("job-1") if e.kind == "artifact.published"]
    assert {"output": "hls", "path": HLS.path, "size_bytes": 605} in published
    assert (await kinds(jobs))[-1] == "job.completed"


async def test_a_required_failure_fails_the_job_at_once(stores: Stores) -> None:
    jobs = stores.jobs
    beside = step("beside", "side", tasks=("side",))
    tasks = (*expansion().tasks, expansion().tasks[1].but(name="side", outputs=("side",)))
    await expanded(jobs, steps=(*expansion().steps, beside), tasks=tasks)
    encode, running = await claimed(jobs), await claimed(jobs)
    ending = Ending(outcome="failed", artifacts=(SOUND,), failures={"mp4": BROKEN})
    assert await jobs.finish(encode, ending)
    job = await jobs.job("job-1")
    assert (job.status, job.failure, job.completed_at) == ("failed", BROKEN, stores.clock.now)
    assert await statuses(jobs) == {
        "validate": "completed",
        "transcode": "failed",
        "sound": "completed",
        "measure": "failed",
        "package": "failed",
        "captions": "skipped",
        "side": "cancelled",
    }
    assert job.tasks[1].failure == BROKEN
    assert not await jobs.beat(running)
    assert not await jobs.finish(running, ENCODED)
    assert await jobs.claim("worker-1", "cpu") is None
    assert await jobs.claim("worker-1", "io") is None
    assert await jobs.leases() == ()
    outcomes = [attempt.outcome for attempt in await jobs.attempts("job-1")]
    assert outcomes == ["completed", "failed", "cancelled"]
    end = (await jobs.events("job-1"))[-1]
    assert (end.kind, end.data) == (
        "job.failed",
        {"code": "command_failed", "message": "it said no", "retryable": False},
    )
    (usage,) = await stores.keys.usage("key-1", stores.clock.now.date())
    assert (usage.jobs_completed, usage.jobs_failed) == (0, 1)


async def test_an_optional_failure_is_a_warning(jobs: JobStore) -> None:
    await expanded(jobs)
    ending = ENCODED.but(
        outcome="failed", artifacts=(FILE,), failures={"mp3": BROKEN}, warnings=(WARNING,)
    )
    assert await jobs.finish(await claimed(jobs), ending)
    assert (await jobs.job("job-1")).status == "processing"
    assert await jobs.finish(await claimed(jobs), PACKAGED)
    assert await jobs.finish(await claimed(jobs, "io"), CLOSED)
    job = await jobs.job("job-1")
    assert job.status == "completed"
    assert job.warnings == (WARNING, Notice(code="command_failed", message="mp3: it said no"))
    assert (await statuses(jobs))["sound"] == "failed"


async def test_a_step_whose_input_is_never_made_is_lost(jobs: JobStore) -> None:
    tasks = tuple(task.but(required=False) for task in expansion().tasks)
    await expanded(jobs, tasks=tasks)
    ending = Ending(outcome="failed", artifacts=(SOUND,), failures={"mp4": BROKEN})
    assert await jobs.finish(await claimed(jobs), ending)
    assert await jobs.claim("worker-1", "cpu") is None
    assert (await statuses(jobs))["package"] == "failed"
    assert await jobs.finish(await claimed(jobs, "io"), CLOSED)
    assert (await jobs.job("job-1")).status == "completed"


async def test_another_attempt_comes_after_its_delay(jobs: JobStore, clock: Clock) -> None:
    await expanded(jobs)
    full = Failure(code="storage_full", message="no room", retryable=True)
    ending = Ending(outcome="again", delay_seconds=60, failures={"mp4": full})
    assert await jobs.finish(await claimed(jobs), ending)
    assert (await statuses(jobs))["transcode"] == "pending"
    (one,) = await jobs.delayed()
    assert (one.attempt, one.delay_seconds) == (1, 60)
    event = (await jobs.events("job-1"))[-1]
    assert event.kind == "step.delayed"
    assert event.data == {
        "step": "encode",
        "code": "storage_full",
        "message": "no room",
        "retryable": True,
        "delay_seconds": 60,
    }
    clock.pass_by(59)
    assert await jobs.claim("worker-1", "cpu") is None
    clock.pass_by(1)
    claim = await claimed(jobs)
    assert (claim.attempt, claim.failures) == (2, 1)
    assert await jobs.delayed() == ()
    assert not await jobs.ripen(one)
    assert (await jobs.attempts("job-1"))[1].failure == full


async def test_the_sweeper_may_say_that_time_has_passed(jobs: JobStore, clock: Clock) -> None:
    await expanded(jobs)
    await jobs.finish(await claimed(jobs), Ending(outcome="again", delay_seconds=60))
    clock.pass_by(-3600)
    (one,) = await jobs.delayed()
    assert not await jobs.ripen(one.but(attempt=2))
    assert await jobs.ripen(one)
    assert not await jobs.ripen(one)
    assert (await claimed(jobs)).attempt == 2


async def test_what_is_given_back_is_ready_at_once(stores: Stores) -> None:
    jobs = stores.jobs
    await expanded(jobs)
    assert await jobs.finish(await claimed(jobs), Ending(outcome="given_back", wall_seconds=9))
    assert "step.given_back" in await kinds(jobs)
    claim = await claimed(jobs, worker="worker-2")
    assert (claim.attempt, claim.failures) == (2, 0)
    (usage,) = await stores.keys.usage("key-1", stores.clock.now.date())
    assert usage.processing_seconds == 0


async def test_separated(jobs: JobStore) -> None:
    await expanded(jobs)
    parts = (
        step("mp3_alone", "mp3", tasks=("sound",)),
        step("quality_alone", "quality", needs=("mp4",), tasks=("measure",)),
    )
    ending = Ending(outcome="separated", artifacts=(FILE,), failures={"mp3": BROKEN}, steps=parts)
    assert await jobs.finish(await claimed(jobs), ending)
    assert (await statuses(jobs))["transcode"] == "completed"
    assert (await statuses(jobs))["sound"] == "pending"
    order = [await claimed(jobs) for _ in range(3)]
    assert [claim.step.id for claim in order] == ["mp3_alone", "quality_alone", "package"]
    assert await jobs.finish(order[0], Ending(outcome="completed", artifacts=(SOUND,)))
    assert await jobs.finish(order[1], Ending(outcome="completed", qualities=(MEASURED,)))
    assert await jobs.finish(order[2], PACKAGED)
    assert await jobs.finish(await claimed(jobs, "io"), CLOSED)
    job = await jobs.job("job-1")
    assert (job.status, job.warnings) == ("completed", (WARNING,))
    assert "step.separated" in await kinds(jobs)


async def test_outputs_that_nobody_speaks_of_are_not_made(jobs: JobStore) -> None:
    await expanded(jobs)
    assert await jobs.finish(await claimed(jobs), Ending(outcome="failed"))
    job = await jobs.job("job-1")
    assert job.status == "failed"
    assert job.failure is not None
    assert job.failure.code == "internal"


async def test_cancel(jobs: JobStore) -> None:
    await expanded(jobs)
    assert await jobs.finish(await claimed(jobs), ENCODED)
    package = await claimed(jobs)
    with pytest.raises(NotFoundError):
        await jobs.cancel("job-1", "key-2")
    job = await jobs.cancel("job-1", "key-1")
    assert job == await jobs.job("job-1")
    assert (job.status, job.artifacts, job.qualities) == ("cancelled", (), ())
    assert (await statuses(jobs))["package"] == "cancelled"
    assert await jobs.held([package]) == set()
    assert not await jobs.beat(package)
    assert not await jobs.finish(package, PACKAGED)
    assert (await jobs.job("job-1")) == job
    assert await jobs.artifact_at("job-1", "a.mp4") is None
    assert (await jobs.attempts("job-1"))[-1].outcome == "cancelled"
    assert (await kinds(jobs))[-1] == "job.cancelled"
    for name in ("job-1", "nothing"):
        with pytest.raises(ConflictError if name == "job-1" else NotFoundError):
            await jobs.cancel(name)


async def test_a_retry_keeps_what_was_made(stores: Stores) -> None:
    jobs = stores.jobs
    await expanded(jobs)
    assert await jobs.finish(await claimed(jobs), ENCODED)
    wrong = Ending(outcome="failed", failures={"hls": BROKEN})
    assert await jobs.finish(await claimed(jobs), wrong)
    with pytest.raises(NotFoundError):
        await jobs.retry("job-1", "key-2")
    job = await jobs.retry("job-1")
    assert (job.status, job.run, job.failure, job.completed_at) == ("processing", 2, None, None)
    assert (await statuses(jobs))["package"] == "pending"
    assert (await statuses(jobs))["transcode"] == "completed"
    assert {one.output for one in job.artifacts} == {"mp4", "mp3"}
    claim = await claimed(jobs)
    assert (claim.step.id, claim.attempt, claim.failures) == ("package", 2, 0)
    assert await jobs.finish(claim, PACKAGED)
    assert await jobs.finish(await claimed(jobs, "io"), CLOSED)
    assert (await jobs.job("job-1")).status == "completed"
    with pytest.raises(ConflictError):
        await jobs.retry("job-1")
    (usage,) = await stores.keys.usage("key-1", stores.clock.now.date())
    assert (usage.jobs_created, usage.jobs_completed, usage.jobs_failed) == (1, 1, 1)
    assert (usage.input_bytes, usage.output_bytes) == (1000, 1175)


async def test_a_retry_does_again_what_failed_in_part(jobs: JobStore) -> None:
    await failed(jobs)
    job = await jobs.retry("job-1")
    assert [one.output for one in job.artifacts] == ["mp3"]
    claim = await claimed(jobs)
    assert claim.step == ENCODE
    assert [task.name for task in claim.tasks] == ["transcode", "sound", "measure"]
    with pytest.raises(ConflictError):
        await jobs.retry("job-1")


async def test_a_cancelled_job_begins_after_its_inspection(jobs: JobStore) -> None:
    await expanded(jobs)
    part = step("rest", "mp3", "quality", tasks=("sound", "measure"))
    separated = Ending(outcome="separated", artifacts=(FILE,), steps=(part,))
    assert await jobs.finish(await claimed(jobs), separated)
    await jobs.cancel("job-1")
    job = await jobs.retry("job-1")
    assert (job.status, job.fraction) == ("processing", pytest.approx(0.001, abs=0.001))
    assert (await statuses(jobs))["transcode"] == "pending"
    assert (await statuses(jobs))["validate"] == "completed"
    encode = await claimed(jobs)
    assert (encode.step, encode.attempt, encode.made) == (ENCODE, 2, ())
    assert await jobs.claim("worker-1", "cpu") is None
    assert await jobs.finish(encode, ENCODED)
    assert await jobs.finish(await claimed(jobs), PACKAGED)
    assert await jobs.finish(await claimed(jobs, "io"), CLOSED)
    assert (await jobs.job("job-1")).status == "completed"


async def test_a_job_that_was_cancelled_before_it_began(jobs: JobStore) -> None:
    await jobs.accept(new_job())
    await jobs.cancel("job-1")
    assert await jobs.claim("worker-1", "io") is None
    assert (await jobs.retry("job-1")).status == "pending"
    assert (await claimed(jobs, "io")).step == INSPECT
    assert (await jobs.job("job-1")).status == "validating"


async def test_removed(stores: Stores) -> None:
    jobs = stores.jobs
    await expanded(jobs)
    zombie = await claimed(jobs)
    with pytest.raises(ConflictError):
        await jobs.remove("job-1")
    await jobs.cancel("job-1")
    with pytest.raises(NotFoundError):
        await jobs.remove("job-1", "key-2")
    before = await jobs.program("job-1")
    assert await jobs.remove("job-1", "key-1") == before
    with pytest.raises(NotFoundError):
        await jobs.job("job-1")
    assert await jobs.events("job-1") == ()
    assert await jobs.attempts("job-1") == ()
    assert (await stores.keys.usage("key-1", stores.clock.now.date()))[0].jobs_created == 1
    await expanded(jobs)  # numbers are not given twice: the zombie is nobody's attempt
    await claimed(jobs)
    assert not await jobs.beat(zombie)
