from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.acceptance.running import KEY, Installation


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
