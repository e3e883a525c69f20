"""The end of a batch: written in the transaction that ends its last job, with what tells of it."""

from datetime import datetime
from typing import Any

from pydantic import JsonValue
from sqlalchemy import Connection, Row, exists, func, select, update

from reelmill.adapters.sql import outbox
from reelmill.adapters.sql.tables import batch_jobs, batches, jobs
from reelmill.model.batches import status_of
from reelmill.model.jobs import FINAL
from reelmill.model.webhooks import BATCH_COMPLETED, stamp


def batch_of(connection: Connection, job_number: int) -> str | None:
    """The batch that a job was asked for in."""
    wanted = select(batch_jobs.c.batch_id).where(batch_jobs.c.job_number == job_number)
    return connection.execute(wanted).scalar_one_or_none()


def end_batch(connection: Connection, now: datetime, job_number: int) -> None:
    """A job has ended: so has its batch, if it was the last one.

    The batch is locked before its jobs are counted: of two that end at the same time, the later
    one sees both.
    """
    batch_id = batch_of(connection, job_number)
    if batch_id is None:
        return
    this = batches.c.batch_id == batch_id
    row = connection.execute(select(batches).where(this).with_for_update()).one()
    inside = exists().where(
        batch_jobs.c.job_number == jobs.c.number, batch_jobs.c.batch_id == batch_id
    )
    counted = (
        select(jobs.c.status, func.count().label("jobs")).where(inside).group_by(jobs.c.status)
    )
    by_status = {row.status: row.jobs for row in connection.execute(counted)}
    if row.completed_at is not None or not FINAL.issuperset(by_status):
        return
    connection.execute(update(batches).where(this).values(completed_at=now))
    targets = [*outbox.targets_of(connection, row, BATCH_COMPLETED)]
    data = _about(row, by_status, now)
    about = {"key_id": row.key_id, "batch_id": batch_id, "sequence": row.run}
    outbox.add(connection, now, BATCH_COMPLETED, targets, about, data)


def reopen_batch(connection: Connection, job_number: int) -> None:
    """A job is tried again: its batch, if it had ended, will end once more."""
    this = (batches.c.batch_id == batch_of(connection, job_number)) & (
        batches.c.completed_at.is_not(None)
    )
    anew = {"completed_at": None, "run": batches.c.run + 1}
    connection.execute(update(batches).where(this).values(anew))


def _about(row: Row[Any], by_status: dict[str, int], now: datetime) -> dict[str, JsonValue]:
    return {
        "batch_id": row.batch_id,
        "batch_name": row.name,
        "status": status_of(by_status, ended=True),
        "run": row.run,
        "created_at": stamp(row.created_at),
        "completed_at": stamp(now),
        "total": row.total,
        "refused": len(row.refused),
        **{status: by_status.get(status, 0) for status in sorted(FINAL)},
        "user_metadata": outbox.bearable(row.user_metadata),
        "links": {"self": f"/api/v1/batch/{row.batch_id}"},
    }
