"""Deliveries on their way: claimed like steps, by number and attempt."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, or_, select, update

from reelmill.adapters.sql.notification import settle_notification
from reelmill.adapters.sql.opened import AnyRow
from reelmill.adapters.sql.tables import (
    batches,
    jobs,
    webhook_attempts,
    webhook_deliveries,
    webhook_endpoints,
)
from reelmill.model.webhooks import FINAL_EVENTS, Sending, Sent

GONE = "the receiver answered 410 Gone"
LOST = "the sender was lost; it is sent again"
_ROW = webhook_deliveries.c


def take(connection: Connection, now: datetime, sender: str, most_each: int) -> Any:
    """Take the best delivery that is due: its row, or None."""
    busy = (
        select(_ROW.holder)
        .where(_ROW.status == "sending")
        .group_by(_ROW.holder)
        .having(func.count() >= most_each)
    )
    best = (
        select(_ROW.number)
        .where(
            _ROW.status == "waiting",
            or_(_ROW.due_at.is_(None), _ROW.due_at <= now),
            _ROW.holder.not_in(busy),
        )
        .order_by(func.coalesce(_ROW.due_at, _ROW.created_at), _ROW.number)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    taken = (
        update(webhook_deliveries)
        .where(_ROW.number == best, _ROW.status == "waiting")
        .values(
            status="sending",
            attempt=_ROW.attempt + 1,
            tries=_ROW.tries + 1,
            sender=sender,
            due_at=None,
        )
        .returning(*(_ROW[name] for name in (*_GIVEN, "holder")))
    )
    row = connection.execute(taken).one_or_none()
    if row is not None:
        begun = {"delivery_number": row.number, "attempt": row.attempt, "started_at": now}
        connection.execute(insert(webhook_attempts).values(**begun, excerpt=""))
    return row


_GIVEN = tuple(name for name in Sending.model_fields if name != "secret")


def settle(connection: Connection, now: datetime, sending: Sending, sent: Sent) -> bool:
    """See `WebhookStore.settle`."""
    held = (
        (_ROW.number == sending.number)
        & (_ROW.attempt == sending.attempt)
        & (_ROW.status == "sending")
    )
    if sent.outcome == "again" and not _wanted_still(connection, held):
        sent = sent.but(outcome="failed")
    values: dict[str, Any] = {
        "status": {"delivered": "delivered", "again": "waiting"}.get(sent.outcome, "failed"),
        "sender": None,
        "status_code": sent.status_code,
        "error": sent.error,
    }
    if sent.outcome == "again":
        values["due_at"] = now + timedelta(seconds=sent.delay_seconds)
    else:
        values["ended_at"] = now
    done = update(webhook_deliveries).where(held).values(values)
    row = connection.execute(
        done.returning(_ROW.type, _ROW.job_id, _ROW.batch_id, _ROW.sequence, _ROW.endpoint_id)
    ).one_or_none()
    if row is None:
        return False
    _end_attempts(
        connection,
        (webhook_attempts.c.delivery_number == sending.number)
        & (webhook_attempts.c.attempt == sending.attempt),
        ended_at=now,
        status_code=sent.status_code,
        error=sent.error,
        excerpt=sent.excerpt,
    )
    if sent.outcome == "gone":
        _tell_no_more(connection, now, row)
    if row.type in FINAL_EVENTS and sent.outcome != "again":
        settle_notification(connection, now, row.job_id, row.sequence)
    return True


def _wanted_still(connection: Connection, held: ColumnElement[bool]) -> bool:
    """Whether its endpoint was not switched off meanwhile."""
    off = select(_ROW.number).join(
        webhook_endpoints, webhook_endpoints.c.endpoint_id == _ROW.endpoint_id
    )
    return connection.execute(off.where(held, ~webhook_endpoints.c.enabled)).first() is None


def give_back(connection: Connection, now: datetime, sender: str) -> None:
    """Let others send what a process had that is gone: nobody knows whether it arrived."""
    mine = (_ROW.sender == sender) & (_ROW.status == "sending")
    numbers = connection.execute(select(_ROW.number).where(mine)).scalars().all()
    if not numbers:
        return
    open_attempts = webhook_attempts.c.delivery_number.in_(numbers)
    _end_attempts(connection, open_attempts, ended_at=now, error=LOST)
    # It counts for nothing: the schedule is for receivers that fail, not for us.
    back = {"status": "waiting", "sender": None, "tries": _ROW.tries - 1}
    connection.execute(update(webhook_deliveries).where(mine).values(back))


def give_up(
    connection: Connection,
    now: datetime,
    chosen: ColumnElement[bool],
    why: str,
    *,
    also_sending: bool = False,
) -> None:
    """Give up what waits, and settle the tasks that stood for it."""
    failed = {"status": "failed", "error": why, "due_at": None, "ended_at": now}
    states = ("waiting", "sending") if also_sending else ("waiting",)
    gone = update(webhook_deliveries).where(chosen, _ROW.status.in_(states)).values(failed)
    ends = connection.execute(gone.returning(_ROW.type, _ROW.job_id, _ROW.sequence)).all()
    for row in ends:
        if row.type in FINAL_EVENTS:
            settle_notification(connection, now, row.job_id, row.sequence)


def _end_attempts(connection: Connection, chosen: ColumnElement[bool], **values: object) -> None:
    still_open = webhook_attempts.c.ended_at.is_(None)
    connection.execute(update(webhook_attempts).where(chosen, still_open).values(values))


def _tell_no_more(connection: Connection, now: datetime, of: AnyRow) -> None:
    """Switch off an endpoint, or the webhook of a job or batch; give up what waits for it."""
    if of.endpoint_id is not None:
        off = {"enabled": False, "disabled_reason": GONE, "updated_at": now}
        this = webhook_endpoints.c.endpoint_id == of.endpoint_id
        connection.execute(update(webhook_endpoints).where(this).values(off))
        give_up(connection, now, _ROW.endpoint_id == of.endpoint_id, GONE)
        return
    table, column = (jobs, "job_id") if of.job_id is not None else (batches, "batch_id")
    told_of = getattr(of, column)
    mine = table.c[column] == told_of
    own = connection.execute(
        select(table.c.webhook).where(mine).with_for_update()
    ).scalar_one_or_none()
    if own is not None:
        connection.execute(update(table).where(mine).values(webhook=own.but(gone=True)))
    give_up(connection, now, (_ROW[column] == told_of) & _ROW.endpoint_id.is_(None), GONE)
