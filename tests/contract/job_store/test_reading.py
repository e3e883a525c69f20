"""What can be asked about jobs: lists, numbers, logs, artifacts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from reelmill.jobs.ports import JobStore
from reelmill.model.errors import NotFoundError
from reelmill.model.records import JobQuery
from reelmill.model.results import Artifact
from reelmill.model.work import Ending
from tests.contract.conftest import Clock
from tests.contract.material import (
    BROKEN,
    CLOSED,
    ENCODED,
    FILE,
    HLS,
    PACKAGED,
    claimed,
    completed,
    expanded,
    failed,
    new_job,
)

pytestmark = pytest.mark.anyio


async def found(jobs: JobStore, **query: Any) -> list[str]:
    page = await jobs.jobs(JobQuery.model_validate(query))
    assert page.total >= len(page.jobs)
    return [line.job_id for line in page.jobs]


async def test_a_key_sees_its_own(jobs: JobStore) -> None:
    await jobs.accept(new_job("mine", key_id="key-1"))
    await jobs.accept(new_job("theirs", key_id="key-2"))
    assert (await jobs.job("mine", "key-1")).job_id == "mine"
    for name, key_id in (("theirs", "key-1"), ("nothing", "key-1"), ("nothing", None)):
        with pytest.raises(NotFoundError):
            await jobs.job(name, key_id)
    assert await found(jobs, key_id="key-2") == ["theirs"]
    assert await found(jobs, key_id="key-3") == []


async def test_sorted_and_in_pages(jobs: JobStore, clock: Clock) -> None:
    for number, priority in enumerate((5, 9, 1)):
        created = datetime(2026, 3, 3 - number, tzinfo=UTC)
        await jobs.accept(new_job(f"job-{number}", priority=priority, created_at=created))
    assert await found(jobs) == ["job-0", "job-1", "job-2"]
    assert await found(jobs, descending=False) == ["job-2", "job-1", "job-0"]
    assert await found(jobs, sort="priority") == ["job-1", "job-0", "job-2"]
    await jobs.cancel("job-1")
    clock.pass_by(9)
    await jobs.cancel("job-2")
    assert await found(jobs, sort="completed_at") == ["job-2", "job-1", "job-0"]
    assert await found(jobs, sort="completed_at", descending=False) == ["job-1", "job-2", "job-0"]
    assert await found(jobs, status="cancelled") == ["job-1", "job-2"]
    page = await jobs.jobs(JobQuery(limit=1, offset=1))
    assert (page.total, [line.job_id for line in page.jobs]) == (3, ["job-1"])
    assert await found(jobs, offset=3) == []


async def test_searched(jobs: JobStore) -> None:
    await jobs.accept(new_job("a", filename="Über_100%.mp4", user_metadata={"t": 'a "b" \\ c'}))
    await jobs.accept(new_job("b", filename="Film.mp4", user_metadata={"deep": [{"x": "Ünique"}]}))
    await jobs.accept(new_job("c", filename="1000.mp4", user_metadata={"year": 1999}))
    assert await found(jobs, search="100%") == ["a"]
    assert await found(jobs, search="r_1") == ["a"]
    assert await found(jobs, search='"b" \\') == ["a"]
    assert await found(jobs, search="ünIQUE") == ["b"]
    assert await found(jobs, search="über") == ["a"]
    assert await found(jobs, search="1999") == ["c"]
    assert await found(jobs, search="_") == ["a"]
    assert await found(jobs, search="%") == ["a"]
    assert await found(jobs, search='{"') == []
    assert len(await found(jobs, search="MP4")) == 3


async def test_by_fields_of_the_metadata(jobs: JobStore) -> None:
    await jobs.accept(new_job("a", user_metadata={"tags": ["x", "y", 7, "x"], "lang": "de"}))
    await jobs.accept(new_job("b", user_metadata={"tags": "x", "ok": True, "n": 1.5, "no": None}))
    await jobs.accept(new_job("c", user_metadata={"tags": "%", "it's": "é'\""}))
    assert await found(jobs, metadata={"tags": "x"}, descending=False) == ["a", "b"]
    assert await found(jobs, metadata={"tags": "x", "lang": "de"}) == ["a"]
    assert await found(jobs, metadata={"tags": "7"}) == ["a"]
    assert await found(jobs, metadata={"tags": "%"}) == ["c"]
    assert await found(jobs, metadata={"it's": "é'\""}) == ["c"]
    assert await found(jobs, metadata={"ok": "true"}) == ["b"]
    assert await found(jobs, metadata={"n": "1.5"}) == ["b"]
    assert await found(jobs, metadata={"tags": "z"}) == []
    assert await found(jobs, metadata={"other": "x"}) == []


async def test_a_line_says_how_it_goes(jobs: JobStore) -> None:
    await failed(jobs)
    (line,) = (await jobs.jobs(JobQuery())).jobs
    job = await jobs.job("job-1")
    assert line.failure == BROKEN
    assert line.model_dump() == {name: getattr(job, name) for name in type(line).model_fields} | {
        "failure": BROKEN.model_dump()
    }


async def test_an_artifact_by_its_path(jobs: JobStore) -> None:
    await expanded(jobs)
    claim = await claimed(jobs)
    assert await jobs.artifact_at("job-1", "a.mp4") is None
    assert await jobs.finish(claim, ENCODED)
    assert await jobs.finish(await claimed(jobs), PACKAGED)
    assert await jobs.artifact_at("job-1", "a.mp4") == FILE
    assert await jobs.artifact_at("job-1", "360p/hls/playlist.m3u8") == HLS
    assert await jobs.artifact_at("job-1", "360p/hls/segment_001.ts") == HLS
    assert await jobs.artifact_at("job-1", "360p/hls/deep/er.ts") == HLS
    for path in ("360p/hls", "360p/other.mp4", "a.mp4/x", "audio/b.mp3", "", "/a.mp4", "."):
        assert await jobs.artifact_at("job-1", path) is None
    for path in ("360p/hls/../../secret", "360p/hls/./x", "360p//hls/x", "360p/hls/", "./a.mp4"):
        assert await jobs.artifact_at("job-1", path) is None
    assert await jobs.artifact_at("nothing", "a.mp4") is None


async def test_a_file_in_anothers_folder_is_itself(jobs: JobStore) -> None:
    await expanded(jobs)
    inside = FILE.but(path="360p/hls/master.m3u8")
    both = ENCODED.but(artifacts=(HLS, inside))
    assert await jobs.finish(await claimed(jobs), both)
    assert await jobs.artifact_at("job-1", "360p/hls/master.m3u8") == inside
    assert await jobs.artifact_at("job-1", "360p/hls/a.ts") == HLS


async def test_a_playlist_at_the_top_has_no_folder(jobs: JobStore) -> None:
    await expanded(jobs)
    top: Artifact = HLS.but(path="playlist.m3u8")
    assert await jobs.finish(await claimed(jobs), ENCODED.but(artifacts=(top,)))
    assert await jobs.artifact_at("job-1", "playlist.m3u8") == top
    assert await jobs.artifact_at("job-1", "a.ts") is None


async def test_statistics(jobs: JobStore, clock: Clock) -> None:
    nothing = await jobs.statistics()
    assert (sum(nothing.by_status.values()), nothing.average_processing_seconds) == (0, None)
    await expanded(jobs, "a")
    for resource, ending in (("cpu", ENCODED), ("cpu", PACKAGED), ("io", CLOSED)):
        claim = await jobs.claim("w", "io" if resource == "io" else "cpu")
        clock.pass_by(2)
        assert claim is not None
        assert await jobs.finish(claim, ending)
    await jobs.accept(new_job("b", key_id="key-2", size_bytes=50))
    await claimed(jobs, "io")
    every = await jobs.statistics()
    assert every.by_status["completed"] == every.by_status["validating"] == 1
    assert every.by_status["failed"] == 0
    assert (every.input_bytes, every.output_bytes, every.running_steps) == (1050, 1175, 1)
    assert every.average_processing_seconds == 6
    one = await jobs.statistics("key-2")
    assert (one.input_bytes, one.output_bytes, one.running_steps) == (50, 0, 1)
    assert one.by_status["completed"] == 0


async def test_attempts_and_their_logs(jobs: JobStore, clock: Clock) -> None:
    await completed(jobs)
    tries = await jobs.attempts("job-1")
    assert [one.sandbox for one in tries[:2]] == [None, "strong"]
    assert [one.step for one in tries] == ["inspect", "encode", "package", "close"]
    encode = tries[1]
    assert (encode.outcome, encode.log) == ("completed", ("one", "two"))
    assert (encode.wall_seconds, encode.cpu_seconds, encode.worker) == (3, 5, "worker-1")
    assert await jobs.drop_logs(clock.now) == 0
    assert await jobs.drop_logs(clock.now + timedelta(seconds=1)) == 1
    assert await jobs.drop_logs(clock.now + timedelta(seconds=1)) == 0
    assert (await jobs.attempts("job-1"))[1] == encode.but(log=())


async def test_which_jobs_are_old(jobs: JobStore, clock: Clock) -> None:
    for name in ("c", "a", "b"):
        await completed(jobs, name)
        clock.pass_by(10)
    await jobs.accept(new_job("waits"))
    old = await jobs.ended_before("completed", clock.now - timedelta(seconds=10))
    assert [job.job_id for job in old] == ["c", "a"]
    assert old[0] == await jobs.program("c")
    assert await jobs.ended_before("failed", clock.now) == ()


async def test_which_ids_are_jobs(jobs: JobStore) -> None:
    await jobs.accept(new_job("a"))
    assert await jobs.known(["a", "b"]) == {"a"}
    assert await jobs.known([]) == set()
    assert await jobs.known([f"x{n}" for n in range(2500)] + ["a"]) == {"a"}


async def test_the_end_of_an_attempt_may_be_the_end_of_nothing(jobs: JobStore) -> None:
    await expanded(jobs)
    ending = Ending(outcome="again", delay_seconds=0, made=("mp3",))
    assert await jobs.finish(await claimed(jobs), ending)
    assert (await claimed(jobs)).failures == 1
