"""`reelmill db` and `reelmill cleanup` on a folder at rest."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from reelmill.adapters.sql.schema import check
from tests.acceptance.command import everything
from tests.acceptance.running import Installation

LONG_AGO = time.time() - 7200


def put(place: Installation, key: str, at: float = LONG_AGO) -> Path:
    path = place.storage / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")
    for one in (path, path.parent):
        os.utime(one, (at, at))
    return path


def test_a_database_is_made_and_checked(place: Installation) -> None:
    missing = place.here("db", "check")
    assert missing.code == 2
    assert "the database is at nothing" in missing.err
    assert not place.folder.exists()
    made = place.here("db", "upgrade")
    newest = check(f"sqlite:///{place.folder / 'reelmill.db'}").head
    assert (made.code, made.out) == (0, f"{newest} is the newest\n")
    assert place.here("db", "upgrade").out == made.out
    assert place.here("db", "check").code == 0
    with closing(sqlite3.connect(place.folder / "reelmill.db")) as database, database:
        database.execute("DROP INDEX ix_jobs_created_at")
    changed = place.here("db", "check")
    assert (changed.code, changed.err.count("\n")) == (2, 1)
    assert "ix_jobs_created_at" in changed.err
    with closing(sqlite3.connect(place.folder / "reelmill.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    for command in ("db upgrade", "serve --port 0", "worker"):
        ran = place.here(*command.split())
        assert (ran.code, ran.out) == (2, ""), ran
        assert "9999, which is newer" in ran.err


def test_cleanup(filled: Installation) -> None:
    """The jobs are of March 2026: those that failed or were cancelled are older than 30 days."""
    kept = {put(filled, key) for key in ("processed/completed/a.mp4", "raw/pending_original.mp4")}
    young = put(filled, "raw/nobody_original.mp4", time.time())
    gone = {put(filled, key) for key in ("processed/failed/a.mp4", "processed/nobody/a.mp4")}
    gone.add(put(filled, "raw/stranger_original.mp4"))
    before = everything(filled.folder)

    def named(*words: str) -> dict[str, str]:
        ran = filled.here("cleanup", *words, "--json")
        assert ran.code == 0, ran.err
        found: Any = ran.json
        return {one["what"]: one["kind"] for one in found}

    wanted = {
        "failed": "job",
        "cancelled": "job",
        "processed/nobody": "orphan",
        "raw/stranger_original.mp4": "orphan",
        "2": "logs",
    }
    assert named("--dry-run") == wanted
    assert everything(filled.folder) == before
    words = filled.here("cleanup", "--dry-run").out
    assert words.splitlines()[-1] == "5 would be removed"
    assert "orphan processed/nobody: there is no such job\n" in words

    assert named() == wanted
    assert not any(path.exists() for path in gone)
    assert all(path.exists() for path in (*kept, young))
    assert filled.here("jobs", "show", "failed").code == 3
    assert filled.here("jobs", "show", "completed").code == 0
    assert named() == {}
    assert filled.here("cleanup").out == "0 removed\n"
