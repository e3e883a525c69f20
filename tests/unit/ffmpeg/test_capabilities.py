import os
from pathlib import Path

import pytest

from reelmill.ffmpeg.capabilities import probe_capabilities, why_not
from reelmill.ffmpeg.locate import Ffmpeg, find_ffmpeg


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def wrapper(path: Path, refuse: str) -> Ffmpeg:
    """The real FFmpeg, but one of its encoders fails."""
    real = find_ffmpeg()
    path.write_text(
        f'#!/bin/sh\ncase "$*" in\n'
        f"*'{refuse} '*) echo '[x @ 0x1] No such chip' >&2; exit 1;;\nesac\n"
        f'exec "{real.path}" "$@"\n'
    )
    path.chmod(0o755)
    return Ffmpeg(path, real.version)


def test_encoders_are_proven_and_remembered(own_cache: Path) -> None:
    ffmpeg = find_ffmpeg()
    found = probe_capabilities(ffmpeg)
    assert {"libx264", "aac", "mjpeg", "flac"} <= set(found.encoders)
    assert {"scale", "loudnorm", "fps", "yadif"} <= set(found.filters)
    assert found.cpu_count >= 1
    assert len(list((own_cache / "reelmill").iterdir())) >= 1
    assert probe_capabilities(ffmpeg) == found


def test_one_bad_encoder_does_not_hide_the_others(tmp_path: Path) -> None:
    broken = wrapper(tmp_path / "ffmpeg", "libx265")
    found = probe_capabilities(broken)
    assert "libx265" not in found.encoders
    assert {"libx264", "libopus", "mjpeg"} <= set(found.encoders)
    assert why_not(broken, "libx265") == "No such chip"


def test_a_moment_of_failure_is_not_remembered(tmp_path: Path) -> None:
    broken = wrapper(tmp_path / "ffmpeg", "libx265")
    assert "libx265" not in probe_capabilities(broken).encoders
    status = broken.path.stat()
    broken.path.write_text(broken.path.read_text().replace("libx265", "libx26Z"))
    os.utime(broken.path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert "libx265" in probe_capabilities(broken).encoders


def test_reasons() -> None:
    assert why_not(find_ffmpeg(), "aac") is None
    assert why_not(find_ffmpeg(), "h264_imaginary") == "not in this FFmpeg"
