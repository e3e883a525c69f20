"""The log of deliveries: what was sent, what was answered; and sending it again."""

from datetime import datetime
from typing import Any

from pydantic import JsonValue, TypeAdapter
from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update

from reelmill.adapters.sql.outbox import new_delivery
from reelmill.adapters.sql.tables import webhook_attempts, webhook_deliveries
from reelmill.adapters.sql.webhook_endpoints import endpoint
from reelmill.model.errors import ConflictError, NotFoundError
from reelmill.model.webhooks import (
    TEST,
    Delivery,
    DeliveryAttempt,
    DeliveryPage,
    DeliveryQuery,
    DeliveryRecord,
    Endpoint,
    message,
)

_JSON: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)
_ROW = webhook_deliveries.c
_COLUMNS = [_ROW[name] for name in Delivery.model_fields]
ENDED = ("delivered", "failed")


def deliveries(connection: Connection, query: DeliveryQuery) -> DeliveryPage:
    """See `WebhookStore.deliveries`."""
    chosen = [
        _ROW[name] == value
        for name in ("key_id", "endpoint_id", "job_id", "batch_id", "status")
        if (value := getattr(query, name)) is not None
    ]
    counted = select(func.count()).select_from(webhook_deliveries).where(*chosen)
    wanted = select(*_COLUMNS).where(*chosen).order_by(_ROW.number.desc())
    rows = connection.execute(wanted.limit(query.limit).offset(query.offset))
    return DeliveryPage(
        total=connection.execute(counted).scalar_one(),
        deliveries=tuple(Delivery(**row) for row in rows.mappings()),
    )


def delivery(connection: Connection, delivery_id: str, key_id: str | None) -> DeliveryRecord:
    """See `WebhookStore.delivery`."""
    row = _found(connection, delivery_id, key_id)
    columns = [webhook_attempts.c[name] for name in DeliveryAttempt.model_fields]
    mine = select(*columns).where(webhook_attempts.c.delivery_number == row.number)
    tries = connection.execute(mine.order_by(webhook_attempts.c.attempt))
    return DeliveryRecord(
        **{name: getattr(row, name) for name in (*Delivery.model_fields, "payload")},
        attempts=tuple(DeliveryAttempt(**one) for one in tries.mappings()),
    )


def _found(connection: Connection, delivery_id: str, key_id: str | None) -> Row[Any]:
    mine = [_ROW.key_id == key_id] if key_id is not None else []
    wanted = select(webhook_deliveries).where(_ROW.delivery_id == delivery_id, *mine)
    row = connection.execute(wanted).one_or_none()
    if row is None:
        raise NotFoundError("there is no such delivery")
    return row


def replay(connection: Connection, delivery_id: str, key_id: str | None) -> Delivery:
    """See `WebhookStore.replay`."""
    row = _found(connection, delivery_id, key_id)
    if row.status not in ENDED:
        raise ConflictError("it is on its way already")
    url = row.url
    if row.endpoint_id is not None:
        url = _enabled(connection, row.endpoint_id, key_id).url
    again = {"status": "waiting", "tries": 0, "due_at": None, "ended_at": None, "url": url}
    connection.execute(update(webhook_deliveries).where(_ROW.number == row.number).values(again))
    return _shown(connection, delivery_id)


def test(connection: Connection, now: datetime, endpoint_id: str, key_id: str | None) -> Delivery:
    """See `WebhookStore.test`."""
    to = _enabled(connection, endpoint_id, key_id)
    said = message(TEST, now, {"endpoint_id": endpoint_id})
    row = new_delivery(now, TEST, _JSON.dump_json(said).decode()) | {
        "key_id": to.key_id,
        "holder": endpoint_id,
        "endpoint_id": endpoint_id,
        "url": to.url,
    }
    connection.execute(insert(webhook_deliveries).values(row))
    return _shown(connection, str(row["delivery_id"]))


def _enabled(connection: Connection, endpoint_id: str, key_id: str | None) -> Endpoint:
    found = endpoint(connection, endpoint_id, key_id)
    if not found.enabled:
        raise ConflictError("the endpoint is switched off")
    return found


def _shown(connection: Connection, delivery_id: str) -> Delivery:
    wanted = select(*_COLUMNS).where(_ROW.delivery_id == delivery_id)
    return Delivery(**connection.execute(wanted).mappings().one())


def _old(moment: datetime) -> ColumnElement[bool]:
    return _ROW.status.in_(ENDED) & (_ROW.ended_at < moment)


def old_deliveries(connection: Connection, moment: datetime) -> int:
    """How many `drop_deliveries` would forget."""
    counted = select(func.count()).select_from(webhook_deliveries).where(_old(moment))
    return connection.execute(counted).scalar_one()


def drop_deliveries(connection: Connection, moment: datetime) -> int:
    """See `WebhookStore.drop_deliveries`."""
    return connection.execute(delete(webhook_deliveries).where(_old(moment))).rowcount
