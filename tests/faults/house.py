"""The real service as processes, struck in many ways; and what must be true afterwards."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import suppress
from pathlib import Path

from tests.acceptance.command import COMMAND
from tests.acceptance.running import FINAL, KEY, Installation, Running
from tests.media import read

STRIKING = (sys.executable, "-m", "tests.faults.striking")
"""The command, in a process that strikes itself at a chosen place."""
SEGMENTS = frozenset((".ts", ".m4s", ".mp4"))
USUAL = {"360p/video_360p.mp4", "master.m3u8", "metadata.json"}
"""Some of what a job makes where nothing else is asked for."""


class House(Installation):
    """An installation with a look at its insides."""

    def __init__(self, folder: Path, roots: Path, **env: str) -> None:
        usual = {
            "REELMILL_ADMIN_KEY": KEY,
            "REELMILL_ROOTS": str(roots),
            "REELMILL_REQUESTS_PER_MINUTE": "100000",
        }
        super().__init__(folder, **{**usual, **env})

    def command(self, env: Mapping[str, str]) -> Sequence[str]:
        return STRIKING if env.get("STRIKE") else COMMAND

    def serve(self, *words: str, strike: str = "", **env: str) -> Running:
        return super().serve(*words, STRIKE=strike, **env)

    def worker(self, strike: str = "", **env: str) -> Running:
        return super().worker(STRIKE=strike, **env)

    def children(self) -> list[int]:
        """Processes that work in the data folder: FFmpeg, wherever its parent is."""
        return [pid for pid, cwd in _places() if cwd.is_relative_to(self.storage)]

    def nothing_is_lost(self, *job_ids: str, files: Set[str] = USUAL) -> None:
        """The conditions of HOSTILE.md, of jobs that have ended, with a service that runs."""
        for job_id in job_ids:
            job = self.job(job_id)
            assert job["status"] in FINAL, job
            events = self.events(job_id)
            ends = [kind for kind in events if kind in [f"job.{end}" for end in FINAL]]
            assert ends == [f"job.{job['status']}"], events
            if job["status"] == "completed":
                self.is_whole(job_id, files)
        self.nothing_is_left()

    def is_whole(self, job_id: str, wanted: Set[str] = USUAL) -> None:
        """Everything that is offered is there, and is what it says; nothing else is."""
        offered = self.ask("GET", f"/jobs/{job_id}/artifacts").json()["artifacts"]
        folder = self.storage / "processed" / job_id
        paths = {one["path"] for one in offered}
        assert wanted <= paths, paths
        for one in offered:
            path = folder / one["path"]
            files = files_in(path) if one["segment_count"] else [path]
            assert sum(file.stat().st_size for file in files) == one["size_bytes"], one
        assert json.loads((folder / "metadata.json").read_text())["status"] == "completed"
        segments = {path for path in folder.rglob("segments*/*") if path.suffix in SEGMENTS}
        named = {
            playlist.parent / name
            for playlist in folder.rglob("playlist.m3u8")
            for name in files_of(playlist.read_text())
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


def files_in(listed: Path) -> list[Path]:
    """What is counted of the artifact that a list makes: what fMP4 begins with is not."""
    return [listed, *listed.parent.glob("segment_*")]


def files_of(playlist: str) -> Iterator[str]:
    """What a playlist of HLS names: segments, and what they begin with."""
    for line in playlist.splitlines():
        if line.startswith("#EXT-X-MAP:"):
            yield line.split('"')[1]
        elif line and not line.startswith("#"):
            yield line


def _places() -> Iterator[tuple[int, Path]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                yield int(entry.name), (entry / "cwd").readlink()
