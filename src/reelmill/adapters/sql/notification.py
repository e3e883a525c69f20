"""The task `send_notification`: open until it is known whether the job's end was told.

It is the only task that ends after its job: what it tells is the end.
"""

from datetime import datetime

from sqlalchemy import Connection, func, literal, select, update

from reelmill.adapters.sql import outbox
from reelmill.adapters.sql.columns import Moment
from reelmill.adapters.sql.opened import OpenJob, open_job, told
from reelmill.adapters.sql.tables import jobs, tasks
from reelmill.adapters.sql.tables import webhook_deliveries as deliveries
from reelmill.model.errors import WebhookFailedError
from reelmill.model.jobs import FINAL, JobStatus
from reelmill.model.results import Failure
from reelmill.model.steps import Notice
from reelmill.model.webhooks import FINAL_EVENTS, NOTIFICATION

UNWANTED = "no webhook asks for the job's end"


def await_notification(job: OpenJob, status: JobStatus) -> None:
    """The job ends: its notification waits for the deliveries, or is skipped."""
    anew = dict.fromkeys(("started_at", "completed_at", "failure", "reason"))
    if outbox.wanted(job.connection, job.number, f"job.{status}"):
        _set(job, **anew, status="pending")
    elif _set(job, **(anew | {"status": "skipped", "reason": UNWANTED})):
        job.log("task.skipped", task=NOTIFICATION, reason=UNWANTED)


def settle_notification(connection: Connection, now: datetime, job_id: str, sequence: int) -> None:
    """A delivery of a job's end was settled: so is the task, when it was the last one.

    Args:
        connection: a transaction.
        now: its moment.
        job_id: of a job that may be gone.
        sequence: of the event that was delivered; that of an earlier run tells nothing.
    """
    mine = (deliveries.c.job_id == job_id) & deliveries.c.type.in_(FINAL_EVENTS)
    newest = select(func.max(deliveries.c.sequence)).where(mine)
    rows = connection.execute(
        select(deliveries.c.status, deliveries.c.error).where(
            mine, deliveries.c.sequence == newest.scalar_subquery()
        )
    ).all()
    ended = jobs.c.status.in_(sorted(FINAL)) & (jobs.c.job_id == job_id)
    there = connection.execute(select(jobs.c.number).where(ended)).scalar_one_or_none()
    if (
        there is None
        or connection.execute(newest).scalar_one() != sequence
        or any(row.status in ("waiting", "sending") for row in rows)
    ):
        return
    job = open_job(connection, now, there)
    errors = [row.error for row in rows if row.status == "failed"]
    failure = _failure(errors[0]) if errors else None
    status = "failed" if failure else "completed"
    ended_at = literal(job.was.completed_at, Moment)
    times = {"started_at": func.coalesce(tasks.c.started_at, ended_at), "completed_at": now}
    if _set(job, **times, status=status, failure=failure):
        job.log(f"task.{status}", task=NOTIFICATION, **told(failure))
        if failure is not None:
            job.warn(Notice(code=failure.code, message=f"{NOTIFICATION}: {failure.message}"))
    job.close()


def _failure(error: str | None) -> Failure:
    return Failure(
        code=WebhookFailedError.code,
        message=error or "it could not be delivered",
        retryable=WebhookFailedError.retryable,
    )


def _set(job: OpenJob, **values: object) -> bool:
    """Whether the job has such a task, in another state than that."""
    this = (tasks.c.job_number == job.number) & (tasks.c.name == NOTIFICATION)
    changed = update(tasks).where(this, tasks.c.status != values["status"])
    return job.connection.execute(changed.values(values)).rowcount == 1
