"""The same files and commands past all checks, at FFmpeg behind the wall: nothing gets out.

There is no interface for raw commands yet: their rows are tried against the sandbox alone.
"""

from __future__ import annotations

import subprocess
from contextlib import suppress
from pathlib import Path

import pytest

from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.ffmpeg.sandbox.launch import launched
from reelmill.ffmpeg.sandbox.outside import Outside
from reelmill.ffmpeg.sandbox.profile import ChildLimits, profile_of
from tests.hostile.payloads import ALL, COMMANDS, MEDIA
from tests.hostile.test_interface import Refused
from tests.hostile.test_sandbox import filled

pytestmark = pytest.mark.usefixtures("strong")

LIMITS = ChildLimits(address_space_bytes=6 << 30, cpu_seconds=20, file_bytes=256 << 20)
PATIENCE_SECONDS = 2.0
"""Some never end; they are ended."""


def run(there: Outside, *words: str, sources: tuple[Path, ...] = ()) -> None:
    ffmpeg = find_ffmpeg().path
    profile = profile_of(ffmpeg, out=there.sandbox, sources=sources, limits=LIMITS)
    with suppress(subprocess.TimeoutExpired):
        subprocess.run(
            launched([str(ffmpeg), "-v", "error", "-nostdin", "-y", *words], profile),
            cwd=there.sandbox,
            env={},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )


@pytest.mark.parametrize("name", MEDIA)
def test_media(there: Outside, name: str, refused: Refused) -> None:
    """Opened as FFmpeg likes, with every protocol allowed."""
    path = there.sandbox.parent / "payload.mp4"
    MEDIA[name].make(path, there)
    outputs = ("-map", "0", "-t", "1", "-c", "copy", "-f", "data", "file:stolen")
    decoded = ("-map", "0:v?", "-frames:v", "2", "-f", "null", "-")
    run(there, *ALL, "-i", f"file:{path}", *outputs, *decoded, sources=(path,))
    assert there.reached() == []
    refused(name)


@pytest.mark.parametrize("name", COMMANDS)
def test_commands(there: Outside, name: str, refused: Refused) -> None:
    run(there, *filled(COMMANDS[name], there))
    assert there.reached() == []
    refused(name)
