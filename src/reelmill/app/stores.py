"""The data folder: its database, its storage, its secret; and the first key."""

import os
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from reelmill.adapters.sql.batches import SqlBatchStore
from reelmill.adapters.sql.database import Database
from reelmill.adapters.sql.idempotency import SqlIdempotencyStore
from reelmill.adapters.sql.instances import SqlInstanceStore
from reelmill.adapters.sql.job_store import SqlJobStore
from reelmill.adapters.sql.keys import SqlKeyStore
from reelmill.adapters.sql.presets import SqlPresetStore
from reelmill.adapters.sql.schema import Schema, check, upgrade
from reelmill.adapters.sql.uploads import SqlUploadStore
from reelmill.adapters.sql.webhook_store import SqlWebhookStore
from reelmill.adapters.storage.local import LocalStorage
from reelmill.app.configuration import STORAGE, database_url, settings
from reelmill.jobs.keys import hash_of, new_key, new_secret, text_of
from reelmill.jobs.retention import Removal, clean_up, clean_up_deliveries
from reelmill.model.errors import InvalidRequestError, NotFoundError
from reelmill.model.keys import KeyTerms

SECRET = "secret"  # noqa: S105 - a file's name


@dataclass(frozen=True)
class Stores:
    """What outlives every process."""

    jobs: SqlJobStore
    keys: SqlKeyStore
    uploads: SqlUploadStore
    idempotency: SqlIdempotencyStore
    instances: SqlInstanceStore
    webhooks: SqlWebhookStore
    batches: SqlBatchStore
    presets: SqlPresetStore
    storage: LocalStorage


async def cleaning(stores: Stores, *, dry_run: bool = False) -> AsyncIterator[Removal]:
    """Remove what is to be kept no longer; see `jobs.retention`."""
    kept, now = settings().retention, datetime.now(UTC)
    async for one in clean_up_deliveries(stores.webhooks, kept, now, dry_run=dry_run):
        yield one
    files = clean_up(stores.jobs, stores.uploads, stores.storage, kept, now, dry_run=dry_run)
    async for one in files:
        yield one


def make_data_dir(data_dir: Path) -> None:
    """The folder, its storage and its database, as this version needs them.

    Raises:
        InvalidRequestError: nothing can be made there.
        ConflictError: the database is of a newer version.
    """
    try:
        data_dir.mkdir(
            0o700, parents=True, exist_ok=True
        )  # users' videos, and what is said of them
        (data_dir / STORAGE).mkdir(exist_ok=True)
    except OSError as error:
        raise InvalidRequestError(f"cannot work in {data_dir}: {error.strerror}") from error
    upgrade(database_url(data_dir))


@asynccontextmanager
async def open_stores(data_dir: Path) -> AsyncGenerator[Stores]:
    """The stores of a data folder.

    Raises:
        NotFoundError: there is no data folder.
    """
    if not (data_dir / STORAGE).is_dir():
        raise NotFoundError(f"there is no data folder {data_dir}; `reelmill serve` makes one")
    database = Database(database_url(data_dir))
    try:
        yield Stores(
            jobs=SqlJobStore(database),
            keys=SqlKeyStore(database),
            uploads=SqlUploadStore(database),
            idempotency=SqlIdempotencyStore(database),
            instances=SqlInstanceStore(database),
            webhooks=SqlWebhookStore(database),
            batches=SqlBatchStore(database),
            presets=SqlPresetStore(database),
            storage=LocalStorage(data_dir / STORAGE),
        )
    finally:
        await database.close()


def signing_secret(data_dir: Path) -> bytes:
    """What signs playback URLs: the operator's, or one of this data folder's own."""
    given = settings().secret
    if given is not None:
        return given.get_secret_value().encode()
    path = data_dir / SECRET
    if not path.exists():
        with NamedTemporaryFile(dir=data_dir, prefix=f".{SECRET}-") as draft:  # of mode 600
            draft.write(secrets.token_hex(32).encode())
            draft.flush()
            os.fsync(draft.fileno())
            with suppress(FileExistsError):  # another process was first: then theirs counts
                os.link(draft.name, path)
    return path.read_bytes()


async def first_key(stores: Stores) -> str | None:
    """A key for the administrator of a new installation; None: there is one already."""
    if settings().admin_key is not None or await stores.keys.keys():
        return None
    key, text = new_key(KeyTerms(name="first admin", admin=True), datetime.now(UTC))
    await stores.keys.add(key)
    return text


async def add_key(stores: Stores, terms: Mapping[str, object]) -> str:
    """Make a key; its text.

    Raises:
        pydantic.ValidationError: terms that are none.
    """
    key, text = new_key(KeyTerms.model_validate(dict(terms)), datetime.now(UTC))
    await stores.keys.add(key)
    return text


async def rotate_key(stores: Stores, key_id: str) -> str:
    """Give a key another secret; its text.

    Raises:
        NotFoundError: no such key, or it is revoked.
    """
    secret = new_secret()
    await stores.keys.rotate(key_id, hash_of(secret))
    return text_of(key_id, secret)


def state_of_database(data_dir: Path) -> Schema:
    """Which version the database is of.

    Raises:
        OSError: it cannot be reached.
    """
    return check(database_url(data_dir))
