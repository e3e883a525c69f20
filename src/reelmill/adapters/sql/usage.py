"""What keys did, per day."""

from datetime import date, datetime

from sqlalchemy import Connection, insert, select, update

from reelmill.adapters.sql.tables import usage_stats
from reelmill.model.records import Usage

_COUNTED = [column for column in usage_stats.c if not column.primary_key]


def count(connection: Connection, key_id: str, now: datetime, **amounts: float) -> None:
    """Add to what a key did today (UTC)."""
    mine = (usage_stats.c.key_id == key_id, usage_stats.c.day == now.date())
    more = {name: usage_stats.c[name] + amount for name, amount in amounts.items()}
    if connection.execute(update(usage_stats).where(*mine).values(more)).rowcount:
        return
    nothing = {column.name: 0 for column in _COUNTED}
    first = {"key_id": key_id, "day": now.date(), **nothing, **amounts}
    connection.execute(insert(usage_stats).values(first))


def usage(connection: Connection, key_id: str | None, since: date) -> tuple[Usage, ...]:
    """See `KeyStore.usage`."""
    wanted = select(usage_stats).where(usage_stats.c.day >= since)
    if key_id is not None:
        wanted = wanted.where(usage_stats.c.key_id == key_id)
    rows = connection.execute(wanted.order_by(usage_stats.c.day.desc(), usage_stats.c.key_id))
    return tuple(Usage(**row) for row in rows.mappings())
