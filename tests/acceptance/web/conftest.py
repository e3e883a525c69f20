from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import httpx
import pytest

from .service import ADMIN, Service, service


@pytest.fixture
def here(tmp_path: Path) -> Generator[Service]:
    """A service of this test's own."""
    with service(tmp_path / "service") as running:
        yield running


@pytest.fixture
def client(here: Service) -> Generator[httpx.Client]:
    """With a usual key."""
    with here.client(here.key()) as made:
        yield made


@pytest.fixture
def admin(here: Service) -> Generator[httpx.Client]:
    with here.client(ADMIN) as made:
        yield made
