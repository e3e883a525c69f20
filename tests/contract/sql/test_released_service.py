"""A service goes on with the jobs that a released one has left, in whatever state they were.

`released/service/<revision>.sql` is a database whose plans a real worker can do. It is made like
the others, and is kept for ever like them:

    python -m tests.contract.sql.test_released_service
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import subprocess
from collections.abc import Generator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from reelmill.adapters.sql.database import Database
from reelmill.adapters.sql.instances import SqlInstanceStore
from reelmill.adapters.sql.schema import check
from reelmill.app.processes import this_host
from reelmill.ffmpeg.capabilities import probe_capabilities
from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.ffmpeg.probe import probe
from reelmill.jobs.compile import Terms, compiled
from reelmill.jobs.papers import papers
from reelmill.jobs.ports import JobStore
from reelmill.jobs.submit import Submission, new_job
from reelmill.model.jobs import Job, SourceRef
from reelmill.model.records import Instance
from reelmill.model.results import Artifact
from reelmill.model.work import Ending
from reelmill.recipes.ladder.recipe import LadderRecipe
from reelmill.recipes.ladder.settings import RUNGS
from tests.acceptance.running import CHEAP, KEY, Installation
from tests.contract.conftest import Clock, sqlite
from tests.contract.instances.test_instances import WORKER
from tests.contract.material import BROKEN, claimed
from tests.contract.sql.test_released import RELEASED, dump
from tests.media.clips import clip_file

SERVICE = RELEASED / "service"
ENDED = ("completed", "failed", "cancelled")
UNFINISHED = ("delayed", "processing", "validating", "pending")


def location(job_id: str) -> str:
    return f"raw/{job_id}_original.mp4"


async def fill(folder: Path) -> None:
    """A job in every state, named after it; what is at work is WORKER's."""
    stores = sqlite(folder, Clock())
    await stores.instances.join(WORKER)
    for name in (*ENDED, *UNFINISHED):
        await reach(stores.jobs, name)
    await stores.close()


async def reach(jobs: JobStore, state: str) -> None:
    clip = clip_file("plain")
    facts = probe(clip, source="main")
    submission = Submission(
        job=Job(job_id=state, filename="plain.mp4", created_at=datetime(2026, 3, 1, tzinfo=UTC)),
        key_id="key-1",
        source_type="upload",
        sources={
            "main": SourceRef(
                kind="stored", location=location(state), size_bytes=clip.stat().st_size
            )
        },
        facts={"main": facts},
        recipe=LadderRecipe.model_validate({**CHEAP, "rungs": [RUNGS["360p"]]}),
    )
    await jobs.accept(new_job(submission))
    if state == "pending":
        return
    inspecting = await claimed(jobs, "io", WORKER.instance_id)
    if state == "validating":
        return
    host = probe_capabilities(find_ffmpeg())
    assert await jobs.expand(
        inspecting, compiled(await jobs.program(state), (facts,), host, Terms())
    )
    if state == "cancelled":
        await jobs.cancel(state)
        return
    encoding = await claimed(jobs, "cpu", WORKER.instance_id)
    if state == "completed":
        (expected,) = encoding.step.expects
        made = Artifact(output=expected.output, path=expected.path, size_bytes=1)
        assert await jobs.finish(encoding, Ending(outcome="completed", artifacts=(made,)))
        closing_step = await claimed(jobs, "io", WORKER.instance_id)
        done = papers(await jobs.program(state), datetime(2026, 3, 1, 13, tzinfo=UTC))
        ending = Ending(outcome="completed", made=closing_step.step.outputs, papers=done)
        assert await jobs.finish(closing_step, ending)
    elif state == "failed":
        failures = dict.fromkeys(encoding.step.outputs, BROKEN)
        assert await jobs.finish(encoding, Ending(outcome="failed", failures=failures))
    elif state == "delayed":
        assert await jobs.finish(encoding, Ending(outcome="again", delay_seconds=300))


@pytest.fixture
def place(tmp_path: Path) -> Generator[Installation]:
    made = Installation(
        tmp_path / "data",
        REELMILL_ADMIN_KEY=KEY,
        REELMILL_RETENTION__FAILED_JOBS_DAYS="100000",
        REELMILL_RETENTION__FAILED_UPLOADS_DAYS="100000",
    )
    yield made
    made.end()


async def held_by(folder: Path, pid: int) -> None:
    """Let a process of this machine be whoever holds the leases."""
    database = Database(f"sqlite:///{folder / 'reelmill.db'}")
    instances = SqlInstanceStore(database)
    await instances.leave(WORKER.instance_id)
    fields = {**WORKER.model_dump(), "host": this_host(), "pid": pid}
    await instances.join(Instance.model_validate(fields))
    await database.close()


@pytest.mark.parametrize("revision", sorted(path.stem for path in SERVICE.glob("*.sql")))
def test_a_service_goes_on(revision: str, place: Installation) -> None:
    (place.storage / "raw").mkdir(parents=True)
    with closing(sqlite3.connect(place.folder / "reelmill.db")) as database:
        database.executescript((SERVICE / f"{revision}.sql").read_text(encoding="utf-8"))
    for name in (*ENDED, *UNFINISHED):
        shutil.copyfile(clip_file("plain"), place.storage / location(name))
    assert place.here("db", "upgrade").code == 0
    assert place.here("db", "check").code == 0
    gone = subprocess.Popen(["true"])
    gone.wait()
    asyncio.run(held_by(place.folder, gone.pid))
    place.serve("--no-worker")
    listed = place.ask("GET", "/jobs").json()["jobs"]
    begun = {"delayed": "processing", "processing": "processing", "validating": "validating"}
    assert {one["job_id"]: one["status"] for one in listed} == {
        **{name: name for name in (*ENDED, "pending")},
        **begun,
    }
    for name in ENDED:
        assert place.job(name)["tasks"]
    again = ("failed", "cancelled")
    for name in again:
        assert place.ask("POST", f"/jobs/{name}/retry").status_code == 202
    place.worker()
    for name in (*UNFINISHED, *again):
        assert place.ended(name)["status"] == "completed"
        folder = place.storage / "processed" / name
        assert (folder / "360p/video_360p.mp4").stat().st_size
        assert (folder / "metadata.json").stat().st_size
    assert [place.events(name).count("step.lost") for name in ("processing", "validating")] == [
        1,
        1,
    ]


def test_the_newest_schema_has_its_database(tmp_path: Path) -> None:
    head = check(f"sqlite:///{tmp_path / 'none.db'}").head
    assert (SERVICE / f"{head}.sql").exists()


if __name__ == "__main__":
    with TemporaryDirectory() as name:
        there = Path(name)
        asyncio.run(fill(there))
        head = check(f"sqlite:///{there / 'jobs.db'}").head
        with (SERVICE / f"{head}.sql").open("x", encoding="utf-8") as file:
            file.write(dump(there))
