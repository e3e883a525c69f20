"""Room on the disk that running steps have reserved and not used yet."""

from sqlalchemy import Connection, func, select

from reelmill.adapters.sql.tables import steps

ENDLESS = 1 << 62
"""Where nobody knows how much room there is."""

_running = steps.alias("running")
_unused = _running.c.room_bytes * (1.0 - func.coalesce(_running.c.fraction, 0.0))
RESERVED = (
    select(func.coalesce(func.sum(_unused), 0.0))
    .where(_running.c.status == "running")
    .scalar_subquery()
)
"""What a step has written is missing from the disk already: its fraction is that of its time."""


def reserved_bytes(connection: Connection) -> int:
    """See `JobStore.reserved_bytes`."""
    return round(connection.execute(select(RESERVED)).scalar_one())


def lacking_room(connection: Connection) -> int:
    """See `JobStore.lacking_room`."""
    waiting = steps.c.lacks_room & steps.c.status.in_(("ready", "waiting"))
    return connection.execute(select(func.count()).where(waiting)).scalar_one()
