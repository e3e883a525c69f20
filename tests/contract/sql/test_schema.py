"""The schema of a database comes up to date, whoever is first, and never goes back."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from reelmill.adapters.sql.schema import check, upgrade
from reelmill.model.errors import ConflictError


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path / 'jobs.db'}"


def test_from_nothing(url: str, tmp_path: Path) -> None:
    before = check(url)
    assert (before.current, before.agrees) == (None, False)
    assert [*tmp_path.iterdir()] == []
    upgrade(url)
    after = check(url)
    assert after.current == after.head
    assert after.differences == ()
    assert after.agrees
    upgrade(url)
    assert check(url) == after


def test_two_processes_at_once(url: str) -> None:
    code = f"from reelmill.adapters.sql.schema import upgrade; upgrade({url!r})"
    command = [sys.executable, "-c", code]
    both = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(3)]
    assert [(one.communicate(timeout=60)[1], one.returncode) for one in both] == [(b"", 0)] * 3
    assert check(url).agrees


def test_a_newer_database_is_refused(url: str, tmp_path: Path) -> None:
    upgrade(url)
    database = sqlite3.connect(tmp_path / "jobs.db")
    with database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    with pytest.raises(ConflictError, match="9999, which is newer"):
        upgrade(url)
    found = check(url)
    assert (found.current, found.agrees) == ("9999", False)


def test_tables_that_somebody_changed_are_seen(url: str, tmp_path: Path) -> None:
    upgrade(url)
    database = sqlite3.connect(tmp_path / "jobs.db")
    with database:
        database.execute("ALTER TABLE jobs ADD COLUMN mine TEXT")
        database.execute("DROP INDEX ix_jobs_created_at")
    database.close()
    found = check(url)
    assert not found.agrees
    assert len(found.differences) == 2


def test_half_an_upgrade_is_none(url: str, tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "jobs.db")
    with database:
        database.execute("CREATE TABLE tasks (mine TEXT)")
    with pytest.raises(OSError, match="already exists"):
        upgrade(url)
    names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    database.close()
    assert names == [("tasks",)]


def test_a_place_where_nothing_can_be_written() -> None:
    with pytest.raises(OSError, match="unable to open"):
        upgrade("sqlite+aiosqlite:////nowhere/at/all.db")
