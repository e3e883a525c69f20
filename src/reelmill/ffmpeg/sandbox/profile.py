"""What one child may touch, as the words that its launcher understands."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from reelmill.ffmpeg.fonts import Fonts
from reelmill.ffmpeg.sandbox.level import sandbox_level
from reelmill.ffmpeg.sandbox.program import needs_of
from reelmill.model.facts import SandboxLevel

READABLE = (
    *("/dev/urandom", "/dev/random", "/dev/zero"),
    *("/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu", "/sys/devices/system/node"),
)
"""Chance, and what encoders look up to choose their threads."""
WRITABLE = ("/dev/null",)
OPEN_FILES = 1024
GRACE_SECONDS = 30
"""Between SIGXCPU, upon which FFmpeg ends in good order, and SIGKILL."""


@dataclass(frozen=True)
class ChildLimits:
    """What the kernel lets a child use (setrlimit(2)); None: as much as we may.

    Attributes:
        address_space_bytes: a backstop: the watchdog looks at what is really used.
        cpu_seconds: of all its threads together.
        file_bytes: the size of any one file.
    """

    address_space_bytes: int | None = None
    cpu_seconds: int | None = None
    file_bytes: int | None = None

    def words(self) -> list[str]:
        """For the launcher. No core dumps, and no limit on processes: that one counts users."""
        found = ["limit=CORE:0:0", f"limit=NOFILE:{OPEN_FILES}:{OPEN_FILES}"]
        if self.address_space_bytes is not None:
            found.append(f"limit=AS:{self.address_space_bytes}:{self.address_space_bytes}")
        if self.cpu_seconds is not None:
            found.append(f"limit=CPU:{self.cpu_seconds}:{self.cpu_seconds + GRACE_SECONDS}")
        if self.file_bytes is not None:
            found.append(f"limit=FSIZE:{self.file_bytes}:{self.file_bytes}")
        return found


@dataclass(frozen=True)
class Profile:
    """A child's world.

    Attributes:
        readable, writable, executable: files, or folders with all that is in them.
        forks: whether it may start further processes.
        fonts: the configuration of fontconfig, all that is in its environment.
    """

    level: SandboxLevel
    readable: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()
    executable: tuple[Path, ...] = ()
    limits: ChildLimits = ChildLimits()
    forks: bool = False
    fonts: Path | None = None

    def words(self) -> list[str]:
        """For the launcher, one argument each; paths are absolute."""
        words = [f"level={self.level}", f"forks={'yes' if self.forks else 'no'}"]
        kinds = (("read", self.readable), ("write", self.writable), ("run", self.executable))
        words += [f"{kind}={path.absolute()}" for kind, paths in kinds for path in paths]
        words += [f"fonts={self.fonts.absolute()}"] if self.fonts is not None else []
        return [*words, *self.limits.words()]


def profile_of(
    program: Path,
    *,
    sources: Iterable[Path] = (),
    out: Path | None = None,
    limits: ChildLimits | None = None,
    fonts: Fonts | None = None,
) -> Profile:
    """The world of a program such as FFmpeg: it reads its sources, and writes into one folder.

    Args:
        program: what will run; what it needs to start is found out.
        sources: files that it reads.
        out: the one folder that it writes below.
        limits: what it may use.
        fonts: what it draws text with; None: it draws none.
    """
    needs = needs_of(program)
    more = (*fonts.folders, fonts.configuration) if fonts is not None else ()
    kept = (fonts.cache,) if fonts is not None else ()
    return Profile(
        level=sandbox_level(),
        readable=(*needs.readable, *map(Path, READABLE), *sources, *more),
        writable=(*map(Path, WRITABLE), *((out,) if out is not None else ()), *kept),
        executable=needs.executable,
        limits=limits or ChildLimits(),
        forks=needs.forks,
        fonts=fonts.configuration if fonts is not None else None,
    )
