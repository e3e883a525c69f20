"""What people decide about a job: to cancel it, to try it again, to forget it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, exists, select, update

from reelmill.adapters.sql.batch_end import reopen_batch
from reelmill.adapters.sql.opened import OpenJob, find_job
from reelmill.adapters.sql.reading import program, record
from reelmill.adapters.sql.settling import end, settle
from reelmill.adapters.sql.tables import (
    artifacts,
    batch_jobs,
    batches,
    jobs,
    qualities,
    steps,
    tasks,
)
from reelmill.model.errors import ConflictError
from reelmill.model.jobs import FINAL
from reelmill.model.records import JobProgram, JobRecord


def _open(connection: Connection, now: datetime, job_id: str, key_id: str | None) -> OpenJob:
    mine = [jobs.c.key_id == key_id] if key_id is not None else []
    return find_job(connection, now, jobs.c.job_id == job_id, *mine)


def cancel(connection: Connection, now: datetime, job_id: str, key_id: str | None) -> JobRecord:
    """See `JobStore.cancel`. What was published is nobody's to see from now on."""
    job = _open(connection, now, job_id, key_id)
    if job.was.status in FINAL:
        raise ConflictError(f"the job is {job.was.status} already")
    end_cancelled(job)
    return record(connection, job_id)


def end_cancelled(job: OpenJob) -> None:
    """End a job that is not at its end."""
    for table in (artifacts, qualities):
        job.connection.execute(delete(table).where(table.c.job_number == job.number))
    end(job, "cancelled")
    job.close()


def retry(connection: Connection, now: datetime, job_id: str, key_id: str | None) -> JobRecord:
    """See `JobStore.retry`. Nothing but the inspection is left of a cancelled job."""
    job = _open(connection, now, job_id, key_id)
    if job.was.status not in ("failed", "cancelled"):
        raise ConflictError(f"the job is {job.was.status}, neither failed nor cancelled")
    if job.was.status == "cancelled":
        _forget_work(job)
    again = (steps.c.job_number == job.number) & steps.c.status.in_(("failed", "cancelled"))
    anew: dict[str, Any] = {
        "status": "waiting",
        "failures": 0,
        "failed": {},
        "not_before": None,
        "delay_seconds": None,
        "fraction": None,
        "progress": None,
    }
    connection.execute(update(steps).where(again).values(anew))
    _reopen_tasks(job)
    job.changes |= {
        "status": "processing" if job.expanded else "pending",
        "run": job.was.run + 1,
        "started_at": None,
        "completed_at": None,
        "failure": None,
        "papers": None,
    }
    job.fraction = None  # what is done of it begins anew
    job.log("job.retried", run=job.was.run + 1, status=job.changes["status"])
    reopen_batch(connection, job.number)
    settle(job)
    job.close()
    return record(connection, job_id)


def _forget_work(job: OpenJob) -> None:
    """Take back everything but the inspection; what was separated is whole again."""
    mine = steps.c.job_number == job.number
    job.connection.execute(delete(steps).where(mine, steps.c.origin_number.is_not(None)))
    rows = job.connection.execute(select(steps.c.number, steps.c.step).where(mine)).all()
    undone = [row.number for row in rows if row.step.executor != "inspect"]
    unmade = {"status": "cancelled", "made": ()}
    job.connection.execute(update(steps).where(steps.c.number.in_(undone)).values(unmade))


def _reopen_tasks(job: OpenJob) -> None:
    """What did not come to a good end, or is not there any more, is to be done."""
    rows = job.connection.execute(select(steps.c.made).where(steps.c.job_number == job.number))
    made = {output for row in rows for output in row.made}
    mine = select(tasks).where(tasks.c.job_number == job.number)
    names = [
        row.name
        for row in job.connection.execute(mine)
        if row.status in ("failed", "cancelled")
        or (row.status == "completed" and not made.issuperset(row.outputs))
    ]
    chosen = (tasks.c.job_number == job.number) & tasks.c.name.in_(names)
    anew = dict.fromkeys(("started_at", "completed_at", "output_size_bytes", "failure"))
    job.connection.execute(update(tasks).where(chosen).values(status="pending", **anew))


def remove(connection: Connection, now: datetime, job_id: str, key_id: str | None) -> JobProgram:
    """See `JobStore.remove`."""
    job = _open(connection, now, job_id, key_id)
    if job.was.status not in FINAL:
        raise ConflictError(f"the job is {job.was.status}: it can be cancelled first")
    last = program(connection, job_id)
    connection.execute(delete(jobs).where(jobs.c.number == job.number))
    if last.batch_id is not None:
        _forget_empty(connection, last.batch_id)
    return last


def _forget_empty(connection: Connection, batch_id: str) -> None:
    """A batch goes with the last of its jobs."""
    left = exists().where(batch_jobs.c.batch_id == batch_id)
    connection.execute(delete(batches).where(batches.c.batch_id == batch_id, ~left))
