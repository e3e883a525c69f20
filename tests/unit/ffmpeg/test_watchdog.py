"""What the watchdog calls getting on, and when it loses patience. Its clock is ours here."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reelmill.ffmpeg import watchdog
from reelmill.ffmpeg.watchdog import Watchdog
from reelmill.model.errors import ResourceExceededError, StalledError, TimeLimitError

GONE = 2**22 + 1
"""No process has such a number (proc(5), pid_max): it uses no CPU and no memory."""


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(watchdog, "time", clock)
    return clock


def looks(guard: Watchdog, clock: Clock, seconds: int, pid: int = GONE) -> None:
    for _ in range(seconds):
        clock.now += 1
        guard.look(pid)


def test_nothing_moves(tmp_path: Path, clock: Clock) -> None:
    guard = Watchdog(folder=tmp_path, reported=lambda: 7, stall_seconds=10)
    looks(guard, clock, 11)
    with pytest.raises(StalledError, match="10 s"):
        looks(guard, clock, 2)


def test_frames_move(tmp_path: Path, clock: Clock) -> None:
    frames = iter(range(1000))
    guard = Watchdog(folder=tmp_path, reported=lambda: next(frames), stall_seconds=10)
    looks(guard, clock, 100)


def test_bytes_move(tmp_path: Path, clock: Clock) -> None:
    guard = Watchdog(folder=tmp_path, reported=lambda: 0, stall_seconds=10)
    (tmp_path / "a" / "b").mkdir(parents=True)
    for _ in range(10):
        looks(guard, clock, 9)
        with (tmp_path / "a" / "b" / "file").open("ab") as file:
            file.write(b"x")
    with pytest.raises(StalledError):
        looks(guard, clock, 13)


def test_the_cpu_moves(tmp_path: Path, clock: Clock) -> None:
    """Ourselves as the child: reading proc(5) takes some."""
    guard = Watchdog(folder=tmp_path, reported=lambda: 0, stall_seconds=10)
    for _ in range(20):
        before = os.times().user
        while os.times().user < before + 0.02:
            pass
        looks(guard, clock, 1, pid=os.getpid())
        clock.now += 8


def test_patience_begins_again(tmp_path: Path, clock: Clock) -> None:
    said = [0]
    guard = Watchdog(folder=tmp_path, reported=lambda: said[0], stall_seconds=10)
    for _ in range(5):
        looks(guard, clock, 10)
        said[0] += 1
    with pytest.raises(StalledError):
        looks(guard, clock, 13)


def test_the_time_limit(tmp_path: Path, clock: Clock) -> None:
    frames = iter(range(1000))
    guard = Watchdog(folder=tmp_path, reported=lambda: next(frames), limit_seconds=60)
    looks(guard, clock, 60)
    with pytest.raises(TimeLimitError, match="60 s"):
        looks(guard, clock, 1)


def test_the_memory_limit(tmp_path: Path, clock: Clock) -> None:
    generous = Watchdog(folder=tmp_path, reported=lambda: 0, memory_bytes=1 << 40)
    looks(generous, clock, 2, pid=os.getpid())
    mean = Watchdog(folder=tmp_path, reported=lambda: 0, memory_bytes=1 << 20)
    with pytest.raises(ResourceExceededError, match="1 MiB"):
        looks(mean, clock, 1, pid=os.getpid())


def test_the_report_is_asked_for_at_every_look(tmp_path: Path, clock: Clock) -> None:
    """It is what progress hangs on."""
    asked: list[int] = []

    def reported() -> int:
        asked.append(1)
        return 0

    guard = Watchdog(folder=tmp_path, reported=reported)
    for _ in range(8):
        clock.now += 0.25
        guard.look(GONE)
    assert len(asked) == 8


def test_a_folder_that_is_gone_is_empty(tmp_path: Path, clock: Clock) -> None:
    looks(Watchdog(folder=tmp_path / "missing", reported=lambda: 0), clock, 3)
