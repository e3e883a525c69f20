"""The real service as processes, struck in many ways; and what must be true afterwards."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.acceptance.command import COMMAND, environment
from tests.media import read

KEY = "an admin key for the tests of faults"
FINAL = ("completed", "failed", "cancelled")
LONG_SECONDS = 150.0
STRIKING = (sys.executable, "-m", "tests.faults.striking")
"""The command, in a process that strikes itself at a chosen place."""


@dataclass
class Running:
    """A process of the service."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list[str])
    ready: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        found = re.search(r"listening on (\S+)", "".join(self.lines))
        assert found is not None, self.lines
        return found[1]

    def strike(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def kill(self) -> None:
        """Kill -9, and nothing is told to anybody."""
        self.process.kill()
        self.process.wait(20)

    def stop(self) -> float:
        """SIGTERM; the seconds until it was gone."""
        began = time.monotonic()
        self.process.terminate()
        assert self.process.wait(20) == 0, self.lines[-20:]
        return time.monotonic() - began


class House:
    """A data folder with the processes on it. They die with the test."""

    def __init__(self, folder: Path, roots: Path, **env: str) -> None:
        self.folder = folder
        self.storage = folder / "storage"
        self._env = {
            "REELMILL_ADMIN_KEY": KEY,
            "REELMILL_ROOTS": str(roots),
            "REELMILL_REQUESTS_PER_MINUTE": "100000",
            **env,
        }
        self._running: list[Running] = []
        self.url = ""

    def start(self, *words: str, strike: str = "", **env: str) -> Running:
        """Start a process, and wait until it says that it is ready."""
        command = [*(STRIKING if strike else COMMAND), *words, "--data-dir", str(self.folder)]
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            env=environment(**self._env, **env, **({"STRIKE": strike} if strike else {})),
        )
        running = Running(process)
        threading.Thread(target=self._read, args=(running,), daemon=True).start()
        self._running.append(running)
        assert running.ready.wait(30), running.lines
        assert process.poll() is None, running.lines
        if words[0] == "serve":
            self.url = running.url
        return running

    @staticmethod
    def _read(running: Running) -> None:
        assert running.process.stdout is not None
        for line in running.process.stdout:
            running.lines.append(line)
            if line.startswith(("listening on", "working in")):
                running.ready.set()
        running.ready.set()

    def serve(self, *words: str, strike: str = "", **env: str) -> Running:
        return self.start("serve", "--port", "0", *words, strike=strike, **env)

    def worker(self, strike: str = "", **env: str) -> Running:
        return self.start("worker", strike=strike, **env)

    def log(self) -> str:
        """All that its processes said."""
        return "".join(line for one in self._running for line in one.lines)

    def end(self) -> None:
        """Whatever still runs is killed."""
        for one in self._running:
            with suppress(ProcessLookupError):
                one.process.send_signal(signal.SIGCONT)
                one.kill()
            if one.process.stdout is not None:
                one.process.stdout.close()

    def ask(self, method: str, path: str, **words: Any) -> httpx.Response:
        """One request on a connection of its own."""
        headers = {"X-API-Key": KEY, **words.pop("headers", {})}
        return httpx.request(
            method, f"{self.url}/api/v1{path}", headers=headers, timeout=60, **words
        )

    def submit(self, source: Path, key: str = "", **fields: Any) -> str:
        """A job of a file; its id."""
        headers = {"Idempotency-Key": key} if key else {}
        body = {"file_path": str(source), **fields}
        answer = self.ask("POST", "/jobs/filesystem", json=body, headers=headers)
        assert answer.status_code == 202, answer.text
        return answer.json()["job_id"]

    def job(self, job_id: str) -> dict[str, Any]:
        answer = self.ask("GET", f"/jobs/{job_id}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def until(self, job_id: str, arrived: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Look at a job until it is so far."""
        ends = time.monotonic() + LONG_SECONDS
        while time.monotonic() < ends:
            job = self.job(job_id)
            if arrived(job):
                return job
            time.sleep(0.1)
        raise AssertionError(f"it never came to that: {json.dumps(self.job(job_id), indent=1)}")

    def encoding(self, job_id: str) -> dict[str, Any]:
        """Until FFmpeg is at work on it."""
        return self.until(job_id, lambda job: job["status"] == "processing" and moving(job))

    def ended(self, job_id: str) -> dict[str, Any]:
        """Until it is at its end."""
        return self.until(job_id, lambda job: job["status"] in FINAL)

    def events(self, job_id: str) -> list[str]:
        """The kinds of all lines of its log."""
        answer = self.ask("GET", f"/jobs/{job_id}/logs", params={"lines": 1000})
        return [one["kind"] for one in answer.json()["entries"] if "kind" in one]

    def children(self) -> list[int]:
        """Processes that work in the data folder: FFmpeg, wherever its parent is."""
        return [pid for pid, cwd in _places() if cwd.is_relative_to(self.storage)]

    def nothing_is_lost(self, *job_ids: str) -> None:
        """The conditions of HOSTILE.md, of jobs that have ended, with a service that runs."""
        for job_id in job_ids:
            job = self.job(job_id)
            assert job["status"] in FINAL, job
            events = self.events(job_id)
            ends = [kind for kind in events if kind in [f"job.{end}" for end in FINAL]]
            assert ends == [f"job.{job['status']}"], events
            if job["status"] == "completed":
                self.is_whole(job_id)
        self.nothing_is_left()

    def is_whole(self, job_id: str) -> None:
        """Everything that is offered is there, and is what it says; nothing else is."""
        offered = self.ask("GET", f"/jobs/{job_id}/artifacts").json()["artifacts"]
        folder = self.storage / "processed" / job_id
        paths = {one["path"] for one in offered}
        assert {"360p/video_360p.mp4", "master.m3u8", "metadata.json"} <= paths, paths
        for one in offered:
            path = folder / one["path"]
            files = [*path.parent.iterdir()] if one["segment_count"] else [path]
            assert sum(file.stat().st_size for file in files) == one["size_bytes"], one
        assert json.loads((folder / "metadata.json").read_text())["status"] == "completed"
        segments = {path for path in folder.rglob("segments/*") if path.suffix == ".ts"}
        named = {
            playlist.parent / line
            for playlist in folder.rglob("playlist.m3u8")
            for line in playlist.read_text().splitlines()
            if line and not line.startswith("#")
        }
        assert segments == named
        assert read.decode_frames(folder / "360p/video_360p.mp4")

    def nothing_is_left(self) -> None:
        """No process, no folder of an attempt; after the sweep, for which this waits."""
        ends = time.monotonic() + 30
        left: list[object] = []
        while time.monotonic() < ends:
            left = [*self.children(), *self.storage.glob(".reelmill/*")]
            if not left:
                return
            time.sleep(0.2)
        raise AssertionError(f"left behind: {left}")


def moving(job: dict[str, Any]) -> bool:
    """Whether frames have come out of an encoder."""
    return any((task["progress_percent"] or 0) > 0 for task in running(job))


def running(job: dict[str, Any]) -> list[dict[str, Any]]:
    return [task for task in job["tasks"] if task["status"] == "running"]


def _places() -> Iterator[tuple[int, Path]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                yield int(entry.name), (entry / "cwd").readlink()
