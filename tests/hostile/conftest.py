"""A world around a sandbox, and a way to run things inside, with and without it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.ffmpeg.sandbox import landlock
from reelmill.ffmpeg.sandbox.launch import launched
from reelmill.ffmpeg.sandbox.level import sandbox_level
from reelmill.ffmpeg.sandbox.outside import Outside, outside
from reelmill.ffmpeg.sandbox.profile import Profile, profile_of

REFUSED = "refused"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many bad inputs came to nothing."""
    passed: list[pytest.TestReport] = terminalreporter.stats.get("passed", [])
    names = [name for one in passed for kind, name in one.user_properties if kind == REFUSED]
    if names:
        terminalreporter.write_line(f"{len(names)} bad inputs were refused, or reached nothing")


@pytest.fixture
def refused(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Counts a bad input that came to nothing."""
    return lambda name: record_property(REFUSED, name)


@pytest.fixture
def there() -> Generator[Outside]:
    with outside() as world:
        yield world


@pytest.fixture
def strong() -> None:
    """What follows needs Landlock and seccomp."""
    if sandbox_level() == "strong":
        return
    reason = f"NOT TESTED: the strong sandbox, for this host's is {sandbox_level()}"
    if os.environ.get("CI") and landlock.version():
        pytest.fail(reason)
    pytest.skip(reason)


def inside(
    there: Outside, words: list[str], profile: Profile | None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        launched(words, profile),
        cwd=there.sandbox,
        env={**os.environ, "FFREPORT": f"file={there.folder}/report.log:level=48"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=30,
        check=False,
        process_group=0,
    )


def ffmpeg_inside(
    there: Outside, *arguments: str, walled: bool, sources: tuple[Path, ...] = ()
) -> subprocess.CompletedProcess[bytes]:
    ffmpeg = find_ffmpeg().path
    profile = profile_of(ffmpeg, out=there.sandbox, sources=sources) if walled else None
    words = [str(ffmpeg), "-v", "error", "-nostdin", "-y", *arguments]
    return inside(there, words, profile)
