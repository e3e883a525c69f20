"""How jobs come in, and how inspection makes tasks and steps of them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from pydantic import JsonValue, TypeAdapter
from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from reelmill.adapters.sql.idempotency import settle as settle_answer
from reelmill.adapters.sql.opened import OpenJob, find_job
from reelmill.adapters.sql.settling import settle
from reelmill.adapters.sql.tables import jobs, labels, steps, tasks
from reelmill.adapters.sql.usage import count
from reelmill.jobs.ports import Reservation
from reelmill.model.errors import ConflictError, QueueFullError
from reelmill.model.jobs import FINAL, NewJob
from reelmill.model.room import needed_bytes
from reelmill.model.steps import Step, Task

_ANY: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)


def accept(
    connection: Connection,
    now: datetime,
    new: NewJob,
    reservation: Reservation | None,
    queue_limit: int | None,
) -> None:
    """See `JobStore.accept`."""
    check_promise(connection, now, 1, reservation, queue_limit)
    add_job(connection, now, new)


def check_promise(
    connection: Connection,
    now: datetime,
    more: int,
    reservation: Reservation | None,
    queue_limit: int | None,
) -> None:
    """Remember the answer that promises so many more jobs.

    Raises:
        ConflictError: there is another answer under the reserved key.
        QueueFullError: they would be too many.
    """
    if reservation is not None:
        settle_answer(connection, now, reservation)
    if queue_limit is not None:
        waiting = select(func.count()).where(jobs.c.status.not_in(sorted(FINAL)))
        there = connection.execute(waiting).scalar_one()
        if there + more > queue_limit:
            raise QueueFullError(f"{there} jobs are waiting already, of {queue_limit} at most")


def add_job(connection: Connection, now: datetime, new: NewJob) -> int:
    """A job with its tasks and first steps; the number of its row.

    Raises:
        ConflictError: there is a job of that id.
    """
    try:
        connection.execute(insert(jobs).values(_row(new, now)))
    except IntegrityError as error:
        raise ConflictError(f"there is a job {new.job.job_id} already") from error
    job = find_job(connection, now, jobs.c.job_id == new.job.job_id)
    if found := sorted({*_labels(new.job.user_metadata)}):
        rows = [{"job_number": job.number, "field": f, "value": v} for f, v in found]
        connection.execute(insert(labels), rows)
    job.log("job.queued")
    set_order(job, new.tasks)
    add_steps(job, new.steps, 0)
    settle(job)
    job.close()
    count(connection, new.key_id, now, jobs_created=1, input_bytes=new.size_bytes)
    return job.number


def _row(new: NewJob, now: datetime) -> dict[str, object]:
    words = [new.job.filename, *_words(new.job.user_metadata)]
    return {
        "job_id": new.job.job_id,
        "key_id": new.key_id,
        "status": "pending",
        "priority": new.priority,
        "created_at": new.job.created_at,
        "updated_at": now,
        "run": 1,
        "sequence": 0,
        "source_type": new.source_type,
        "recipe": new.recipe,
        "size_bytes": new.size_bytes,
        "filename": new.job.filename,
        "user_metadata": new.job.user_metadata,
        "searched": "\n".join(words).casefold(),
        "settings": new.settings,
        "video_info": new.video_info,
        "sources": new.sources,
        "warnings": (),
        "webhook": new.webhook,
        "graph": new.graph,
    }


def _plain(value: JsonValue) -> str:
    return value if isinstance(value, str) else _ANY.dump_json(value).decode()


def _labels(metadata: dict[str, JsonValue]) -> Iterator[tuple[str, str]]:
    """Each field with its value, or with each of its values."""
    for field, value in metadata.items():
        for one in value if isinstance(value, list) else [value]:
            yield field, _plain(one)


def _words(value: JsonValue) -> Iterator[str]:
    """All text that stands in a value: names of fields, and values at any depth."""
    match value:
        case dict():
            for field, below in value.items():
                yield field
                yield from _words(below)
        case list():
            for below in value:
                yield from _words(below)
        case _:
            yield _plain(value)


def set_order(job: OpenJob, wanted: Sequence[Task]) -> None:
    """Give a job these tasks, in this order; those that it has already keep their states."""
    mine = select(tasks.c.name, tasks.c.status).where(tasks.c.job_number == job.number)
    known = {
        row.name: row.status for row in job.connection.execute(mine.order_by(tasks.c.position))
    }
    names = {task.name for task in wanted}
    first = len([name for name in known if name not in names])
    for position, task in enumerate(wanted, first):
        values: dict[str, object] = {
            "position": position,
            "required": task.required,
            "outputs": task.outputs,
            "reason": task.skipped,
        }
        if known.get(task.name, "pending") == "pending":
            values["status"] = "skipped" if task.skipped is not None else "pending"
            if task.skipped is not None:
                job.log("task.skipped", task=task.name, reason=task.skipped)
        this = (tasks.c.job_number == job.number) & (tasks.c.name == task.name)
        if task.name in known:
            job.connection.execute(update(tasks).where(this).values(values))
        else:
            row = {"job_number": job.number, "name": task.name, **values}
            job.connection.execute(insert(tasks).values(row))


def add_steps(
    job: OpenJob, new: Sequence[Step], position: int, origin_number: int | None = None
) -> None:
    """Insert steps into a job before a position; all wait until it is settled."""
    later = (steps.c.job_number == job.number) & (steps.c.position >= position)
    moved = update(steps).where(later).values(position=steps.c.position + len(new))
    job.connection.execute(moved)
    rows: list[dict[str, Any]] = [
        {
            "job_number": job.number,
            "position": position + index,
            "resource": step.resource,
            "status": "waiting",
            "attempt": 0,
            "failures": 0,
            "beat": 0,
            "cpu_seconds": step.cost.cpu_seconds,
            "room_bytes": needed_bytes(step),
            "origin_number": origin_number,
            "made": (),
            "failed": {},
            "step": step,
        }
        for index, step in enumerate(new)
    ]
    if rows:
        job.connection.execute(insert(steps), rows)
