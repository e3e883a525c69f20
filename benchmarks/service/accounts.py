"""What the kernel has noted of a process: its CPU, its memory, its children (proc(5))."""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
RESET_PEAK = "5"


@dataclass(frozen=True)
class Cpu:
    """Seconds of user and system time.

    Attributes:
        own: of all threads of the process, those that ended too; no children.
        children: of children that ended and were waited for, and of theirs.
    """

    own: float
    children: float

    def __sub__(self, other: "Cpu") -> "Cpu":
        return Cpu(self.own - other.own, self.children - other.children)


def cpu_of(pid: int) -> Cpu:
    """Of a process, until now."""
    # Behind the name: utime, stime, cutime and cstime are fields 14 to 17 of the line.
    ticks = [int(word) / TICKS_PER_SECOND for word in _behind_name(pid)[11:15]]
    return Cpu(ticks[0] + ticks[1], ticks[2] + ticks[3])


@dataclass(frozen=True)
class Memory:
    """MB (a million bytes) resident: now, and at most since the peak was forgotten."""

    now: float
    peak: float


def memory_of(pid: int) -> Memory:
    """VmRSS and VmHWM of a process."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    kib = {name: rest.split() for name, _, rest in (line.partition(":") for line in lines)}
    return Memory(int(kib["VmRSS"][0]) * 1024 / 1e6, int(kib["VmHWM"][0]) * 1024 / 1e6)


def forget_peak(pid: int) -> None:
    """VmHWM begins anew at VmRSS: then nothing between two samples is missed."""
    Path(f"/proc/{pid}/clear_refs").write_text(RESET_PEAK)


def children_of(pid: int, name: str) -> int:
    """How many children of a process run a program whose name begins so."""
    return sum(
        parent == pid and program.startswith(name) for parent, program in _parents_and_programs()
    )


def _parents_and_programs() -> Iterator[tuple[int, str]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):  # it has ended since
                program = (entry / "comm").read_text()
                yield int(_behind_name(int(entry.name))[1]), program


def _behind_name(pid: int) -> list[str]:
    """The fields of a process from its state on: its name may hold anything."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
