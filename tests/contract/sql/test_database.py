"""What the database does when others are at it, when it is full, and when it is gone."""

from __future__ import annotations

import asyncio
import errno
import sqlite3
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from reelmill.adapters.sql.database import WRITER_CACHE_KIB, Database
from reelmill.adapters.sql.job_store import SqlJobStore
from tests.contract.conftest import Clock, Stores, sqlite
from tests.contract.material import new_job

pytestmark = pytest.mark.anyio
LOOKED_SECONDS = 0.2
"""How long it is watched that something does not happen."""


def pragma(connection: Connection, name: str) -> object:
    return connection.execute(text(f"PRAGMA {name}")).scalar_one()


async def test_every_connection_is_as_it_should_be(tmp_path: Path) -> None:
    await sqlite(tmp_path, Clock()).close()
    database = Database(f"sqlite:///{tmp_path / 'jobs.db'}")
    wanted = {"journal_mode": "wal", "busy_timeout": 30_000, "foreign_keys": 1, "synchronous": 2}
    for work in (database.read, database.write):
        for name, value in wanted.items():
            assert await work(pragma, name) == value
    assert await database.write(pragma, "cache_size") == -WRITER_CACHE_KIB
    await database.close()


async def test_a_write_waits_for_others(stores: Stores, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "jobs.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    assert await stores.jobs.known(["job-1"]) == set()  # a read does not wait
    accepting = asyncio.create_task(stores.jobs.accept(new_job()))
    await asyncio.wait([accepting], timeout=LOOKED_SECONDS)
    assert not accepting.done()
    other.execute("ROLLBACK")
    other.close()
    await accepting
    assert await stores.jobs.known(["job-1"]) == {"job-1"}


async def test_who_stops_waiting_leaves_it_whole(stores: Stores) -> None:
    for number in range(20):
        accepting = asyncio.create_task(stores.jobs.accept(new_job(f"job-{number}")))
        await asyncio.sleep(number / 5000)
        accepting.cancel()
        with suppress(asyncio.CancelledError):  # it may be done already
            await accepting
    await stores.jobs.accept(new_job("last"))
    for name in await stores.jobs.known(f"job-{number}" for number in range(20)):
        job = await stores.jobs.job(name)
        assert (job.sequence, [task.name for task in job.tasks]) == (1, ["validate"])


async def test_a_full_disk(tmp_path: Path) -> None:
    await sqlite(tmp_path, Clock()).close()
    database = Database(f"sqlite:///{tmp_path / 'jobs.db'}")
    jobs = SqlJobStore(database)
    await database.write(pragma, "max_page_count = 1")
    big = new_job(settings={"a": "b" * 500_000})
    with pytest.raises(OSError, match="full") as caught:
        await jobs.accept(big)
    assert caught.value.errno == errno.ENOSPC
    await database.write(pragma, "max_page_count = 1000000")
    await jobs.accept(big)
    await database.close()


async def test_a_database_that_is_gone(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'not' / 'there.db'}")
    jobs = SqlJobStore(database)
    with pytest.raises(OSError, match="unable to open"):
        await jobs.job("job-1")
    with pytest.raises(OSError, match="unable to open"):
        await jobs.accept(new_job())
    await database.close()
