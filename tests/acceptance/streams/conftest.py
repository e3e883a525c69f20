from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.acceptance.running import KEY, Installation

HEARTBEAT_SECONDS = 0.2


def installed(folder: Path, **env: str) -> Installation:
    return Installation(
        folder,
        REELMILL_ADMIN_KEY=KEY,
        REELMILL_ROOTS="/",
        REELMILL_REQUESTS_PER_MINUTE="100000",
        REELMILL_SOCKETS_PER_MINUTE="100000",
        REELMILL_SOCKETS_BURST="100000",
        REELMILL_HEARTBEAT_SECONDS=str(HEARTBEAT_SECONDS),
        **env,
    )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Generator[Installation]:
    """A service with a worker, for all tests of a module."""
    made = installed(tmp_path_factory.mktemp("streams") / "data")
    made.serve()
    yield made
    made.end()


@pytest.fixture
def own(tmp_path: Path) -> Generator[Installation]:
    """An installation on which nothing runs yet."""
    made = installed(tmp_path / "data")
    yield made
    made.end()
