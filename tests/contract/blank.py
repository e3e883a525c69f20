"""An empty database at the newest schema: migrated once, then copied."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from reelmill.adapters.sql.schema import upgrade


def blank(path: Path) -> str:
    """The URL of a database at this path, which is made if there is none."""
    if not path.exists():
        path.write_bytes(_blank())
    return f"sqlite:///{path}"


@cache
def _blank() -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder, "blank.db")
        upgrade(f"sqlite:///{path}")
        return path.read_bytes()
