"""Uploads in parts. See `jobs.ports.UploadStore`."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from reelmill.adapters.sql.database import Database
from reelmill.adapters.sql.tables import uploads
from reelmill.model.errors import NotFoundError
from reelmill.model.uploads import Upload

MOST_EXPIRED = 1000


class SqlUploadStore:
    """Fills `jobs.ports.UploadStore`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, upload: Upload) -> None:
        """See `UploadStore.begin`."""
        await self._database.write(_begin, upload)

    async def upload(self, upload_id: str, key_id: str | None = None) -> Upload:
        """See `UploadStore.upload`."""
        return await self._database.read(_upload, upload_id, key_id)

    async def advance(self, was: Upload, offset_bytes: int, expires_at: datetime) -> bool:
        """See `UploadStore.advance`."""
        return await self._database.write(_advance, was, offset_bytes, expires_at)

    async def forget(self, upload_id: str) -> None:
        """See `UploadStore.forget`."""
        await self._database.write(_forget, upload_id)

    async def expired(self, moment: datetime) -> tuple[Upload, ...]:
        """See `UploadStore.expired`."""
        return await self._database.read(_expired, moment)

    async def begun(self, upload_ids: set[str]) -> set[str]:
        """See `UploadStore.begun`."""
        return await self._database.read(_begun, upload_ids)


def _begin(connection: Connection, upload: Upload) -> None:
    connection.execute(insert(uploads).values({n: getattr(upload, n) for n in Upload.model_fields}))


def _upload(connection: Connection, upload_id: str, key_id: str | None) -> Upload:
    wanted = select(uploads).where(uploads.c.upload_id == upload_id)
    if key_id is not None:
        wanted = wanted.where(uploads.c.key_id == key_id)
    row = connection.execute(wanted).mappings().one_or_none()
    if row is None:
        raise NotFoundError("there is no such upload")
    return Upload(**row)


def _advance(connection: Connection, was: Upload, offset_bytes: int, expires_at: datetime) -> bool:
    same = (uploads.c.upload_id == was.upload_id) & (uploads.c.offset_bytes == was.offset_bytes)
    moved = update(uploads).where(same).values(offset_bytes=offset_bytes, expires_at=expires_at)
    return connection.execute(moved).rowcount == 1


def _forget(connection: Connection, upload_id: str) -> None:
    connection.execute(delete(uploads).where(uploads.c.upload_id == upload_id))


def _expired(connection: Connection, moment: datetime) -> tuple[Upload, ...]:
    old = select(uploads).where(uploads.c.expires_at < moment)
    rows = connection.execute(old.order_by(uploads.c.expires_at).limit(MOST_EXPIRED))
    return tuple(Upload(**row) for row in rows.mappings())


def _begun(connection: Connection, upload_ids: set[str]) -> set[str]:
    found = select(uploads.c.upload_id).where(uploads.c.upload_id.in_(upload_ids))
    return {*connection.execute(found).scalars()}
