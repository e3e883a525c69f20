"""A database: one writer after the other, readers beside them, and its errors in our words."""

import asyncio
import errno
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

P = ParamSpec("P")
T = TypeVar("T")

BUSY_SECONDS = 30
"""How long a transaction waits for other processes."""
READERS = 4

OURS = (DataError, IntegrityError, ProgrammingError)
"""What says that our statement is wrong, not that the database is."""


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


class Database:
    """A database that other processes may have open as well.

    Work on it is a function of a connection, which is a transaction: what raises is undone.

    Args:
        url: for SQLAlchemy, with an asynchronous driver.
        clock: what time it is.
    """

    def __init__(self, url: str, clock: Callable[[], datetime] = utc_now) -> None:
        self.clock = clock
        self._queue = asyncio.Lock()
        self._writer = create_async_engine(url, pool_size=1, max_overflow=0)
        self._readers = create_async_engine(url, pool_size=READERS, pool_timeout=BUSY_SECONDS)
        if make_url(url).get_backend_name() == "sqlite":
            # A transaction that reads first and writes then fails at once if another wrote.
            sqlite(self._writer.sync_engine, "BEGIN IMMEDIATE")
            sqlite(self._readers.sync_engine, "BEGIN")

    async def write(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do work that changes something, alone.

        Raises:
            OSError: the database cannot be reached or written.
        """
        async with self._queue:
            with translated():
                async with self._writer.begin() as connection:
                    return await connection.run_sync(work, *args, **kwargs)

    async def change(
        self,
        work: Callable[Concatenate[Connection, datetime, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Do work that changes something, alone, and is told when its turn came.

        Raises:
            OSError: the database cannot be reached or written.
        """

        def timed(connection: Connection) -> T:
            return work(connection, self.clock(), *args, **kwargs)

        return await self.write(timed)

    async def read(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do work that only reads: it sees one moment.

        Raises:
            OSError: the database cannot be reached.
        """
        with translated():
            async with self._readers.begin() as connection:
                return await connection.run_sync(work, *args, **kwargs)

    async def close(self) -> None:
        """Let go of all connections."""
        await self._readers.dispose()
        await self._writer.dispose()


def sqlite(engine: Engine, begin: str, *, foreign_keys: bool = True) -> None:
    """Make an engine's connections as SQLite's should be.

    Args:
        engine: whose pool.
        begin: how its transactions begin.
        foreign_keys: whether they are kept.
    """

    def connected(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # transactions are begun by us
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute(f"PRAGMA foreign_keys = {int(foreign_keys)}")
        cursor.close()

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)


@contextmanager
def translated() -> Generator[None]:
    """Errors of a database that cannot be reached or written become those of a device."""
    try:
        yield
    except OURS:
        raise
    except DBAPIError as error:
        number = errno.ENOSPC if "disk is full" in str(error.orig) else errno.EIO
        raise OSError(number, f"the database says: {error.orig}") from error
    except NoConnectionError as error:
        raise OSError(errno.EAGAIN, "the database has no connection left") from error
