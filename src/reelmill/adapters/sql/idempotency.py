"""Answers under an Idempotency-Key. See `jobs.ports.IdempotencyStore`."""

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from reelmill.adapters.sql.database import Database
from reelmill.adapters.sql.tables import idempotency
from reelmill.jobs.ports import Answer, Reservation
from reelmill.model.errors import ConflictError

_ANSWERED = idempotency.c.status.is_not(None)


def _this(key_id: str, idempotency_key: str) -> ColumnElement[bool]:
    return (idempotency.c.key_id == key_id) & (idempotency.c.idempotency_key == idempotency_key)


def settle(connection: Connection, now: datetime, reservation: Reservation) -> None:
    """Remember an answer in the transaction of what it promises.

    Raises:
        ConflictError: another answer was given in the meantime.
    """
    this = _this(reservation.key_id, reservation.idempotency_key)
    answer = {
        "at": now,
        "instance_id": None,
        "fingerprint": reservation.fingerprint,
        "status": reservation.answer.status,
        "body": reservation.answer.body,
    }
    answered = connection.execute(select(_ANSWERED).where(this)).scalar_one_or_none()
    if answered:
        raise ConflictError("another request was answered under this Idempotency-Key")
    if answered is None:
        whose = {"key_id": reservation.key_id, "idempotency_key": reservation.idempotency_key}
        connection.execute(insert(idempotency).values(**whose, **answer))
    else:
        connection.execute(update(idempotency).where(this).values(answer))


def free(connection: Connection, instance_id: str) -> None:
    """Free what a process had reserved."""
    connection.execute(delete(idempotency).where(idempotency.c.instance_id == instance_id))


class SqlIdempotencyStore:
    """Fills `jobs.ports.IdempotencyStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def reserve(
        self, key_id: str, idempotency_key: str, instance_id: str, oldest: datetime
    ) -> bool:
        """See `IdempotencyStore.reserve`."""
        asked = (key_id, idempotency_key, instance_id, oldest)
        return await self._database.change(_reserve, *asked)

    async def answer(self, key_id: str, idempotency_key: str) -> tuple[str, Answer] | None:
        """See `IdempotencyStore.answer`."""
        return await self._database.read(_answer, key_id, idempotency_key)

    async def release(self, key_id: str, idempotency_key: str) -> None:
        """See `IdempotencyStore.release`."""
        await self._database.write(_release, key_id, idempotency_key)

    async def settle(self, reservation: Reservation) -> None:
        """See `IdempotencyStore.settle`."""
        await self._database.change(settle, reservation)


def _reserve(
    connection: Connection,
    now: datetime,
    key_id: str,
    idempotency_key: str,
    instance_id: str,
    oldest: datetime,
) -> bool:
    connection.execute(delete(idempotency).where(_ANSWERED, idempotency.c.at < oldest))
    this = _this(key_id, idempotency_key)
    answered = connection.execute(select(_ANSWERED).where(this)).scalar_one_or_none()
    if answered is None:
        row = {"key_id": key_id, "idempotency_key": idempotency_key, "at": now}
        connection.execute(insert(idempotency).values(**row, instance_id=instance_id))
        return True
    if not answered:
        raise ConflictError("a request with this Idempotency-Key is being answered")
    return False


def _answer(connection: Connection, key_id: str, idempotency_key: str) -> tuple[str, Answer] | None:
    found = select(idempotency).where(_this(key_id, idempotency_key), _ANSWERED)
    row = connection.execute(found).one_or_none()
    return (row.fingerprint, Answer(status=row.status, body=row.body)) if row else None


def _release(connection: Connection, key_id: str, idempotency_key: str) -> None:
    this = _this(key_id, idempotency_key)
    connection.execute(delete(idempotency).where(this, ~_ANSWERED))
