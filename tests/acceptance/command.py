"""The command as somebody outside starts it, and what can be seen of its processes."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack, chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

import pytest

from reelmill.app import configuration
from reelmill.cli.main import main

COMMAND = (sys.executable, "-m", "reelmill")
Found = TypeVar("Found")


@dataclass(frozen=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """Standard output, which is one JSON document and nothing else."""
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        return self.json["error"]


def environment(**extra: str) -> dict[str, str]:
    """Ours, without what changes how things are printed, and without what the tests are told."""
    dropped = ("COLUMNS", "FORCE_COLOR", "NO_COLOR")
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in dropped and not name.startswith("REELMILL_TEST_")
    }
    return {**kept, **extra}


def reelmill(
    *words: str | Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    seconds: float = 90,
) -> Ran:
    """Run the command to its end."""
    done = subprocess.run(
        [*COMMAND, *(os.fspath(word) for word in words)],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        env=environment(**(env or {})),
        cwd=cwd,
        timeout=seconds,
        check=False,
    )
    return Ran(done.returncode, _text(done.stdout), _text(done.stderr))


def here(*words: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> Ran:
    """The same in this process, without the second that Python takes to start."""
    configuration.settings.cache_clear()
    out, err = (io.TextIOWrapper(io.BytesIO(), write_through=True) for _ in range(2))
    argv = ["reelmill", *(os.fspath(word) for word in words)]
    with ExitStack() as stack:
        stack.enter_context(patch.object(sys, "argv", argv))
        stack.enter_context(patch.dict(os.environ, {**(env or {}), "COLUMNS": "80"}))
        stack.enter_context(chdir(cwd or Path.cwd()))
        stack.enter_context(redirect_stdout(out))
        stack.enter_context(redirect_stderr(err))
        ended = stack.enter_context(pytest.raises(SystemExit))
        stack.callback(configuration.settings.cache_clear)
        main()
    code = ended.value.code
    assert isinstance(code, int)
    written = (one.buffer.getvalue() for one in (out, err))
    return Ran(code, *map(_text, written))


def start(
    *words: str | Path, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> subprocess.Popen[bytes]:
    """Start the command in a process group of its own; see `finish`."""
    return subprocess.Popen(
        [*COMMAND, *(os.fspath(word) for word in words)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(**(env or {})),
        cwd=cwd,
        process_group=0,
    )


def finish(process: subprocess.Popen[bytes], seconds: float = 90) -> Ran:
    """Wait for the end of what was started."""
    try:
        out, err = process.communicate(timeout=seconds)
    finally:
        if process.returncode is None:
            process.kill()
            process.wait()
    return Ran(process.wait(), _text(out), _text(err))


def _text(data: bytes) -> str:
    return data.decode(errors="surrogateescape")


def wait_for(find: Callable[[], Found], what: str, seconds: float = 30) -> Found:
    """Look until there is something to see, but not for ever."""
    deadline = time.monotonic() + seconds
    while not (found := find()):
        assert time.monotonic() < deadline, f"never seen: {what}"
        time.sleep(0.002)
    return found


def children(pid: int) -> list[int]:
    """The living processes that a process has started, and those that they did."""
    found: list[int] = []
    try:
        lists = [one.read_text() for one in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:  # it ended between two looks
        return []
    for one in (int(word) for words in lists for word in words.split()):
        found += [one] * lives(one) + children(one)
    return found


def _stat(pid: int) -> list[str]:
    """proc(5), from the state on."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def nice_of(pid: int) -> int:
    return int(_stat(pid)[16])


def group_of(pid: int) -> int:
    return int(_stat(pid)[2])


def lives(pid: int) -> bool:
    return bool(stat := _stat(pid)) and stat[0] != "Z"


def reads(process: subprocess.Popen[bytes], file: Path) -> bool:
    """Whether the command itself has a file open."""
    try:
        open_files = [one.readlink() for one in Path(f"/proc/{process.pid}/fd").iterdir()]
    except OSError:
        return False
    return file in open_files


def ffmpegs(pid: int) -> list[int]:
    """The children that have become FFmpeg: before, they are its launcher.

    Not those whose loader is only asked which libraries it would load.
    """
    found: list[int] = []
    for child in children(pid):
        try:
            program = Path(f"/proc/{child}/exe").readlink().name
            traced = b"LD_TRACE_LOADED_OBJECTS" in Path(f"/proc/{child}/environ").read_bytes()
        except OSError:
            continue
        if program.startswith("ffmpeg") and not traced:
            found.append(child)
    return found


def encoding(process: subprocess.Popen[bytes], output: Path) -> int:
    """Wait until FFmpeg is writing; its process id."""

    def writing() -> int:
        assert process.poll() is None, "it ended before it was seen at work"
        try:
            found = output.glob(".reelmill/*/out/*p/*.mp4")
            written = [path for path in found if path.stat().st_size]
        except FileNotFoundError:  # the attempt's folder gets its name between two looks
            return 0
        running = ffmpegs(process.pid)
        return running[0] if written and running else 0

    return wait_for(writing, "FFmpeg at work")


def everything(folder: Path) -> list[str]:
    """All paths below a folder that need not be there."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))
