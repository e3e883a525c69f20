"""Jobs as they are shown: rows become records."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, Table, func, select

from reelmill.adapters.sql.opened import AnyRow
from reelmill.adapters.sql.tables import (
    artifacts,
    attempts,
    batch_jobs,
    jobs,
    qualities,
    steps,
    tasks,
)
from reelmill.model.errors import NotFoundError
from reelmill.model.events import Progress, TaskProgress
from reelmill.model.records import JobLine, JobProgram, JobRecord, TaskRecord

STAGE = (
    select(tasks.c.name)
    .where(tasks.c.job_number == jobs.c.number, tasks.c.status == "running")
    .order_by(tasks.c.position)
    .limit(1)
    .scalar_subquery()
    .label("stage")
)
BATCH = (
    select(batch_jobs.c.batch_id)
    .where(batch_jobs.c.job_number == jobs.c.number)
    .correlate(jobs)
    .scalar_subquery()
    .label("batch_id")
)
_ASIDE = ("stage", "batch_id")
_LINE = [name for name in JobLine.model_fields if name not in _ASIDE]
_RECORD = ("settings", "sources", "size_bytes", "video_info", "warnings", "papers", "sequence")
_PROGRAM = (*_RECORD, "graph", "facts", "plan")
LINE_COLUMNS = (jobs.c.number, STAGE, BATCH, *(jobs.c[name] for name in _LINE))
R = TypeVar("R", bound=JobRecord)


def line(row: AnyRow) -> JobLine:
    """A job in a list."""
    return JobLine(**{name: getattr(row, name) for name in (*_LINE, *_ASIDE)})


def visible(job_id: str, key_id: str | None) -> Select[*tuple[Any, ...]]:
    """The row of a job, if it is of this key; None: of any."""
    wanted = select(jobs.c.number).where(jobs.c.job_id == job_id)
    return wanted if key_id is None else wanted.where(jobs.c.key_id == key_id)


def record(connection: Connection, job_id: str, key_id: str | None = None) -> JobRecord:
    """See `JobStore.job`."""
    return _records(connection, [_number(connection, job_id, key_id)], JobRecord, _RECORD)[0]


def program(connection: Connection, job_id: str, key_id: str | None = None) -> JobProgram:
    """See `JobStore.program`."""
    return programs(connection, [_number(connection, job_id, key_id)])[0]


def _number(connection: Connection, job_id: str, key_id: str | None) -> int:
    number: int | None = connection.execute(visible(job_id, key_id)).scalar_one_or_none()
    if number is None:
        raise NotFoundError("there is no such job")
    return number


def programs(connection: Connection, numbers: Sequence[int]) -> tuple[JobProgram, ...]:
    """Jobs by their numbers, in this order."""
    return _records(connection, numbers, JobProgram, _PROGRAM)


def _records(
    connection: Connection, numbers: Sequence[int], kind: type[R], names: Sequence[str]
) -> tuple[R, ...]:
    columns = (*LINE_COLUMNS, *(jobs.c[name] for name in names))
    rows = connection.execute(select(*columns).where(jobs.c.number.in_(numbers)))
    by_number = {row.number: row for row in rows}
    of_tasks = _grouped(connection, tasks, numbers, tasks.c.position)
    of_artifacts = _grouped(connection, artifacts, numbers, artifacts.c.output)
    of_qualities = _grouped(connection, qualities, numbers, qualities.c.output)
    running = select(steps.c.job_number, steps.c.progress).where(
        steps.c.job_number.in_(numbers), steps.c.status == "running", steps.c.progress.is_not(None)
    )
    progress: dict[int, list[Progress]] = defaultdict(list)
    for row in connection.execute(running.order_by(steps.c.position)):
        progress[row.job_number].append(row.progress)
    counted = select(attempts.c.job_number, func.count().label("attempts")).where(
        attempts.c.job_number.in_(numbers)
    )
    tries = {
        row.job_number: row.attempts
        for row in connection.execute(counted.group_by(attempts.c.job_number))
    }
    return tuple(
        kind(
            **line(by_number[number]).model_dump(),
            **{name: getattr(by_number[number], name) for name in names},
            tasks=(own := tuple(_task(row) for row in of_tasks[number])),
            progress=_merged(progress[number], own, by_number[number].fraction),
            artifacts=tuple(row.artifact for row in of_artifacts[number]),
            qualities=tuple(row.quality for row in of_qualities[number]),
            output_size_bytes=sum(row.size_bytes for row in of_artifacts[number]),
            attempts=tries.get(number, 0),
        )
        for number in numbers
    )


def _grouped(
    connection: Connection, table: Table, numbers: Iterable[int], order: Any
) -> dict[int, list[AnyRow]]:
    found: dict[int, list[AnyRow]] = defaultdict(list)
    for row in connection.execute(
        select(table).where(table.c.job_number.in_(numbers)).order_by(order)
    ):
        found[row.job_number].append(row)
    return found


def _task(row: AnyRow) -> TaskRecord:
    duration = None
    if row.started_at is not None and row.completed_at is not None:
        duration = round(max(0.0, (row.completed_at - row.started_at).total_seconds()), 3)
    return TaskRecord(
        name=row.name,
        status=row.status,
        required=row.required,
        reason=row.reason,
        started_at=row.started_at,
        completed_at=row.completed_at,
        duration_seconds=duration,
        output_size_bytes=row.output_size_bytes,
        failure=row.failure,
    )


def _merged(
    parts: Iterable[Progress], own: Iterable[TaskRecord], fraction: float | None
) -> Progress:
    """One snapshot of all running steps; of a task in several, what the first one says."""
    said: dict[str, TaskProgress] = {}
    for part in parts:
        said = {**{one.name: one for one in part.tasks}, **said}
    running = [task.name for task in own if task.status == "running"]
    return Progress(tasks=tuple(said[name] for name in running if name in said), fraction=fraction)
