from __future__ import annotations

import asyncio
from collections.abc import Generator
from pathlib import Path

import pytest

from tests.acceptance.running import KEY, Installation
from tests.contract.sql.test_released import fill


@pytest.fixture
def place(tmp_path: Path) -> Generator[Installation]:
    """A data folder that is not there yet, of an operator who set a key and roots."""
    made = Installation(
        tmp_path / "data",
        REELMILL_ADMIN_KEY=KEY,
        REELMILL_ROOTS="/",
        REELMILL_REQUESTS_PER_MINUTE="100000",
    )
    yield made
    made.end()


@pytest.fixture
def filled(place: Installation) -> Installation:
    """A folder with a job in every state, named after it; no process is at work on it."""
    place.storage.mkdir(parents=True)
    asyncio.run(fill(place.folder))
    (place.folder / "jobs.db").rename(place.folder / "reelmill.db")
    return place
