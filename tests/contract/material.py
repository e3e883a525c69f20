"""A small job: inspected, encoded to two files, one of them packaged, and its papers written."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from reelmill.jobs.ports import JobStore
from reelmill.model.facts import Capabilities, Facts
from reelmill.model.jobs import Job, NewJob, SourceRef
from reelmill.model.process import Input, Process
from reelmill.model.results import Artifact, Failure, Quality, Segments
from reelmill.model.steps import Cost, Notice, Plan, Step, Task
from reelmill.model.work import Claim, Ending, Expansion, Resource
from tests.unit.planner.graphs import AUDIO, MP4, PICTURE, TRACK, VIDEO, graph

GRAPH = graph(PICTURE, TRACK, VIDEO, AUDIO, MP4)
SOURCE = SourceRef(kind="stored", location="raw/source.mp4", size_bytes=1000)
FACTS = Facts(sources=(), capabilities=Capabilities(ffmpeg_version="9", encoders=()))
WARNING = Notice(code="dropped", message="the subtitles are left out")

INSPECT = Step(
    id="inspect",
    executor="inspect",
    resource="io",
    outputs=("facts",),
    tasks=("validate",),
)
VALIDATE = Task(name="validate", outputs=("facts",))


def step(
    name: str,
    *outputs: str,
    needs: tuple[str, ...] = (),
    cpu_seconds: float = 1.0,
    **fields: Any,
) -> Step:
    """A step that reads outputs of others, or else the source."""
    reads = [Input(origin="output", name=need) for need in needs] or [Input(name="main")]
    return Step(
        id=name,
        executor="ffmpeg",
        process=Process(inputs=tuple(reads)),
        outputs=outputs,
        cost=Cost(wall_seconds=1, cpu_seconds=cpu_seconds, size_bytes=1),
        **fields,
    )


ENCODE = step(
    "encode", "mp4", "mp3", "quality", cpu_seconds=8, tasks=("transcode", "sound", "measure")
)
PACKAGE = step("package", "hls", needs=("mp4",), cpu_seconds=1.99, tasks=("package",))
CLOSE = Step(
    id="close", executor="close", resource="io", outputs=("papers",), after=("mp4", "mp3", "hls")
)
TASKS = (
    VALIDATE,
    Task(name="transcode", outputs=("mp4",)),
    Task(name="sound", outputs=("mp3",), required=False),
    Task(name="measure", outputs=("quality",), required=False),
    Task(name="package", outputs=("hls",)),
    Task(name="captions", skipped="there are none"),
)
STEPS = (ENCODE, PACKAGE, CLOSE)

FILE = Artifact(output="mp4", path="a.mp4", size_bytes=500)
SOUND = Artifact(output="mp3", path="audio/a.mp3", size_bytes=70)
HLS = Artifact(
    output="hls",
    path="360p/hls/playlist.m3u8",
    size_bytes=5,
    segments=Segments(
        count=2, size_bytes=600, longest_seconds=6, peak_bit_rate=9, average_bit_rate=8
    ),
)
MEASURED = Quality(output="quality", psnr=40, ssim=0.98, frame_count=9)
BROKEN = Failure(code="command_failed", message="it said no")

ENCODED = Ending(
    outcome="completed",
    artifacts=(FILE, SOUND),
    qualities=(MEASURED,),
    log=("one", "two"),
    sandbox="strong",
    wall_seconds=3,
    cpu_seconds=5,
)
PACKAGED = Ending(outcome="completed", artifacts=(HLS,), wall_seconds=1)
CLOSED = Ending(outcome="completed", made=("papers",), papers={"title": "é"})


def new_job(job_id: str = "job-1", **fields: Any) -> NewJob:
    about = {name: fields.pop(name) for name in Job.model_fields if name in fields}
    job = {"filename": "film.mp4", "created_at": datetime(2026, 3, 1, 11, tzinfo=UTC), **about}
    values: dict[str, Any] = {
        "job": Job.model_validate({"job_id": job_id, **job}),
        "key_id": "key-1",
        "source_type": "upload",
        "recipe": "ladder",
        "graph": GRAPH,
        "sources": {"main": SOURCE},
        "size_bytes": 1000,
        "tasks": (VALIDATE,),
        "steps": (INSPECT,),
        **fields,
    }
    return NewJob.model_validate(values)


def expansion(steps: tuple[Step, ...] = STEPS, tasks: tuple[Task, ...] = TASKS) -> Expansion:
    plan = Plan(
        steps=steps,
        tasks=tasks,
        warnings=(WARNING,),
        cost=Cost(wall_seconds=9, cpu_seconds=9, size_bytes=9),
    )
    known = Expansion(facts=FACTS, plan=plan, tasks=tasks, steps=steps)
    return known.but(video_info={"duration": 9.5})


async def claimed(jobs: JobStore, resource: Resource = "cpu", worker: str = "worker-1") -> Claim:
    """A claim that must be there."""
    claim = await jobs.claim(worker, resource)
    assert claim is not None
    return claim


async def expanded(
    jobs: JobStore,
    job_id: str = "job-1",
    steps: tuple[Step, ...] = STEPS,
    tasks: tuple[Task, ...] = TASKS,
    **fields: Any,
) -> None:
    """A job of which everything is known, and nothing done."""
    await jobs.accept(new_job(job_id, **fields))
    assert await jobs.expand(await claimed(jobs, "io"), expansion(steps, tasks))


async def completed(jobs: JobStore, job_id: str = "job-1", **fields: Any) -> None:
    """A job that is done."""
    await expanded(jobs, job_id, **fields)
    assert await jobs.finish(await claimed(jobs), ENCODED)
    assert await jobs.finish(await claimed(jobs), PACKAGED)
    assert await jobs.finish(await claimed(jobs, "io"), CLOSED)


async def failed(jobs: JobStore, job_id: str = "job-1", **fields: Any) -> None:
    """A job that failed at what it encoded; its sound was made."""
    await expanded(jobs, job_id, **fields)
    ending = Ending(outcome="failed", artifacts=(SOUND,), failures={"mp4": BROKEN})
    assert await jobs.finish(await claimed(jobs), ending)


async def statuses(jobs: JobStore, job_id: str = "job-1") -> dict[str, str]:
    return {task.name: task.status for task in (await jobs.job(job_id)).tasks}


async def kinds(jobs: JobStore, job_id: str = "job-1") -> list[str]:
    return [event.kind for event in await jobs.events(job_id)]
