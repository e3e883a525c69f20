"""`reelmill jobs`: look at the jobs of a service, and end or repeat them, from its machine."""

import asyncio
import json as jsonlib
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from reelmill.cli.bars import Bars, clock
from reelmill.cli.places import AsJson, DataDir, with_stores
from reelmill.model.errors import error_of_code

if TYPE_CHECKING:
    from reelmill.app.stores import Stores
    from reelmill.model.events import Progress
    from reelmill.model.records import JobLine, JobRecord

WATCH_SECONDS = 0.5

jobs = typer.Typer(name="jobs", help="The jobs of a service.", no_args_is_help=True)

JobId = Annotated[str, typer.Argument(metavar="JOB_ID")]


@jobs.command("list")
def list_jobs(
    status: Annotated[str | None, typer.Option("--status", help="Only with this status.")] = None,
    search: Annotated[
        str | None, typer.Option("--search", help="Text in the name or the metadata.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000)] = 20,
    data_dir: DataDir = None,
    json: AsJson = False,
) -> None:
    """The newest jobs first."""
    from reelmill.model.records import JobQuery

    fields = {"status": status, "search": search, "limit": limit}
    page = with_stores(data_dir, lambda s: s.jobs.jobs(JobQuery.model_validate(fields)))
    if json:
        typer.echo(page.to_json())
        return
    table = Table("job", "status", "%", "priority", "file", "created", box=None, pad_edge=False)
    for one in page.jobs:
        table.add_row(
            one.job_id,
            _status(one),
            "" if one.fraction is None else f"{one.fraction:.0%}",
            str(one.priority),
            escape(one.filename),
            f"{one.created_at:%Y-%m-%d %H:%M:%S}",
        )
    console = Console(highlight=False)
    console.print(table)
    if page.total > len(page.jobs):
        console.print(f"{len(page.jobs)} of {page.total}", style="dim")


@jobs.command()
def show(job_id: JobId, data_dir: DataDir = None, json: AsJson = False) -> None:
    """Everything about a job."""
    record = with_stores(data_dir, lambda s: s.jobs.job(job_id))
    if json:
        typer.echo(record.to_json())
        return
    console = Console(highlight=False)
    console.print(f"{record.job_id}  {_status(record)}  {escape(record.filename)}")
    table = Table("task", "status", "seconds", "size", "", box=None, pad_edge=False)
    for task in record.tasks:
        why = task.reason or (task.failure.message if task.failure else "")
        seconds = "" if task.duration_seconds is None else f"{task.duration_seconds:.1f}"
        size = "" if task.output_size_bytes is None else f"{task.output_size_bytes:,}"
        table.add_row(task.name, task.status, seconds, size, escape(why))
    console.print(table)
    for artifact in record.artifacts:
        console.print(f"  {artifact.path}", style="dim")
    for warning in record.warnings:
        console.print(f"[yellow]warning[/] {warning.code}: {escape(warning.message)}")
    if record.failure is not None:
        console.print(f"[red]{record.failure.code}[/]: {escape(record.failure.message)}")


@jobs.command()
def watch(job_id: JobId, data_dir: DataDir = None, json: AsJson = False) -> None:
    """Follow a job to its end; the exit code says how it ended."""
    record = with_stores(data_dir, lambda s: _watch(s, job_id))
    seconds = (record.completed_at or record.updated_at) - record.created_at
    Console(stderr=True).print(f"{record.status} after {clock(seconds.total_seconds())}")
    if record.failure is not None:
        why = record.failure
        raise error_of_code(why.code, why.message, output=why.output, detail=why.detail)
    if record.status == "cancelled":
        raise error_of_code("cancelled", "the job was cancelled", output=None, detail="")
    if json:
        typer.echo(record.to_json())


async def _watch(stores: "Stores", job_id: str) -> "JobRecord":
    from reelmill.model.jobs import FINAL

    with Bars(Console(stderr=True)) as bars:
        while True:
            record = await stores.jobs.job(job_id)
            bars.show(_snapshot(record))
            if record.status in FINAL:
                return record
            await asyncio.sleep(WATCH_SECONDS)


def _snapshot(record: "JobRecord") -> "Progress":
    """All tasks of a job: how they stand, and how far those that run are."""
    from reelmill.model.events import Progress, TaskProgress

    running = {one.name: one for one in record.progress.tasks}
    tasks = [
        running[one.name]
        if one.status == "running" and one.name in running
        else TaskProgress(
            name=one.name,
            status=one.status,
            fraction=1.0 if one.status == "completed" else None,
            reason=one.reason,
        )
        for one in record.tasks
    ]
    return Progress(tasks=tuple(tasks), fraction=record.fraction)


@jobs.command()
def cancel(job_id: JobId, data_dir: DataDir = None, json: AsJson = False) -> None:
    """End a job now."""
    record = with_stores(data_dir, lambda s: s.jobs.cancel(job_id))
    typer.echo(record.to_json() if json else f"{job_id} is cancelled")


@jobs.command()
def retry(job_id: JobId, data_dir: DataDir = None, json: AsJson = False) -> None:
    """Do what is not done of a failed or cancelled job."""
    record = with_stores(data_dir, lambda s: s.jobs.retry(job_id))
    typer.echo(record.to_json() if json else f"{job_id} is queued again")


@jobs.command()
def logs(
    job_id: JobId,
    lines: Annotated[int, typer.Option("--lines", min=1, help="The last so many.")] = 200,
    data_dir: DataDir = None,
    json: AsJson = False,
) -> None:
    """What happened to a job, and what FFmpeg said."""
    entries = with_stores(data_dir, lambda s: _entries(s, job_id))[-lines:]
    if json:
        typer.echo(jsonlib.dumps([one.shown() for one in entries], ensure_ascii=False))
        return
    for one in entries:
        typer.echo(f"{one.at:%Y-%m-%dT%H:%M:%SZ} {one.text}")


class Entry(NamedTuple):
    """A line of a log: an event, or what a child said at the end of an attempt."""

    at: datetime
    text: str
    about: Mapping[str, object]

    def shown(self) -> dict[str, object]:
        """As a JSON object."""
        return {"at": self.at.isoformat(), **self.about}


async def _entries(stores: "Stores", job_id: str) -> list[Entry]:
    await stores.jobs.job(job_id)
    found: list[Entry] = []
    after = 0
    while events := await stores.jobs.events(job_id, after):
        after = events[-1].sequence
        for one in events:
            data = f" {jsonlib.dumps(one.data, ensure_ascii=False)}" if one.data else ""
            about = {"sequence": one.sequence, "kind": one.kind, "data": one.data}
            found.append(Entry(one.at, one.kind + data, about))
    for attempt in await stores.jobs.attempts(job_id):
        at = attempt.ended_at or attempt.started_at
        for line in attempt.log:
            about = {"step": attempt.step, "attempt": attempt.attempt, "line": line}
            found.append(Entry(at, f"  {attempt.step} #{attempt.attempt}: {line}", about))
    return sorted(found, key=lambda entry: entry.at)


def _status(job: "JobLine") -> str:
    stage = f" ({job.stage})" if job.stage else ""
    return escape(f"{job.status}{stage}")
