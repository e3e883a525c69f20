"""What those who watch jobs ask for."""

from __future__ import annotations

import pytest

from reelmill.jobs.ports import JobStore
from reelmill.model.events import Progress, TaskProgress
from tests.contract.material import MEASURED, claimed, completed, expanded, kinds, new_job

pytestmark = pytest.mark.anyio


async def test_how_far_jobs_are(jobs: JobStore) -> None:
    await completed(jobs, "done")
    await expanded(jobs, "job-1", key_id="key-2")
    await jobs.accept(new_job("waits"))
    task = TaskProgress(name="transcode", status="running", fraction=0.5, frames_per_second=9)
    await jobs.beat(await claimed(jobs), Progress(tasks=(task,), fraction=0.5))
    found = await jobs.standings(["job-1", "done", "waits", "none"])
    assert found.keys() == {"job-1", "done", "waits"}
    at_work = found["job-1"]
    assert (at_work.status, at_work.key_id, at_work.stage) == ("processing", "key-2", "transcode")
    assert at_work.progress.tasks == (task,)
    assert at_work.fraction is not None
    assert 0.3 < at_work.fraction < 0.5
    assert at_work.sequence == len(await kinds(jobs))
    assert (found["done"].status, found["done"].fraction) == ("completed", 1.0)
    assert found["done"].qualities == (MEASURED,)
    assert (found["waits"].status, found["waits"].stage) == ("pending", None)
    assert await jobs.standings([]) == {}


async def test_what_a_dashboard_shows(jobs: JobStore) -> None:
    await completed(jobs, "done")
    await jobs.accept(new_job("theirs", key_id="key-2"))
    await jobs.accept(new_job("first"))
    await expanded(jobs, "begun", priority=9)
    everything = await jobs.live(None, 0, (), 10)
    numbers = {job_id: number for number, job_id in everything.jobs.items()}
    assert numbers.keys() == {"done", "theirs", "first", "begun"}
    assert everything.newest == max(numbers.values())

    async def shown(after: int | None, *known: int, limit: int = 10) -> list[str]:
        live = await jobs.live("key-1", after, known, limit)
        assert live.newest == everything.newest
        return sorted(live.jobs.values())

    assert await shown(None) == ["begun", "first"]
    assert await shown(everything.newest) == ["begun", "first"]
    assert await shown(None, numbers["done"]) == ["begun", "done", "first"]
    assert await shown(numbers["done"] - 1) == ["begun", "done", "first"]
    assert await shown(None, limit=1) == ["begun"]
    assert await shown(None, numbers["theirs"]) == ["begun", "first"]
