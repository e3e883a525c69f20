"""The service as an operator starts it: real processes on one data folder."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from tests.acceptance.command import COMMAND, Ran, environment, here, reelmill

KEY = "an admin key for the tests"
FINAL = ("completed", "failed", "cancelled")
LONG_SECONDS = 150.0
NO_TLS = False
"""For httpx, which else reads all authorities for each request: 27 ms of CPU, for nothing here."""
CHEAP: dict[str, Any] = {
    "rungs": ["360p"],
    "preset": "ultrafast",
    "packaging": [],
    "quality": False,
    "mp3": False,
    "thumbnail_positions": [],
}
"""Settings of a job that is soon done."""


@dataclass(eq=False)
class Running:
    """A process of the service."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list[str])
    ready: threading.Event = field(default_factory=threading.Event)
    silent: threading.Event = field(default_factory=threading.Event)
    """It has ended, and all that it said is in lines."""

    @property
    def url(self) -> str:
        found = self.told(r"listening on (\S+)")
        assert found is not None, self.lines
        return found

    def told(self, pattern: str) -> str | None:
        """What it printed in the place of the pattern's group."""
        found = re.search(pattern, "".join(self.lines))
        return found[1] if found else None

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
        seconds = time.monotonic() - began
        assert self.silent.wait(20)
        return seconds


class Installation:
    """A data folder with the processes on it. They die with the test."""

    def __init__(self, folder: Path, key: str = KEY, **env: str) -> None:
        self.folder = folder
        self.storage = folder / "storage"
        self.key = key
        self._env = env
        self._running: list[Running] = []
        self.url = ""

    def command(self, env: Mapping[str, str]) -> Sequence[str]:
        """What is started, with this environment."""
        del env
        return COMMAND

    def start(self, *words: str, **env: str) -> Running:
        """Start a process, and wait until it says that it is ready."""
        process = subprocess.Popen(
            [*self.command(env), *words, "--data-dir", str(self.folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            env=environment(**{**self._env, **env}),
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
        running.silent.set()

    def serve(self, *words: str, **env: str) -> Running:
        return self.start("serve", "--port", "0", *words, **env)

    def worker(self, **env: str) -> Running:
        return self.start("worker", **env)

    def said(self) -> str:
        """All that its processes said."""
        return "".join(line for one in self._running for line in one.lines)

    def end(self, *kept: Running) -> None:
        """Whatever still runs is killed, but for what is kept."""
        ended = [one for one in self._running if one not in kept]
        self._running = [*kept]
        for one in ended:
            with suppress(ProcessLookupError):
                one.process.send_signal(signal.SIGCONT)
                one.kill()
            one.silent.wait(5)  # a stream that is being read must not be closed
            if one.process.stdout is not None:
                one.process.stdout.close()

    def run(self, *words: str | Path, **env: str) -> Ran:
        """A command about this folder, as a process of its own."""
        return reelmill(*words, "--data-dir", self.folder, env={**self._env, **env})

    def here(self, *words: str | Path, **env: str) -> Ran:
        """The same in this process, which is sooner."""
        return here(*words, "--data-dir", self.folder, env={**self._env, **env})

    def ask(self, method: str, path: str, **words: Any) -> httpx.Response:
        """One request on a connection of its own."""
        headers = {"X-API-Key": self.key, **words.pop("headers", {})}
        url = f"{self.url}/api/v1{path}"
        return httpx.request(method, url, headers=headers, timeout=60, verify=NO_TLS, **words)

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

    def log(self, job_id: str) -> list[dict[str, Any]]:
        """The events of a job."""
        answer = self.ask("GET", f"/jobs/{job_id}/logs", params={"lines": 1000})
        return [one for one in answer.json()["entries"] if "kind" in one]

    def events(self, job_id: str) -> list[str]:
        """The kinds of all lines of its log."""
        return [one["kind"] for one in self.log(job_id)]


def moving(job: dict[str, Any]) -> bool:
    """Whether frames have come out of an encoder."""
    return any((task["progress_percent"] or 0) > 0 for task in running(job))


def running(job: dict[str, Any]) -> list[dict[str, Any]]:
    return [task for task in job["tasks"] if task["status"] == "running"]


def in_order(logs: Mapping[str, list[dict[str, Any]]], priorities: Mapping[str, int]) -> None:
    """No job waited, ready, while a worse one was begun: by priority, then by age.

    The times are those of transactions that write, which come one after the other.
    """

    def first(job: str, kind: str, step: str | None = None) -> datetime:
        found = (one for one in logs[job] if one["kind"] == kind)
        at = next(one["at"] for one in found if step in (None, one["data"].get("step")))
        return datetime.fromisoformat(at)

    best = sorted(logs, key=lambda job: (-priorities[job], first(job, "job.queued")))
    for ready, step in (("job.queued", "inspect"), ("job.processing", "mp4_360p")):
        for place, job in enumerate(best):
            since, until = first(job, ready), first(job, "step.begun", step)
            for worse in best[place + 1 :]:
                assert not since < first(worse, "step.begun", step) < until, (job, worse)
