"""Streams from outside: what hundreds of them cost in memory, and how late events come.

make bench-streams
make bench-streams BENCH_ARGS="--streams 300 --jobs 6"
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from time import time

import httpx
from websockets.asyncio.client import connect

from benchmarks.footage import drawn
from benchmarks.service.accounts import forget_peak, memory_of
from benchmarks.service.findings import Finding, table
from benchmarks.service.house import FINAL, KEY, House, id_of, serving
from reelmill.ffmpeg.locate import find_ffmpeg

HEADERS = {"X-API-Key": KEY}
SMALL_SECONDS, TIMES = 2, 200


async def by_sse(
    base: str,
    job_id: str,
    hear: Callable[[dict[str, str], float], None],
    ready: asyncio.Semaphore,
) -> None:
    """Follow a job to its end with an EventSource's means."""
    limits = httpx.Limits(max_connections=1)
    async with (
        httpx.AsyncClient(headers=HEADERS, timeout=600, limits=limits) as client,
        client.stream("GET", f"{base}/jobs/{job_id}/events") as answer,
    ):
        answer.raise_for_status()
        ready.release()
        async for line in answer.aiter_lines():
            if line.startswith("data: "):
                hear(json.loads(line[6:]), time())


async def by_socket(
    base: str,
    job_id: str,
    hear: Callable[[dict[str, str], float], None],
    ready: asyncio.Semaphore,
) -> None:
    """Follow a job to its end by WebSocket."""
    url = f"ws{base.removeprefix('http')}/ws/jobs/{job_id}"
    async with connect(url, additional_headers=HEADERS, open_timeout=120) as socket:
        ready.release()
        async for text in socket:
            said = json.loads(text)
            if "event" in said:
                said["at"] = said["timestamp"]
            hear(said, time())


async def watch(house: House, jobs: list[str], streams: int, start: Callable[[], None]) -> "Seen":
    """Open all streams, half of each kind, then let the jobs run to their ends."""
    base = str(house.client.base_url).rstrip("/")
    seen, ready = Seen(), asyncio.Semaphore(0)
    watchers = [
        asyncio.create_task(
            (by_sse, by_socket)[index % 2](base, jobs[index % len(jobs)], seen.hear, ready)
        )
        for index in range(streams)
    ]
    for _ in range(streams):
        await ready.acquire()
    seen.open_mb = memory_of(house.pid).now
    seen.since = time()
    await asyncio.to_thread(start)
    await asyncio.gather(*watchers)
    return seen


class Seen:
    """What came, and how late."""

    def __init__(self) -> None:
        self.since = float("inf")
        self.open_mb = 0.0
        self.ends = 0
        self.snapshots = 0
        self.late_ms: list[float] = []

    def hear(self, said: dict[str, str], now: float) -> None:
        """A message came."""
        if "event" not in said:
            self.snapshots += "percentage" in said
            return
        self.ends += said["event"] in [f"job.{end}" for end in FINAL]
        at = datetime.fromisoformat(said["at"]).timestamp()
        if at > self.since:  # what happened before is replayed
            self.late_ms.append((now - at) * 1000)


def measure(streams: int, jobs: int, work: Path) -> list[Finding]:
    """A service whose jobs are watched."""
    small = drawn(find_ffmpeg().path, work / "small.mp4", SMALL_SECONDS)
    ample = str(10**6)
    with serving(
        work / "data", work, SOCKETS_PER_MINUTE=ample, SOCKETS_BURST=ample, CPU_SLOTS="1"
    ) as house:
        house.completed(id_of(house.from_file(small)), 0.5)
        # One long job is ahead of them, so that all streams stand before anything happens.
        long = repeated(small, work / "long.mp4")
        ahead = id_of(house.from_file(long, priority=10))
        ids = [id_of(house.from_file(small, priority=1)) for _ in range(jobs)]
        forget_peak(house.pid)
        before = memory_of(house.pid).now

        def start() -> None:
            house.client.delete(f"/jobs/{ahead}").raise_for_status()

        seen = asyncio.run(watch(house, ids, streams, start))
        after = memory_of(house.pid)
    late = sorted(seen.late_ms)
    p50, p95 = statistics.median(late), late[int(len(late) * 0.95)]
    return [
        Finding(
            f"streams to their job's end (half SSE, half WebSocket), of {streams}", f"{seen.ends}"
        ),
        Finding("growth of memory, all open, MB", f"{seen.open_mb - before:.1f}"),
        Finding(
            "- resident before / open / at the peak, MB",
            f"{before:.0f} / {seen.open_mb:.0f} / {after.peak:.0f}",
        ),
        Finding(
            "from the event's time to its receipt, ms, p50 / p95 / most",
            f"{p50:.0f} / {p95:.0f} / {late[-1]:.0f}",
        ),
        Finding("- events received live; snapshots", f"{len(late)}; {seen.snapshots}"),
    ]


def repeated(clip: Path, path: Path) -> Path:
    """Something that takes long, made at once."""
    command = [find_ffmpeg().path, "-v", "error", "-stream_loop", str(TIMES), "-i", clip]
    subprocess.run([*command, "-c", "copy", path], check=True)
    return path


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--streams", type=int, default=300)
    arguments.add_argument("--jobs", type=int, default=6)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="reelmill-bench-") as name:
        table(measure(asked.streams, asked.jobs, Path(name)))


if __name__ == "__main__":
    main()
