"""Who is told by webhook, and what signs for it."""

import base64
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from reelmill.adapters.sql.deliveries import give_up
from reelmill.adapters.sql.idempotency import settle as settle_answer
from reelmill.adapters.sql.tables import webhook_deliveries, webhook_endpoints, webhook_secrets
from reelmill.jobs.ports import Reservation
from reelmill.model.errors import ConflictError, NotFoundError
from reelmill.model.webhooks import Endpoint, Secret

SECRET_BYTES = 32
SWITCHED_OFF = "the endpoint was switched off"
REMOVED = "the endpoint was removed"
_WITH_SECRET = select(webhook_endpoints, webhook_secrets.c.previous_until).outerjoin(
    webhook_secrets, webhook_secrets.c.holder == webhook_endpoints.c.endpoint_id
)


def _this(endpoint_id: str, key_id: str | None) -> ColumnElement[bool]:
    this = webhook_endpoints.c.endpoint_id == endpoint_id
    return this if key_id is None else this & (webhook_endpoints.c.key_id == key_id)


def add(
    connection: Connection,
    now: datetime,
    endpoint: Endpoint,
    most: int,
    reservation: Reservation | None,
) -> Secret:
    """See `WebhookStore.add`."""
    if reservation is not None:
        settle_answer(connection, now, reservation)
    mine = select(func.count()).where(webhook_endpoints.c.key_id == endpoint.key_id)
    if connection.execute(mine).scalar_one() >= most:
        raise ConflictError(f"a key has {most} endpoints at most")
    try:
        connection.execute(
            insert(webhook_endpoints).values(endpoint.model_dump(exclude={"previous_until"}))
        )
    except IntegrityError as error:
        raise ConflictError(f"there is an endpoint {endpoint.endpoint_id} already") from error
    return _new_secret(connection, endpoint.endpoint_id)


def endpoint(connection: Connection, endpoint_id: str, key_id: str | None) -> Endpoint:
    """See `WebhookStore.endpoint`."""
    found = connection.execute(_WITH_SECRET.where(_this(endpoint_id, key_id)))
    row = found.mappings().one_or_none()
    if row is None:
        raise NotFoundError("there is no such endpoint")
    return Endpoint(**row)


def endpoints(connection: Connection, key_id: str | None) -> tuple[Endpoint, ...]:
    """See `WebhookStore.endpoints`."""
    wanted = _WITH_SECRET.order_by(webhook_endpoints.c.created_at, webhook_endpoints.c.endpoint_id)
    if key_id is not None:
        wanted = wanted.where(webhook_endpoints.c.key_id == key_id)
    return tuple(Endpoint(**row) for row in connection.execute(wanted).mappings())


def change(
    connection: Connection,
    now: datetime,
    endpoint_id: str,
    key_id: str | None,
    changes: Mapping[str, object],
) -> Endpoint:
    """See `WebhookStore.change`."""
    endpoint(connection, endpoint_id, key_id)
    values: dict[str, Any] = {**changes, "updated_at": now}
    if "enabled" in changes:
        values["disabled_reason"] = None
    this = webhook_endpoints.c.endpoint_id == endpoint_id
    connection.execute(update(webhook_endpoints).where(this).values(values))
    mine = webhook_deliveries.c.endpoint_id == endpoint_id
    if "url" in changes:
        connection.execute(
            update(webhook_deliveries)
            .where(mine, webhook_deliveries.c.status == "waiting")
            .values(url=changes["url"])
        )
    if changes.get("enabled") is False:
        give_up(connection, now, mine, SWITCHED_OFF)
    return endpoint(connection, endpoint_id, key_id)


def rotate(
    connection: Connection, endpoint_id: str, key_id: str | None, previous_until: datetime
) -> Secret:
    """See `WebhookStore.rotate`."""
    endpoint(connection, endpoint_id, key_id)
    return rotate_secret(connection, endpoint_id, previous_until)


def remove(connection: Connection, now: datetime, endpoint_id: str, key_id: str | None) -> None:
    """See `WebhookStore.remove`."""
    endpoint(connection, endpoint_id, key_id)
    mine = webhook_deliveries.c.endpoint_id == endpoint_id
    give_up(connection, now, mine, REMOVED, also_sending=True)
    this = webhook_endpoints.c.endpoint_id == endpoint_id
    connection.execute(delete(webhook_endpoints).where(this))
    connection.execute(delete(webhook_secrets).where(webhook_secrets.c.holder == endpoint_id))


def secret_of(connection: Connection, holder: str) -> Secret:
    """What signs for an endpoint, or for a key's jobs: made when it is first needed."""
    columns = (webhook_secrets.c.text, webhook_secrets.c.previous, webhook_secrets.c.previous_until)
    found = connection.execute(select(*columns).where(webhook_secrets.c.holder == holder))
    row = found.mappings().one_or_none()
    return Secret(**row) if row is not None else _new_secret(connection, holder)


def rotate_secret(connection: Connection, holder: str, previous_until: datetime) -> Secret:
    """Another secret; the present one signs too until a moment, the one before no more."""
    was = secret_of(connection, holder)
    made = Secret(text=_fresh(), previous=was.text, previous_until=previous_until)
    this = update(webhook_secrets).where(webhook_secrets.c.holder == holder)
    connection.execute(this.values(made.model_dump()))
    return made


def _new_secret(connection: Connection, holder: str) -> Secret:
    made = Secret(text=_fresh())
    connection.execute(insert(webhook_secrets).values(holder=holder, **made.model_dump()))
    return made


def _fresh() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"
