"""API keys. See `jobs.ports.KeyStore`."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update
from sqlalchemy.exc import IntegrityError

from reelmill.adapters.sql.database import Database
from reelmill.adapters.sql.tables import api_keys
from reelmill.adapters.sql.usage import usage
from reelmill.model.errors import ConflictError, NotFoundError
from reelmill.model.keys import ApiKey, KeyTerms
from reelmill.model.records import Usage

EXACT_ENOUGH = timedelta(minutes=1)
"""How seldom it is written that a key was used."""


class SqlKeyStore:
    """Fills `jobs.ports.KeyStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, key: ApiKey) -> None:
        """See `KeyStore.add`."""
        await self._database.write(_add, key)

    async def key(self, key_id: str) -> ApiKey | None:
        """See `KeyStore.key`."""
        return await self._database.read(_key, key_id)

    async def keys(self) -> tuple[ApiKey, ...]:
        """See `KeyStore.keys`."""
        return await self._database.read(_keys)

    async def change(self, key_id: str, terms: KeyTerms) -> ApiKey:
        """See `KeyStore.change`."""
        return await self._database.write(_set, key_id, _columns(terms))

    async def rotate(self, key_id: str, secret_hash: str) -> ApiKey:
        """See `KeyStore.rotate`."""
        return await self._database.write(_rotate, key_id, secret_hash)

    async def revoke(self, key_id: str) -> ApiKey:
        """See `KeyStore.revoke`."""
        return await self._database.change(_revoke, key_id)

    async def used(self, key_id: str, at: datetime) -> None:
        """See `KeyStore.used`."""
        key = await self._database.read(_key, key_id)
        if key is None or (key.last_used_at and at - key.last_used_at < EXACT_ENOUGH):
            return
        await self._database.write(_used, key_id, at)

    async def usage(self, key_id: str | None, since: date) -> tuple[Usage, ...]:
        """See `KeyStore.usage`."""
        return await self._database.read(usage, key_id, since)


def _columns(terms: KeyTerms) -> dict[str, Any]:
    values = {name: getattr(terms, name) for name in type(terms).model_fields}
    networks = tuple(str(network) for network in terms.allowed_networks)
    return {**values, "allowed_networks": networks}


def _api_key(row: RowMapping) -> ApiKey:
    return ApiKey.model_validate(dict(row))


def _add(connection: Connection, key: ApiKey) -> None:
    try:
        connection.execute(insert(api_keys).values(_columns(key)))
    except IntegrityError as error:
        raise ConflictError(f"there is a key {key.key_id} already") from error


def _key(connection: Connection, key_id: str) -> ApiKey | None:
    this = select(api_keys).where(api_keys.c.key_id == key_id)
    row = connection.execute(this).mappings().one_or_none()
    return _api_key(row) if row is not None else None


def _keys(connection: Connection) -> tuple[ApiKey, ...]:
    newest_first = select(api_keys).order_by(api_keys.c.created_at.desc(), api_keys.c.key_id)
    return tuple(_api_key(row) for row in connection.execute(newest_first).mappings())


def _set(connection: Connection, key_id: str, values: Mapping[str, Any]) -> ApiKey:
    connection.execute(update(api_keys).where(api_keys.c.key_id == key_id).values(**values))
    key = _key(connection, key_id)
    if key is None:
        raise NotFoundError("there is no such key")
    return key


def _rotate(connection: Connection, key_id: str, secret_hash: str) -> ApiKey:
    key = _key(connection, key_id)
    if key is None or key.revoked_at is not None:
        raise NotFoundError("there is no such key")
    return _set(connection, key_id, {"secret_hash": secret_hash})


def _revoke(connection: Connection, now: datetime, key_id: str) -> ApiKey:
    key = _key(connection, key_id)
    if key is not None and key.revoked_at is not None:
        return key
    return _set(connection, key_id, {"revoked_at": now})


def _used(connection: Connection, key_id: str, at: datetime) -> None:
    later = api_keys.c.last_used_at.is_(None) | (api_keys.c.last_used_at <= at - EXACT_ENOUGH)
    this = update(api_keys).where(api_keys.c.key_id == key_id, later)
    connection.execute(this.values(last_used_at=at))
