"""The store of presets: every method one transaction. See `jobs.ports.PresetStore`."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, insert, select, tuple_, update
from sqlalchemy.exc import IntegrityError

from reelmill.adapters.sql.database import Database
from reelmill.adapters.sql.idempotency import settle as settle_answer
from reelmill.adapters.sql.tables import presets
from reelmill.jobs.ports import Reservation
from reelmill.model.errors import ConflictError, NotFoundError
from reelmill.model.presets import Preset

_THERE = presets.c.removed_at.is_(None)
_SHOWN = select(*(presets.c[name] for name in Preset.model_fields)).where(_THERE)


class SqlPresetStore:
    """Fills `jobs.ports.PresetStore`; each method is told there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, preset: Preset, most: int, reservation: Reservation | None = None) -> None:
        """See `PresetStore.add`."""
        await self._database.change(_add, preset, most, reservation)

    async def newest(self, owner: str, name: str) -> tuple[int, Preset | None]:
        """See `PresetStore.newest`."""
        return await self._database.read(_newest, owner, name)

    async def preset(self, owner: str, name: str, version: int | None = None) -> Preset:
        """See `PresetStore.preset`."""
        return await self._database.read(_preset, owner, name, version)

    async def presets(self, owners: Collection[str]) -> tuple[Preset, ...]:
        """See `PresetStore.presets`."""
        return await self._database.read(_presets, owners)

    async def remove(self, owner: str, name: str) -> None:
        """See `PresetStore.remove`."""
        await self._database.change(_remove, owner, name)


def _this(owner: str, name: str) -> ColumnElement[bool]:
    return (presets.c.owner == owner) & (presets.c.name == name)


def _add(
    connection: Connection,
    now: datetime,
    preset: Preset,
    most: int,
    reservation: Reservation | None,
) -> None:
    if reservation is not None:
        settle_answer(connection, now, reservation)
    others = select(func.count(presets.c.name.distinct())).where(
        presets.c.owner == preset.owner, presets.c.name != preset.name, _THERE
    )
    if connection.execute(others).scalar_one() >= most:
        raise ConflictError(f"there are {most} presets already")
    values = {name: getattr(preset, name) for name in Preset.model_fields}
    try:
        connection.execute(
            insert(presets).values({**values, "created_at": preset.created_at or now})
        )
    except IntegrityError as error:
        raise ConflictError(f"there is a {preset.reference} already") from error


def _newest(connection: Connection, owner: str, name: str) -> tuple[int, Preset | None]:
    highest = select(func.max(presets.c.version)).where(_this(owner, name))
    number = connection.execute(highest).scalar_one() or 0
    found = connection.execute(_SHOWN.where(_this(owner, name), presets.c.version == number))
    row = found.mappings().one_or_none()
    return number, Preset(**row) if row is not None else None


def _preset(connection: Connection, owner: str, name: str, version: int | None) -> Preset:
    wanted = _SHOWN.where(_this(owner, name)).order_by(presets.c.version.desc()).limit(1)
    if version is not None:
        wanted = wanted.where(presets.c.version == version)
    row = connection.execute(wanted).mappings().one_or_none()
    if row is None:
        raise NotFoundError("there is no such preset")
    return Preset(**row)


def _presets(connection: Connection, owners: Collection[str]) -> tuple[Preset, ...]:
    newest = (
        select(presets.c.owner, presets.c.name, func.max(presets.c.version))
        .where(presets.c.owner.in_([*owners]), _THERE)
        .group_by(presets.c.owner, presets.c.name)
    )
    place = tuple_(presets.c.owner, presets.c.name, presets.c.version)
    rows = connection.execute(
        _SHOWN.where(place.in_(newest)).order_by(presets.c.owner, presets.c.name)
    )
    return tuple(Preset(**row) for row in rows.mappings())


def _remove(connection: Connection, now: datetime, owner: str, name: str) -> None:
    gone = update(presets).where(_this(owner, name), _THERE).values(removed_at=now)
    if not connection.execute(gone).rowcount:
        raise NotFoundError("there is no such preset")
