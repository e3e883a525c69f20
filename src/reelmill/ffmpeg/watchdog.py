"""Looks at a running child: does it get on, does it keep to its limits?"""

import os
import time
from collections.abc import Callable
from pathlib import Path

from reelmill.model.errors import ResourceExceededError, StalledError, TimeLimitError

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
LOOK_SECONDS = 1.0


class Watchdog:
    """Raises when a child stalls, runs too long or takes too much memory.

    A child gets on while any of these moves: what it reports, the bytes in its folder, its use
    of the CPU. That it lives proves nothing: a stopped or blocked process lives too.
    """

    def __init__(
        self,
        *,
        folder: Path,
        reported: Callable[[], int],
        stall_seconds: float = 120.0,
        limit_seconds: float = 4 * 3600.0,
        memory_bytes: int = 8 << 30,
    ) -> None:
        self._folder = folder
        self._reported = reported
        self._stall_seconds = stall_seconds
        self._limit_seconds = limit_seconds
        self._memory_bytes = memory_bytes
        self._started = self._moved = self._looked = time.monotonic()
        self._state: tuple[int, int, int] | None = None

    def look(self, pid: int) -> None:
        """One look. Folders and proc(5) are read at most once a second.

        Raises:
            TimeLimitError, ResourceExceededError, StalledError: each with what was seen.
        """
        reported, now = self._reported(), time.monotonic()
        if now - self._looked < min(LOOK_SECONDS, self._stall_seconds / 4):
            return
        self._looked = now
        if now - self._started > self._limit_seconds:
            raise TimeLimitError(f"not done after {self._limit_seconds:g} s")
        ticks, resident = _usage(pid)
        if resident > self._memory_bytes:
            raise ResourceExceededError(f"more than {self._memory_bytes >> 20} MiB of memory used")
        state = (reported, ticks, _bytes_below(self._folder))
        if state != self._state:
            self._state, self._moved = state, now
        elif now - self._moved > self._stall_seconds:
            seconds = f"{self._stall_seconds:g} s"
            raise StalledError(f"no frames, no bytes and no CPU used for {seconds}")


def _usage(pid: int) -> tuple[int, int]:
    """CPU ticks used and bytes resident (proc(5)); zeros for a process that is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0, 0
    return int(fields[11]) + int(fields[12]), int(fields[21]) * PAGE_BYTES


def _bytes_below(folder: Path) -> int:
    total = 0
    for where, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(where) / name).stat().st_size
            except OSError:  # renamed meanwhile
                continue
    return total
