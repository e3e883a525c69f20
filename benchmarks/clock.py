"""Whole-process times of command lines: wall, and CPU of the process and all its children."""

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Cost:
    """Seconds."""

    wall: float
    cpu: float

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.wall + other.wall, self.cpu + other.cpu)


def timed(command: Sequence[str | Path], cwd: Path) -> Cost:
    """Run a command to its end, its output thrown away.

    Raises:
        RuntimeError: it ended with another code than 0, with the end of its stderr.
    """
    started = time.monotonic()
    log = cwd / "stderr.txt"
    with log.open("wb") as stderr:
        child = subprocess.Popen(
            command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=stderr
        )
        _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        tail = log.read_text(errors="replace")[-2000:]
        raise RuntimeError(f"{command[0]} ended with {child.returncode}:\n{tail}")
    return Cost(time.monotonic() - started, usage.ru_utime + usage.ru_stime)


def ratio(ours: Sequence[Cost], theirs: Sequence[Cost]) -> tuple[float, float]:
    """Median over the rounds of our wall and CPU against theirs, pair by pair."""
    pairs = list(zip(ours, theirs, strict=True))
    wall = median(one.wall / other.wall for one, other in pairs)
    return wall, median(one.cpu / other.cpu for one, other in pairs)


def machine() -> str:
    """The processor and how many of it there are."""
    models = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    return f"{os.cpu_count()} x {models[0] if models else os.uname().machine}"
