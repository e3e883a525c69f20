"""A database: one writer after the other, readers beside them, and its errors in our words."""

import asyncio
import errno
from collections.abc import Callable, Generator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.pool import ConnectionPoolEntry

P = ParamSpec("P")
T = TypeVar("T")

BUSY_SECONDS = 30
"""How long a transaction waits for other processes."""
READERS = 4
WRITER_CACHE_KIB = 16 << 10
"""For the writer: the usual 2 MB hold less than a claim looks at when 1,000 jobs are queued."""

OURS = (DataError, IntegrityError, ProgrammingError)
"""What says that our statement is wrong, not that the database is."""


def utc_now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


class Database:
    """A database that other processes may have open as well.

    Work on it is a function of a connection, which is a transaction: what raises is undone. It
    runs whole in a thread, which costs one change of threads, not several for each statement; and
    who waits for it may be cancelled without leaving half of it behind.

    Args:
        url: for SQLAlchemy.
        clock: what time it is.
    """

    def __init__(self, url: str, clock: Callable[[], datetime] = utc_now) -> None:
        self.clock = clock
        self._writing = ThreadPoolExecutor(1, "database-writer")
        self._reading = ThreadPoolExecutor(READERS, "database-reader")
        self._writer = create_engine(url, pool_size=1, max_overflow=0)
        self._readers = create_engine(url, pool_size=READERS, max_overflow=0)
        if self._writer.dialect.name == "sqlite":
            # A transaction that reads first and writes then fails at once if another wrote.
            sqlite(self._writer, "BEGIN IMMEDIATE", cache_kib=WRITER_CACHE_KIB)
            sqlite(self._readers, "BEGIN")

    async def write(
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Do work that changes something, alone.

        Raises:
            OSError: the database cannot be reached or written.
        """
        return await _run(self._writing, self._writer, work, *args, **kwargs)

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
        return await _run(self._reading, self._readers, work, *args, **kwargs)

    async def close(self) -> None:
        """Let go of all connections, once nothing is at work."""
        for threads, engine in ((self._reading, self._readers), (self._writing, self._writer)):
            await asyncio.to_thread(threads.shutdown)
            engine.dispose()


async def _run(
    threads: Executor,
    engine: Engine,
    work: Callable[Concatenate[Connection, P], T],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    def transaction() -> T:
        with translated(), engine.begin() as connection:
            return work(connection, *args, **kwargs)

    return await asyncio.get_running_loop().run_in_executor(threads, transaction)


def sqlite(
    engine: Engine, begin: str, *, foreign_keys: bool = True, cache_kib: int | None = None
) -> None:
    """Make an engine's connections as SQLite's should be.

    Args:
        engine: whose pool.
        begin: how its transactions begin.
        foreign_keys: whether they are kept.
        cache_kib: of pages in memory at most, for each connection; None: as SQLite has it.
    """

    def connected(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # transactions are begun by us
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute(f"PRAGMA foreign_keys = {int(foreign_keys)}")
        if cache_kib is not None:
            cursor.execute(f"PRAGMA cache_size = -{cache_kib}")
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
