"""A service of its own on a folder of its own, and a client that talks to it from outside."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from benchmarks.service.accounts import children_of

KEY = "an admin key for the benchmark"
FINAL = ("completed", "failed", "cancelled")
START_SECONDS = 60
STOP_SECONDS = 30
FIRST, LAST = 10, 1
"""Priorities of jobs."""


@dataclass(frozen=True)
class House:
    """A service that runs.

    Attributes:
        pid: its process.
        client: keeps its connections, as real clients do.
    """

    pid: int
    client: httpx.Client

    def from_file(self, path: Path, priority: int = 5) -> httpx.Response:
        """Ask for a job of a file."""
        body = {"file_path": str(path), "priority": priority}
        return accepted(self.client.post("/jobs/filesystem", json=body))

    def upload(self, data: bytes, priority: int = 5) -> httpx.Response:
        """Ask for a job of a small upload."""
        files = {"file": ("clip.mp4", data, "video/mp4")}
        return accepted(
            self.client.post("/jobs/upload", files=files, data={"priority": str(priority)})
        )

    def status(self, job_id: str) -> httpx.Response:
        """Ask how far a job is."""
        return self.client.get(f"/jobs/{job_id}").raise_for_status()

    def completed(self, job_id: str, look_seconds: float, limit_seconds: float = 1800) -> None:
        """Wait until a job is at its good end, looking seldom: each look costs the service."""

        def over() -> bool:
            job = self.status(job_id).json()
            if job["status"] in FINAL and job["status"] != "completed":
                raise RuntimeError(f"the job {job['status']}: {json.dumps(job['error'])}")
            return job["status"] == "completed"

        until(over, limit_seconds, look_seconds)

    def encodes(self) -> int:
        """How many FFmpeg processes it has at this moment."""
        return children_of(self.pid, "ffmpeg")


def accepted(answer: httpx.Response) -> httpx.Response:
    """An answer that promises a job.

    Raises:
        RuntimeError: it does not.
    """
    if answer.status_code != 202:
        raise RuntimeError(f"{answer.request.url} answered {answer.status_code}: {answer.text}")
    return answer


def id_of(answer: httpx.Response) -> str:
    """The job that was promised."""
    job: dict[str, Any] = answer.json()
    return job["job_id"]


def until(arrived: Callable[[], bool], limit_seconds: float, look_seconds: float = 0.1) -> None:
    """Look again and again.

    Raises:
        TimeoutError: it did not come to that.
    """
    ends = time.monotonic() + limit_seconds
    while not arrived():
        if time.monotonic() > ends:
            raise TimeoutError(f"nothing came of it within {limit_seconds} s")
        time.sleep(look_seconds)


@contextmanager
def serving(folder: Path, roots: Path, **settings: str) -> Generator[House]:
    """`reelmill serve` with a worker, until the block ends; ready when it begins.

    Args:
        folder: for its data; made.
        roots: whose files may be named in jobs.
        settings: more of them, as in the environment, without REELMILL_.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REELMILL_")}
    ours = {"ADMIN_KEY": KEY, "ROOTS": str(roots), "REQUESTS_PER_MINUTE": "1000000", **settings}
    ffmpeg = {name: os.environ[name] for name in ("REELMILL_FFMPEG",) if name in os.environ}
    command = [sys.executable, "-m", "reelmill", "serve", "--port", "0"]
    process = subprocess.Popen(
        [*command, "--data-dir", str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**kept, **ffmpeg, **{f"REELMILL_{name}": value for name, value in ours.items()}},
    )
    try:
        reader = _Reader(process)
        api = f"{reader.url()}/api/v1"
        with httpx.Client(base_url=api, headers={"X-API-Key": KEY}, timeout=120) as client:
            yield House(process.pid, client)
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        finally:
            process.kill()


class _Reader:
    """Drains what the service says, and finds out where it listens."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self._said: list[str] = []
        self._known = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()

    def url(self) -> str:
        self._known.wait(START_SECONDS)
        found = re.search(r"listening on (\S+)", "".join(self._said))
        if found is None:
            raise RuntimeError(f"the service did not start:\n{''.join(self._said)}")
        return found[1]

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if not self._known.is_set():
                self._said.append(line)
            if line.startswith("listening on"):
                self._known.set()
        self._known.set()
