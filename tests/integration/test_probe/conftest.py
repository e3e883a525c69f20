"""Small clips, made by FFmpeg in each test."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from reelmill.ffmpeg.locate import find_ffmpeg

Make = Callable[..., Path]

VIDEO = ("-f", "lavfi", "-i", "testsrc2=size=160x90:rate=30:duration=2")
AUDIO = ("-f", "lavfi", "-i", "sine=frequency=440:duration=2")
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "15")
VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8")


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Run FFmpeg with the arguments that follow a file name, and give the file."""

    def run(name: str, *arguments: str | Path) -> Path:
        path = tmp_path / name
        subprocess.run(
            [
                *(find_ffmpeg().path, "-nostdin", "-loglevel", "error", "-y"),
                *(*arguments, f"file:{path}"),
            ],
            check=True,
            timeout=60,
        )
        return path

    return run
