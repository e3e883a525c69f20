"""Ladders, each run once for all tests of a session."""

from __future__ import annotations

import pytest

from .runs import Ladders


@pytest.fixture(scope="session")
def ladders(tmp_path_factory: pytest.TempPathFactory) -> Ladders:
    return Ladders(tmp_path_factory.mktemp("ladders"))
