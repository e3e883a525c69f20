"""What a program needs to start at all: its loader and its libraries."""

import os
import re
import struct
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

LIBRARY_FOLDERS = (
    *("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib"),
    "/etc/ld.so.cache",
)
PROGRAM_FOLDERS = ("/bin", "/usr/bin", "/usr/local/bin")
SCRIPT_BYTES = 1 << 16
ABSOLUTE_PATH = re.compile(rb"(?<![^\s\"'=])/[^\s\"';$]+")
PT_INTERP = 3
ELF64_LITTLE = b"\x7fELF\x02\x01"


@dataclass(frozen=True)
class Needs:
    """Of one program.

    Attributes:
        readable: libraries. The folders of the system as a whole: some are loaded by name late.
        executable: the program and its loader; mapping libraries needs no such right.
        forks: a script starts others: those in the folders of the system, and those that it
            names by their paths. What they may do is no more than it may itself.
    """

    readable: tuple[Path, ...]
    executable: tuple[Path, ...]
    forks: bool = False


@cache
def needs_of(program: Path) -> Needs:
    """What is to be granted to a program; found out once."""
    folders = [Path(one) for one in LIBRARY_FOLDERS if Path(one).exists()]
    with program.open("rb") as file:
        head = file.read(SCRIPT_BYTES)
    if head.startswith(b"#!"):
        shells = [Path(one) for one in PROGRAM_FOLDERS]
        named = [Path(os.fsdecode(one)) for one in ABSOLUTE_PATH.findall(head)]
        others = [one for one in named if one.is_file() and os.access(one, os.X_OK)]
        return Needs((*folders,), (program, *others, *shells, *folders), forks=True)
    loader = loader_of(program)
    if loader is None:
        return Needs((), (program,))
    others = [path for path in libraries_of(program) if not any(map(path.is_relative_to, folders))]
    return Needs((*folders, *others), (program, loader))


def loader_of(program: Path) -> Path | None:
    """The dynamic loader that an ELF file names (elf(5), PT_INTERP); None: it needs none."""
    with suppress(OSError, struct.error), program.open("rb") as file:
        head = file.read(64)
        if head.startswith(ELF64_LITTLE):
            (offset,) = struct.unpack_from("<Q", head, 32)
            size, count = struct.unpack_from("<HH", head, 54)
            for index in range(count):
                file.seek(offset + index * size)
                entry = file.read(size)
                (kind,) = struct.unpack_from("<I", entry)
                if kind == PT_INTERP:
                    start, length = (struct.unpack_from("<Q", entry, at)[0] for at in (8, 32))
                    file.seek(start)
                    return Path(os.fsdecode(file.read(length).rstrip(b"\0")))
    return None


def libraries_of(program: Path) -> list[Path]:
    """The libraries that its loader finds (ld.so(8), LD_TRACE_LOADED_OBJECTS); it does not run."""
    try:
        told = subprocess.run(
            [program],
            env={"LD_TRACE_LOADED_OBJECTS": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=20,
            check=False,
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return []
    words = (line.partition("=>")[2].split() for line in os.fsdecode(told).splitlines())
    return [Path(found[0]) for found in words if found and found[0].startswith("/")]
