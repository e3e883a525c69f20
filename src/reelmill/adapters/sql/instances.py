"""Which processes there are. See `jobs.ports.InstanceStore`."""

from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from reelmill.adapters.sql.database import Database
from reelmill.adapters.sql.deliveries import give_back
from reelmill.adapters.sql.idempotency import free
from reelmill.adapters.sql.tables import instances, steps
from reelmill.model.records import Instance


class SqlInstanceStore:
    """Fills `jobs.ports.InstanceStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def join(self, instance: Instance) -> None:
        """See `InstanceStore.join`."""
        await self._database.write(_join, instance)

    async def alive(self, instance_id: str) -> bool:
        """See `InstanceStore.alive`."""
        return await self._database.write(_alive, instance_id)

    async def leave(self, instance_id: str) -> None:
        """See `InstanceStore.leave`."""
        await self._database.change(_leave, instance_id)

    async def instances(self) -> tuple[Instance, ...]:
        """See `InstanceStore.instances`."""
        return await self._database.read(_instances)


def _join(connection: Connection, instance: Instance) -> None:
    values = {name: getattr(instance, name) for name in instances.c.keys()}  # noqa: SIM118 - a table is no dict
    connection.execute(delete(instances).where(instances.c.instance_id == instance.instance_id))
    connection.execute(insert(instances).values(values))


def _alive(connection: Connection, instance_id: str) -> bool:
    this = instances.c.instance_id == instance_id
    moved = update(instances).where(this).values(beat=instances.c.beat + 1)
    return connection.execute(moved).rowcount == 1


def _leave(connection: Connection, now: datetime, instance_id: str) -> None:
    connection.execute(delete(instances).where(instances.c.instance_id == instance_id))
    free(connection, instance_id)
    give_back(connection, now, instance_id)


def _instances(connection: Connection) -> tuple[Instance, ...]:
    running = (
        select(func.count())
        .where(steps.c.status == "running", steps.c.worker == instances.c.instance_id)
        .scalar_subquery()
    )
    wanted = select(instances, running.label("running"))
    rows = connection.execute(wanted.order_by(instances.c.started_at, instances.c.instance_id))
    return tuple(Instance(**row) for row in rows.mappings())
