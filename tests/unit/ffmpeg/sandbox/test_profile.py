"""Profiles as words, and what a program needs to start."""

from __future__ import annotations

import sys
from pathlib import Path

from reelmill.ffmpeg.fonts import Fonts
from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.ffmpeg.sandbox.profile import ChildLimits, Profile, profile_of
from reelmill.ffmpeg.sandbox.program import libraries_of, loader_of, needs_of


def test_words() -> None:
    limits = ChildLimits(address_space_bytes=1 << 30, cpu_seconds=60, file_bytes=4096)
    profile = Profile(
        level="strong",
        readable=(Path("/media/a film=1.mp4"),),
        writable=(Path("/out"),),
        executable=(Path("/bin/ffmpeg"),),
        limits=limits,
    )
    assert profile.words() == [
        *("level=strong", "forks=no"),
        *("read=/media/a film=1.mp4", "write=/out", "run=/bin/ffmpeg"),
        *("limit=CORE:0:0", "limit=NOFILE:1024:1024", "limit=AS:1073741824:1073741824"),
        *("limit=CPU:60:90", "limit=FSIZE:4096:4096"),
    ]


def test_fonts_come_with_the_words_of_a_child_that_draws_text(tmp_path: Path) -> None:
    fonts = Fonts((tmp_path / "fonts",), tmp_path / "fonts.conf", tmp_path / "cache")
    profile = profile_of(find_ffmpeg().path, fonts=fonts)

    assert {tmp_path / "fonts", tmp_path / "fonts.conf"} <= {*profile.readable}
    assert tmp_path / "cache" in profile.writable
    assert f"fonts={tmp_path / 'fonts.conf'}" in profile.words()


def test_ffmpeg_executes_itself_and_its_loader(tmp_path: Path) -> None:
    ffmpeg = find_ffmpeg().path
    profile = profile_of(ffmpeg, sources=(tmp_path / "in",), out=tmp_path / "out")
    loader = loader_of(ffmpeg)
    assert profile.executable == ((ffmpeg, loader) if loader else (ffmpeg,))
    assert tmp_path / "in" in profile.readable
    assert profile.writable == (Path("/dev/null"), tmp_path / "out")
    assert not profile.forks
    outside = (Path("/etc/passwd"), Path.home(), Path("/"), Path("/proc"), Path("/etc"))
    assert not set(outside) & {*profile.readable, *profile.writable, *profile.executable}


def test_libraries_are_those_of_the_loader() -> None:
    found = libraries_of(Path(sys.executable).resolve())
    assert any(path.name.startswith("libc.so") for path in found)
    assert all(path.is_absolute() and path.exists() for path in found)


def test_a_script_brings_the_programs_that_it_names(tmp_path: Path) -> None:
    script, real = tmp_path / "ffmpeg", tmp_path / "real"
    real.write_bytes(b"")
    real.chmod(0o755)
    script.write_text(f'#!/bin/sh\nexec {real} "$@" # /nowhere/at/all\n')
    needs = needs_of(script)
    assert needs.forks
    assert {script, real, Path("/usr/bin")} <= {*needs.executable}
    assert Path("/nowhere/at/all") not in needs.executable
