"""The store of batches: every method one transaction. See `jobs.ports.BatchStore`."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, case, func, insert, select
from sqlalchemy.exc import IntegrityError

from reelmill.adapters.sql.accepting import add_job, check_promise
from reelmill.adapters.sql.database import Database
from reelmill.adapters.sql.decisions import end_cancelled
from reelmill.adapters.sql.opened import open_job
from reelmill.adapters.sql.reading import LINE_COLUMNS, line
from reelmill.adapters.sql.tables import batch_jobs, batches, jobs
from reelmill.jobs.ports import Reservation
from reelmill.model.batches import BatchLine, BatchPage, BatchQuery, BatchRecord, NewBatch
from reelmill.model.errors import ConflictError, NotFoundError
from reelmill.model.jobs import FINAL, NewJob

_OWN = [
    *("batch_id", "key_id", "name", "created_at", "completed_at", "run", "total"),
    *("user_metadata", "refused"),
]
_JOINED = batch_jobs.join(jobs, jobs.c.number == batch_jobs.c.job_number)


class SqlBatchStore:
    """Fills `jobs.ports.BatchStore`; each method is told there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def accept(
        self,
        batch: NewBatch,
        jobs: Mapping[int, NewJob],
        reservation: Reservation | None = None,
        queue_limit: int | None = None,
    ) -> None:
        """See `BatchStore.accept`."""
        await self._database.change(_accept, batch, jobs, reservation, queue_limit)

    async def batch(self, batch_id: str, key_id: str | None = None) -> BatchRecord:
        """See `BatchStore.batch`."""
        return await self._database.read(_record, batch_id, key_id)

    async def batches(self, query: BatchQuery) -> BatchPage:
        """See `BatchStore.batches`."""
        return await self._database.read(_page, query)

    async def cancel(self, batch_id: str, key_id: str | None = None) -> tuple[str, ...]:
        """See `BatchStore.cancel`."""
        return await self._database.change(_cancel, batch_id, key_id)


def _accept(
    connection: Connection,
    now: datetime,
    batch: NewBatch,
    new: Mapping[int, NewJob],
    reservation: Reservation | None,
    queue_limit: int | None,
) -> None:
    check_promise(connection, now, len(new), reservation, queue_limit)
    own = {name: getattr(batch, name) for name in NewBatch.model_fields}
    try:
        connection.execute(insert(batches).values(**own, run=1, total=len(new)))
    except IntegrityError as error:
        raise ConflictError(f"there is a batch {batch.batch_id} already") from error
    for position, one in new.items():
        number = add_job(connection, now, one)
        row = {"job_number": number, "batch_id": batch.batch_id, "position": position}
        connection.execute(insert(batch_jobs).values(row))


def _found(connection: Connection, batch_id: str, key_id: str | None) -> Row[Any]:
    mine = [batches.c.key_id == key_id] if key_id is not None else []
    wanted = select(batches).where(batches.c.batch_id == batch_id, *mine)
    row = connection.execute(wanted).one_or_none()
    if row is None:
        raise NotFoundError("there is no such batch")
    return row


def _record(connection: Connection, batch_id: str, key_id: str | None) -> BatchRecord:
    (of,) = _lines(connection, [_found(connection, batch_id, key_id)])
    inside = select(batch_jobs.c.position, *LINE_COLUMNS).select_from(_JOINED)
    rows = connection.execute(
        inside.where(batch_jobs.c.batch_id == batch_id).order_by(batch_jobs.c.position)
    )
    return BatchRecord(**of.model_dump(), jobs={row.position: line(row) for row in rows})


def _page(connection: Connection, query: BatchQuery) -> BatchPage:
    mine = [batches.c.key_id == query.key_id] if query.key_id is not None else []
    counted = select(func.count()).select_from(batches).where(*mine)
    wanted = select(batches).where(*mine).order_by(batches.c.number.desc())
    rows = connection.execute(wanted.limit(query.limit).offset(query.offset)).all()
    total = connection.execute(counted).scalar_one()
    return BatchPage(total=total, batches=_lines(connection, rows))


def _lines(connection: Connection, rows: Sequence[Row[Any]]) -> tuple[BatchLine, ...]:
    """Batches, with how far their jobs are; one that was purged has been at its end."""
    done = func.sum(case((jobs.c.status.in_(sorted(FINAL)), 1.0), else_=jobs.c.fraction))
    chosen = batch_jobs.c.batch_id.in_([row.batch_id for row in rows])
    counted = (
        select(batch_jobs.c.batch_id, jobs.c.status, func.count().label("jobs"), done.label("done"))
        .select_from(_JOINED)
        .where(chosen)
        .group_by(batch_jobs.c.batch_id, jobs.c.status)
    )
    by_status: dict[str, dict[str, int]] = defaultdict(dict)
    fractions: dict[str, float] = defaultdict(float)
    for row in connection.execute(counted):
        by_status[row.batch_id][row.status] = row.jobs
        fractions[row.batch_id] += row.done or 0.0
    return tuple(
        BatchLine(
            **{name: getattr(row, name) for name in _OWN},
            by_status=(there := by_status[row.batch_id]),
            fraction=(fractions[row.batch_id] + row.total - sum(there.values())) / row.total,
        )
        for row in rows
    )


def _cancel(
    connection: Connection, now: datetime, batch_id: str, key_id: str | None
) -> tuple[str, ...]:
    _found(connection, batch_id, key_id)
    # All at once and before the batch itself, which whoever ends one of them locks after it.
    undone = (
        select(jobs.c.number, jobs.c.job_id)
        .select_from(_JOINED)
        .where(batch_jobs.c.batch_id == batch_id, jobs.c.status.not_in(sorted(FINAL)))
        .order_by(jobs.c.number)
        .with_for_update(of=jobs)
    )
    rows = connection.execute(undone).all()
    for row in rows:
        end_cancelled(open_job(connection, now, row.number))
    return tuple(row.job_id for row in rows)
