"""Asks for files to be read in children that are shut in (reader/zygote.py)."""

import atexit
import json
import os
import select
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path

from reelmill.ffmpeg.measured import MeasuredFile
from reelmill.ffmpeg.opening import open_regular
from reelmill.ffmpeg.sandbox.level import sandbox_level
from reelmill.ffmpeg.sandbox.profile import ChildLimits, Profile
from reelmill.model.errors import (
    InputUnreadableError,
    InternalError,
    NotFoundError,
    OutputInvalidError,
    ReelmillError,
    ResourceExceededError,
    error_of_code,
)
from reelmill.model.facts import SourceFacts

ZYGOTE = Path(__file__).with_name("zygote.py")
ADDRESS_SPACE_BYTES = 4 << 30
LEAST_SECONDS, BYTES_PER_SECOND = 60.0, 10 << 20
"""How long a file may take: some are read to their end."""
GRACE_SECONDS = 10.0
ANSWER_BYTES = 256 << 20
TRIES = 2
LIMIT_SIGNALS = {"-9", "-24"}
"""SIGKILL and SIGXCPU: the kernel's, for too much memory or CPU."""


class Reader:
    """One process that forks readers, made when it is needed and again when it is gone.

    It ends with this one: it reads from a socket whose other end only this process has.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._control: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def probe(self, path: Path, *, source: str = "main", key_frames: bool = False) -> SourceFacts:
        """What the file is; see `ffmpeg.probe`.

        Raises:
            NotFoundError, InputUnreadableError, UnsupportedMediaError: as their names say.
            ResourceExceededError: it takes too much memory or time.
        """
        with ExitStack() as stack:
            file = open_regular(path)
            stack.callback(os.close, file)
            request: dict[str, object] = {"source": source, "key_frames": key_frames}
            answer = self._ask("probe", [file], request, InputUnreadableError)
        return SourceFacts.from_json(answer)

    def measure_file(
        self, path: Path, *, muxer: str | None = None, decode_first: bool = False
    ) -> MeasuredFile:
        """What a finished output is; see `ffmpeg.measure`.

        Raises:
            OutputInvalidError: missing, empty, or not readable as media.
            ResourceExceededError: it takes too much memory or time.
        """
        request: dict[str, object] = {"muxer": muxer, "decode_first": decode_first}
        return self._measure("measure_file", [path], request)

    def measure_segment(self, path: Path, init: Path | None) -> MeasuredFile:
        """A segment of an output, behind its initialisation section.

        Raises:
            OutputInvalidError, ResourceExceededError: as `measure_file`.
        """
        return self._measure("measure_segment", [path, *([init] if init else [])], {})

    def _measure(self, task: str, paths: list[Path], request: dict[str, object]) -> MeasuredFile:
        with ExitStack() as stack:
            files: list[int] = []
            for path in paths:
                files.append(_open_output(path))
                stack.callback(os.close, files[-1])
            answer = self._ask(task, files, request, OutputInvalidError)
        return MeasuredFile.from_json(answer)

    def _ask(
        self,
        task: str,
        files: list[int],
        request: dict[str, object],
        crashed: type[ReelmillError],
    ) -> bytes:
        size = sum(os.fstat(one).st_size for one in files)
        seconds = LEAST_SECONDS + size / BYTES_PER_SECOND
        limits = ChildLimits(
            address_space_bytes=ADDRESS_SPACE_BYTES, cpu_seconds=int(seconds), file_bytes=0
        )
        words = Profile(level=sandbox_level(), limits=limits).words()
        given = {**request, "task": task, "timeout_seconds": seconds, "profile": words}
        for _ in range(TRIES):
            body, _, end = self._exchange(json.dumps(given).encode(), files, seconds).rpartition(
                b"\n"
            )
            if end:  # without it, the process that forks went away: another may have killed it
                return _result(body, end.decode(), seconds, crashed)
        raise InternalError("the process that reads media does not start; the log may say why")

    def _exchange(self, message: bytes, files: list[int], seconds: float) -> bytes:
        """The answer with how its reader ended; without, that the process which forks is gone."""
        answers, result = os.pipe()
        with ExitStack() as stack:
            stack.callback(os.close, answers)
            try:
                with self._lock:
                    asked = self._started()
                    with suppress(BrokenPipeError, ConnectionResetError):
                        socket.send_fds(asked, [message], [result, *files])
            finally:
                os.close(result)
            answer = self._read(answers, time.monotonic() + seconds + GRACE_SECONDS)
            if b"\n" not in answer:
                self._drop(asked)
            return answer

    def _read(self, answers: int, until: float) -> bytes:
        found = bytearray()
        poll = select.poll()  # select(2) knows no descriptors from 1024 on
        poll.register(answers, select.POLLIN)
        while len(found) < ANSWER_BYTES:
            if not poll.poll(max(0.0, until - time.monotonic()) * 1000):
                break
            data = os.read(answers, 1 << 16)
            if not data:
                return bytes(found)
            found += data
        self.close()
        raise ResourceExceededError("the answer about a file was too long, or never came")

    def _started(self) -> socket.socket:
        if self._control is not None and self._owner == os.getpid():
            return self._control
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            # Nothing of our environment: a reader that is taken over could tell it.
            self._process = subprocess.Popen(
                [sys.executable, "-I", str(ZYGOTE), str(theirs.fileno())],
                cwd="/",
                env={name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                process_group=0,
            )
        self._control, self._owner = ours, os.getpid()
        return ours

    @property
    def pid(self) -> int | None:
        """Of the process that forks."""
        return self._process.pid if self._process is not None else None

    def close(self) -> None:
        """End the process and what it has forked; the next question starts another."""
        self._drop(self._control)

    def _drop(self, control: socket.socket | None) -> None:
        """Let go of a process, unless another has taken its place already."""
        with self._lock:
            if control is None or self._control is not control:
                return
            control.close()
            if self._process is not None and self._owner == os.getpid():
                with suppress(ProcessLookupError):
                    self._process.kill()
                self._process.wait()
            self._control = self._process = None


@cache
def reader() -> Reader:
    """The one of this process."""
    made = Reader()
    atexit.register(made.close)
    return made


def _open_output(path: Path) -> int:
    try:
        file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise OutputInvalidError("it was not written") from error
    if os.fstat(file).st_size == 0:
        os.close(file)
        raise OutputInvalidError("it is empty")
    return file


def _result(body: bytes, end: str, seconds: float, crashed: type[ReelmillError]) -> bytes:
    if end == "late" or end in LIMIT_SIGNALS:
        raise ResourceExceededError(f"reading it took too much memory, or over {seconds:.0f} s")
    if body[:1] == b"+" and end == "0":
        return body[1:]
    if body[:1] == b"-" and end == "0":
        told = json.loads(body[1:])
        code, message, detail = (str(told[name]) for name in ("code", "message", "detail"))
        if code in (NotFoundError.code, InternalError.code):
            code = crashed.code
        raise error_of_code(code, message, output=None, detail=detail)
    raise crashed("The file cannot be read as media: its reader broke.", detail=f"exit {end}")
