"""The examples, as a reader would run them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest

from tests.acceptance.command import environment
from tests.acceptance.peers import missing, node
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


@pytest.mark.parametrize(
    ("program", "file"),
    [(sys.executable, "ladder.py"), (shutil.which("curl"), "ladder.sh"), (node(), "ladder.mjs")],
)
def test_an_example(house: House, program: str | None, file: str) -> None:
    if program is None:
        missing(f"program that runs {file}")
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
