"""The process that forks a reader for each file: `python -I zygote.py SOCKET`.

It loads PyAV once and never opens media itself. Each request comes with open files: a fork of this
process shuts itself in, so that it can open nothing and reach nobody, reads them, answers and
ends. What one file does to its reader, the next file's does not see.
"""

import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import sys
import time
from pathlib import Path

import av

if __name__ == "__main__":  # by its path: this file's own Reelmill, whatever else is installed
    sys.path.insert(0, str(Path(__file__).parents[3]))

from reelmill.ffmpeg.launcher import watch_parent
from reelmill.ffmpeg.measure import measure_file, measure_segment
from reelmill.ffmpeg.probe import probe_open_file
from reelmill.ffmpeg.sandbox.confine import confine
from reelmill.model.errors import ReelmillError, ResourceExceededError
from reelmill.model.value import Value

REQUEST_BYTES, MOST_FILES = 1 << 16, 4
HIGHEST_DESCRIPTOR = 4096


def load_everything() -> None:
    """PyAV imports what it needs for a kind of stream when it meets one: too late in a fork."""
    for found in pkgutil.walk_packages(av.__path__, "av."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)


class Zygote:
    """Forks, waits, and kills what takes too long."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._readers: dict[int, tuple[int, float]] = {}
        """Where each one's end is told, and when it has to have come."""
        self._woken, waking = os.pipe()
        for end in (self._woken, waking):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, _woken)
        signal.set_wakeup_fd(waking)

    def serve(self) -> None:
        """Until the other side of the socket is closed."""
        while True:
            ends = [end for _, end in self._readers.values()]
            patience = max(0.0, min(ends) - time.monotonic()) if ends else None
            ready, _, _ = select.select([self._control, self._woken], [], [], patience)
            if self._woken in ready:
                os.read(self._woken, 512)
            self._reap()
            if self._control in ready:
                message, files, _, _ = socket.recv_fds(self._control, REQUEST_BYTES, MOST_FILES)
                if not message:
                    return
                self._begin(json.loads(message), files)

    def _begin(self, request: dict[str, object], files: list[int]) -> None:
        result, *media = files
        parent, pid = os.getpid(), os.fork()
        if pid == 0:
            _become_reader(parent, request, result, media)
        for one in media:
            os.close(one)
        self._readers[pid] = (result, time.monotonic() + float(str(request["timeout_seconds"])))

    def _reap(self) -> None:
        now = time.monotonic()
        for pid, (result, end) in [*self._readers.items()]:
            late = now >= end
            if late:
                os.kill(pid, signal.SIGKILL)
            ended, status = os.waitpid(pid, 0 if late else os.WNOHANG)
            if ended:
                del self._readers[pid]
                said = "late" if late else str(os.waitstatus_to_exitcode(status))
                with open(result, "wb", closefd=True) as told:  # noqa: PTH123 - a descriptor
                    try:
                        told.write(f"\n{said}".encode())
                        told.flush()
                    except BrokenPipeError:  # nobody waits for it any more
                        continue


def _woken(number: int, frame: object) -> None:
    """Nothing: that there is a handler makes the signal write into the pipe."""
    del number, frame


def _become_reader(parent: int, request: dict[str, object], result: int, media: list[int]) -> None:
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        watch_parent(parent)
        os.dup2(0, 2)  # nobody reads what decoders say
        _close_all_but({0, 1, 2, result, *media})
        confine([str(word) for word in _list(request["profile"])], sealed=True)
        answer = _answer(request, media)
        while answer:
            answer = answer[os.write(result, answer) :]
        code = 0
    finally:
        os._exit(code)


def _close_all_but(kept: set[int]) -> None:
    low = 0
    for high in (*sorted(kept), HIGHEST_DESCRIPTOR):
        if low < high:  # an empty range from 0 would close everything
            os.closerange(low, high)
        low = high + 1


def _answer(request: dict[str, object], media: list[int]) -> bytes:
    try:
        return b"+" + _work(request, media).to_json().encode()
    except MemoryError:
        error: ReelmillError = ResourceExceededError("The file takes more memory than it may.")
    except ReelmillError as found:
        error = found
    told = {"code": error.code, "message": error.message, "detail": error.detail}
    return b"-" + json.dumps(told).encode()


def _work(request: dict[str, object], media: list[int]) -> Value:
    match request["task"]:
        case "probe":
            source, key_frames = str(request["source"]), bool(request["key_frames"])
            return probe_open_file(media[0], source=source, key_frames=key_frames)
        case "measure_segment":
            return measure_segment(media[0], media[1] if len(media) > 1 else None)
        case _:
            muxer, first = request["muxer"], bool(request["decode_first"])
            named = None if muxer is None else str(muxer)
            return measure_file(media[0], muxer=named, decode_first=first)


def _list(value: object) -> list[object]:
    return [*value] if isinstance(value, list) else []


if __name__ == "__main__":
    load_everything()
    gc.freeze()  # so that collections in the forks touch, and copy, as little as possible
    Zygote(socket.socket(fileno=int(sys.argv[1]))).serve()
