"""Sources that take a while, and disks that fill up."""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest

from reelmill.ffmpeg.locate import find_ffmpeg
from tests.media.clips import clip_file, ffmpeg_path

KILLS = "kills"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many faults came to a good end."""
    passed: list[pytest.TestReport] = terminalreporter.stats.get("passed", [])
    survived = [one for one in passed if one.nodeid.startswith("tests/faults/")]
    if survived:
        told = [int(str(n)) for one in survived for kind, n in one.user_properties if kind == KILLS]
        kills = sum(told)
        terminalreporter.write_line(
            f"{len(survived)} kinds of fault were survived, {kills} kills at random"
        )


@pytest.fixture(scope="session")
def long_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """720p that takes long enough to be struck while it is worked on."""
    return repeated(30, tmp_path_factory.mktemp("long") / "long.mp4")


@pytest.fixture(scope="session")
def fair_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As long as it takes to see it at work; its end can be waited for."""
    return repeated(8, tmp_path_factory.mktemp("fair") / "fair.mp4")


@pytest.fixture(scope="session")
def small_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One rung, and some seconds of work."""
    return repeated(12, tmp_path_factory.mktemp("small") / "small.mp4", of="plain")


def repeated(times: int, path: Path, of: str = "plain_720p") -> Path:
    subprocess.run(
        [
            *(ffmpeg_path(), "-v", "error", "-stream_loop", str(times - 1)),
            *("-i", clip_file(of), "-c", "copy", "-map", "0", path),
        ],
        check=True,
        timeout=60,
    )
    return path


@pytest.fixture(scope="session")
def heavy_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Soon encoded, long to copy: a clip with an empty box of 192 MB at its end."""
    path = tmp_path_factory.mktemp("heavy") / "heavy.mp4"
    size = 192 << 20
    with path.open("wb") as file:
        file.write(clip_file("plain").read_bytes())
        file.write(struct.pack(">I4s", size, b"free"))
        for _ in range(size >> 20):
            file.write(os.urandom(1 << 20))
    return path


class Disk:
    """A file system of a few megabytes in memory."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def resize(self, kilobytes: int) -> None:
        subprocess.run(
            ["mount", "-o", f"remount,size={kilobytes}k", self.place], check=True, timeout=20
        )

    def used_bytes(self) -> int:
        return shutil.disk_usage(self.place).used


@pytest.fixture
def disk(tmp_path: Path) -> Generator[Disk]:
    place = tmp_path / "disk"
    place.mkdir()
    mounted = os.geteuid() == 0 and shutil.which("mount") is not None
    if mounted:
        words = ["mount", "-t", "tmpfs", "-o", "size=100m", "tmpfs", str(place)]
        mounted = subprocess.run(words, check=False, capture_output=True).returncode == 0
    if not mounted:
        pytest.skip("NOT TESTED: a full disk, for nobody here may mount one")
    yield Disk(place)
    subprocess.run(["umount", "-l", place], check=True, timeout=20)


@pytest.fixture
def fake_ffmpeg(tmp_path: Path) -> FakeFfmpeg:
    return FakeFfmpeg(tmp_path / "ffmpeg-fake")


class FakeFfmpeg:
    """The real one in everything but the steps of a job."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def doing(self, script: str) -> dict[str, str]:
        """The environment in which steps run this instead."""
        real = find_ffmpeg().path
        self._path.write_text(
            f'#!/bin/sh\ncase "$*" in *../in/*) ;; *) exec {real} "$@" ;; esac\n{script}\n'
        )
        self._path.chmod(0o755)
        return {"REELMILL_FFMPEG": str(self._path)}
