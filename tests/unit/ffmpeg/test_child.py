"""A child from its start to its end; Python stands in for FFmpeg."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from reelmill.ffmpeg import child
from reelmill.ffmpeg.child import Finished, StopRequested, run
from reelmill.ffmpeg.failure import error_of
from reelmill.ffmpeg.watchdog import Watchdog
from reelmill.model.errors import CommandFailedError, StalledError, StorageFullError

Feed = Callable[[bytes], None]


def python(
    code: str,
    folder: Path,
    *,
    pipes: Mapping[str, Feed] | None = None,
    stop: threading.Event | None = None,
    reported: Callable[[], int] = lambda: 0,
) -> Finished:
    """Run a program that finds its pipes' descriptors as its arguments."""
    return run(
        lambda given: [sys.executable, "-IS", "-c", code, *map(str, given.values())],
        cwd=folder,
        pipes=pipes or {},
        watchdog=Watchdog(folder=folder, reported=reported, stall_seconds=60),
        stop=stop,
    )


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_exit_codes_are_the_shells(tmp_path: Path) -> None:
    assert python("", tmp_path).exit_code == 0
    assert python("raise SystemExit(234)", tmp_path).exit_code == 234
    ended = python("import os; os.kill(os.getpid(), 9)", tmp_path)
    assert ended.exit_code == 137
    assert isinstance(error_of(ended), CommandFailedError)


def test_it_runs_where_it_should_with_nothing_around_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FFREPORT", "file=/tmp/x")
    code = (
        "import os, sys; print(os.getcwd(), os.nice(0), os.getpgid(0) == os.getpid(), "
        "sorted(k for k in os.environ if k != 'LC_CTYPE'), os.read(0, 1), "
        "sorted(os.listdir('/proc/self/fd')), file=sys.stderr)"
    )
    (line,) = python(code, tmp_path).log
    # the fourth descriptor is that of the listing itself
    nice = os.nice(0) + 10
    assert line == f"{tmp_path} {nice} True [] b'' ['0', '1', '2', '3']"


def test_every_pipe_is_read_to_its_end(tmp_path: Path) -> None:
    read: dict[str, bytearray] = {"a": bytearray(), "b": bytearray()}
    code = (
        "import os, sys\n"
        "for n in range(200):\n"
        "    for i, fd in enumerate(sys.argv[1:]): os.write(int(fd), b'%d' % i * 4096)\n"
        "    os.write(2, b'x' * 4000 + b'\\n')"
    )
    feeds = {name: got.extend for name, got in read.items()}
    ended = python(code, tmp_path, pipes=feeds)
    assert ended.exit_code == 0
    assert {len(got) for got in read.values()} == {200 * 4096}
    assert len({bytes(got[:1]) for got in read.values()}) == 2
    assert len(ended.log) == child.LOG_LINES
    assert max(map(len, ended.log)) == child.LINE_BYTES


def test_the_last_lines_are_kept(tmp_path: Path) -> None:
    code = "import sys\nfor n in range(1000): print('line', n, end='\\n\\n', file=sys.stderr)"
    log = python(code + "\nprint('the end', end='', file=sys.stderr)", tmp_path).log
    assert log[-2:] == ("line 999", "the end")


def test_damage_and_a_full_disk_are_heard_however_much_follows(tmp_path: Path) -> None:
    code = (
        "import sys; say = lambda *w: print(*w, file=sys.stderr)\n"
        "say('[vist#0] [error] Error submitting packet to decoder: bad')\n"
        "say('[out#0] [error] No space left on device')\n"
        "for n in range(5000): say('[x] [warning] nothing')"
    )
    ended = python(code, tmp_path)
    assert (ended.damage, ended.no_space) == (1, True)
    assert isinstance(error_of(ended), StorageFullError)


def test_no_program_is_a_failure_with_words(tmp_path: Path) -> None:
    ended = run(
        lambda _: ["/nonexistent/ffmpeg"],
        cwd=tmp_path,
        pipes={},
        watchdog=Watchdog(folder=tmp_path, reported=lambda: 0),
    )
    assert ended.exit_code == 1
    assert "/nonexistent/ffmpeg" in ended.log[-1]


class Struck(Exception):  # noqa: N818 - a stand-in for anything
    """Whatever comes out of a pipe's reader, a watchdog or a second Ctrl-C."""


def says_its_pid(pids: list[int]) -> Feed:
    return lambda data: pids.extend(int(word) for word in data.split())


SAY = "import os, sys, time; os.write(int(sys.argv[1]), b'%d\\n' % os.getpid())\n"
FOREVER = SAY + "while True: time.sleep(9)"


def test_stop_ends_it(tmp_path: Path) -> None:
    stop, pids = threading.Event(), list[int]()

    def feed(data: bytes) -> None:
        says_its_pid(pids)(data)
        stop.set()

    with pytest.raises(StopRequested):
        python(FOREVER, tmp_path, pipes={"p": feed}, stop=stop)
    assert not alive(pids[0])


def test_stop_before_the_start(tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(StopRequested):
        python("import time; time.sleep(99)", tmp_path, stop=stop)


def test_an_exception_leaves_no_process(tmp_path: Path) -> None:
    pids: list[int] = []

    def look() -> int:
        if pids:
            raise Struck
        return 0

    with pytest.raises(Struck):
        python(FOREVER, tmp_path, pipes={"p": says_its_pid(pids)}, reported=look)
    assert not alive(pids[0])


def test_grandchildren_go_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "TERM_SECONDS", 0.2)
    pids: list[int] = []
    code = "import signal, os, sys, time\nsignal.signal(15, signal.SIG_IGN); os.fork()\n" + FOREVER

    def look() -> int:
        if len(pids) == 2:
            raise Struck
        return 0

    with pytest.raises(Struck):
        python(code, tmp_path, pipes={"p": says_its_pid(pids)}, reported=look)
    deadline = time.monotonic() + 5
    while any(alive(pid) for pid in pids):  # an orphan is reaped by another
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_whoever_ignores_term_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "TERM_SECONDS", 0.3)
    stop, pids = threading.Event(), list[int]()

    def feed(data: bytes) -> None:
        says_its_pid(pids)(data)
        stop.set()

    code = "import signal; signal.signal(15, signal.SIG_IGN)\n" + FOREVER
    started = time.monotonic()
    with pytest.raises(StopRequested):
        python(code, tmp_path, pipes={"p": feed}, stop=stop)
    assert not alive(pids[0])
    assert time.monotonic() - started < 10


def test_a_stopped_child_can_be_ended(tmp_path: Path) -> None:
    pids: list[int] = []

    def look() -> int:
        if pids:
            os.kill(pids[0], signal.SIGSTOP)
            raise StalledError("stopped")
        return 0

    with pytest.raises(StalledError):
        python(FOREVER, tmp_path, pipes={"p": says_its_pid(pids)}, reported=look)
    assert not alive(pids[0])


def test_ctrl_c_while_waiting_for_the_end_kills(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one comes in the five seconds that TERM is given."""
    stop, pids = threading.Event(), list[int]()

    def feed(data: bytes) -> None:
        says_its_pid(pids)(data)
        stop.set()

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    code = (
        "import signal, os\n"
        "signal.signal(15, lambda *_: os.kill(os.getppid(), signal.SIGUSR1))\n" + FOREVER
    )
    before = signal.signal(signal.SIGUSR1, interrupted)
    monkeypatch.setattr(child, "TERM_SECONDS", 60.0)
    try:
        with pytest.raises(KeyboardInterrupt):
            python(code, tmp_path, pipes={"p": feed}, stop=stop)
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert not alive(pids[0])


def test_a_child_that_closed_everything_is_still_watched(tmp_path: Path) -> None:
    stop, seen = threading.Event(), list[bytes]()

    def feed(data: bytes) -> None:
        seen.append(data)
        if not data:
            stop.set()

    code = "import os, time\nfor fd in range(1, 1024):\n    try: os.close(fd)\n"
    code += "    except OSError: pass\ntime.sleep(99)"
    with pytest.raises(StopRequested):
        python(code, tmp_path, pipes={"p": feed}, stop=stop)
    assert seen == [b""]


def test_nothing_is_left_open(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        python("", tmp_path, pipes={"a": bytearray().extend, "b": bytearray().extend})
        with pytest.raises(Struck):
            run(
                _no_command,
                cwd=tmp_path,
                pipes={"a": bytearray().extend},
                watchdog=Watchdog(folder=tmp_path, reported=lambda: 0),
            )
        with pytest.raises(FileNotFoundError):
            python("", tmp_path / "missing", pipes={"a": bytearray().extend})
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def _no_command(_: Mapping[str, int]) -> list[str]:
    raise Struck
