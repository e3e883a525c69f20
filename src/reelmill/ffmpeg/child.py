"""One child process, from its start to its end: nothing of it outlives the call."""

import os
import re
import resource
import selectors
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from reelmill.ffmpeg.sandbox.launch import launched
from reelmill.ffmpeg.sandbox.profile import Profile
from reelmill.ffmpeg.watchdog import Watchdog

TERM_SECONDS = 0.8
"""From SIGTERM to SIGKILL. What an ended child wrote is never used, so it need not finish it; a
cancelled job's child is to be gone within 2 s, of which the noticing takes a part."""
TICK_SECONDS = 0.25
GATHER_SECONDS = 0.02
GATHER_BYTES = 1 << 14
"""A pipe holds 64 KiB: with less than this read there is time to wait for more."""
LOG_LINES = 60
LINE_BYTES = 2_000

DAMAGE = re.compile(
    rb"Error submitting packet to decoder|corrupt decoded frame|Error during demuxing"
    rb"|^\[in#\d+/.*\[error\]",
    re.MULTILINE,
)
"""Lines that mean loss: what FFmpeg's scheduler says of packets that it could not use (fftools,
ffmpeg_dec.c and ffmpeg_demux.c), and errors of a demuxer, which lose packets before anybody
counts them. Decoders complain in their own words, often of nothing: of a stream that begins
between key frames, of open GOPs. Demuxers' warnings are no loss either: MPEG-TS warns of every
splice ("Packet corrupt"), and where bytes were lost the decoders then fail too."""

BACKWARD = re.compile(rb"Non-monotonic DTS|non monotonically increasing dts to muxer")
"""What muxers say of a packet that is earlier than the one before it, which they drop or move."""

NO_SPACE = (b"No space left on device", b"Disk quota exceeded")

Feed = Callable[[bytes], None]


@dataclass(frozen=True)
class Finished:
    """How a child ended.

    Attributes:
        exit_code: as the shell has it: 128 and the signal's number if a signal ended it.
        log: the last lines of its stderr.
        damage: how many lines said that the input could not be read or decoded.
        backward: how many packets came before those that were written already.
        cpu_seconds: user and system, of the child and its own children.
        no_space: whether a line said that the disk is full. Muxers of segments end with 0 then.
    """

    exit_code: int
    log: tuple[str, ...]
    damage: int
    cpu_seconds: float
    wall_seconds: float
    backward: int = 0
    no_space: bool = False


class StopRequested(Exception):  # noqa: N818 - a request, not an error
    """Raised out of `run` when the caller's event asked for it."""


def run(
    command: Callable[[Mapping[str, int]], list[str]],
    *,
    cwd: Path,
    pipes: Mapping[str, Feed],
    watchdog: Watchdog,
    profile: Profile | None = None,
    stop: threading.Event | None = None,
) -> Finished:
    """Run a program to its end, draining its stderr and its pipes.

    Must be called from a thread that lives as long as the child (the kernel kills the child
    with it). Whatever is raised, the child's whole process group is gone before.

    Args:
        command: makes the argument list, program first, given a descriptor for each pipe.
        cwd: where it runs.
        pipes: what to do with the bytes that come through each pipe.
        watchdog: looks at the child every quarter of a second.
        profile: the wall around it; None: there is none.
        stop: ends the child when set.

    Raises:
        StopRequested: `stop` was set.
        ReelmillError: what the watchdog raises.
    """
    started = time.monotonic()
    with ExitStack() as stack:
        selector = stack.enter_context(selectors.DefaultSelector())
        writers: dict[str, int] = {}
        for name, feed in pipes.items():
            reader, writers[name] = os.pipe()
            stack.callback(os.close, reader)
            selector.register(reader, selectors.EVENT_READ, feed)
        log = _Log()
        try:
            child = subprocess.Popen(
                launched(command(writers), profile),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=tuple(writers.values()),
                process_group=0,
            )
        finally:
            for writer in writers.values():
                os.close(writer)
        stack.callback(_end, child)
        assert child.stderr is not None  # noqa: S101 - asked for above
        selector.register(stack.enter_context(child.stderr), selectors.EVENT_READ, log.feed)

        def look() -> None:
            if stop is not None and stop.is_set():
                raise StopRequested
            watchdog.look(child.pid)

        _drain(selector, look)
        code, usage = _wait(child, look)
    return Finished(
        exit_code=code if code >= 0 else 128 - code,
        log=log.last(),
        damage=log.damage,
        backward=log.backward,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        wall_seconds=time.monotonic() - started,
        no_space=log.no_space,
    )


def _drain(selector: selectors.BaseSelector, look: Callable[[], None]) -> None:
    """Read until every pipe is closed."""
    looked = 0.0
    while selector.get_map():
        read = 0
        for key, _ in selector.select(TICK_SECONDS):
            data = os.read(key.fd, 1 << 16)
            key.data(data)
            read += len(data)
            if not data:
                selector.unregister(key.fileobj)
        if read < GATHER_BYTES:  # FFmpeg reports each packet: wake up for many at once
            time.sleep(GATHER_SECONDS)
        if time.monotonic() - looked >= TICK_SECONDS:
            looked = time.monotonic()
            look()


def _wait(
    child: subprocess.Popen[bytes], look: Callable[[], None]
) -> tuple[int, resource.struct_rusage]:
    """Its exit code and what it used. With its pipes closed it is about to end, or it hangs."""
    pause = 0.001
    while True:
        pid, status, usage = os.wait4(child.pid, os.WNOHANG)
        if pid:
            child.returncode = os.waitstatus_to_exitcode(status)
            return child.returncode, usage
        look()
        time.sleep(pause)
        pause = min(2 * pause, TICK_SECONDS)


def _end(child: subprocess.Popen[bytes]) -> None:
    """TERM to the whole group and time to end, then KILL to what is left of it."""
    try:
        if child.returncode is None:
            _signal_group(child, signal.SIGTERM)
            _signal_group(child, signal.SIGCONT)
            child.wait(TERM_SECONDS)
    except subprocess.TimeoutExpired:
        pass
    finally:  # a second Ctrl-C ends the waiting, too
        _signal_group(child, signal.SIGKILL)
        child.wait()


def _signal_group(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(child.pid, number)


class _Log:
    """The last lines of stderr. FFmpeg marks each with its level: [error]."""

    def __init__(self) -> None:
        self.damage = 0
        self.backward = 0
        self.no_space = False
        self._lines: deque[str] = deque(maxlen=LOG_LINES)
        self._rest = b""

    def feed(self, data: bytes) -> None:
        # Whole reads, not lines: a child can write faster than Python can look at each.
        text = self._rest + data
        whole, _, rest = text.rpartition(b"\n") if data else (text, b"", b"")
        self._rest = rest[-LINE_BYTES:]
        self.damage += _count(DAMAGE, whole)
        self.backward += _count(BACKWARD, whole)
        self.no_space = self.no_space or any(sign in whole for sign in NO_SPACE)
        for line in whole.rsplit(b"\n", LOG_LINES)[-LOG_LINES:]:
            if words := line[:LINE_BYTES].decode(errors="replace").rstrip():
                self._lines.append(words)

    def last(self) -> tuple[str, ...]:
        return tuple(self._lines)


def _count(sign: re.Pattern[bytes], text: bytes) -> int:
    """The lines with a sign in them; most texts have none."""
    if not sign.search(text):
        return 0
    return sum(sign.search(line) is not None for line in text.split(b"\n"))
