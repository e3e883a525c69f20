"""What the sandbox costs: `make bench-sandbox`.

The same work with and without, in turns, so that what else the machine does hits both; of each
the median. Ratios travel between machines, milliseconds do not.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.ffmpeg.probe import probe
from reelmill.ffmpeg.reader.reader import Reader
from reelmill.ffmpeg.sandbox.launch import launched
from reelmill.ffmpeg.sandbox.level import sandbox_level
from reelmill.ffmpeg.sandbox.profile import profile_of
from tests.media.clips import clip_file


def in_turns(count: int, *works: Callable[[], object]) -> list[float]:
    """Median milliseconds of each."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(count + 1):
        for work, found in zip(works, times, strict=True):
            began = time.perf_counter()
            work()
            found.append(1000 * (time.perf_counter() - began))
    return [statistics.median(found[1:]) for found in times]  # the first one warms up


def told(what: str, without: float, with_it: float) -> None:
    print(f"{what:34} {without:9.1f} ms {with_it:9.1f} ms {with_it / without:7.2f} x")


def main() -> None:
    ffmpeg = find_ffmpeg().path
    print(f"sandbox: {sandbox_level()}; Python {sys.version.split()[0]}\n")
    print(f"{'':34} {'without':>12} {'with':>12}")
    with TemporaryDirectory() as name:
        out = Path(name)
        profile = profile_of(ffmpeg, sources=(clip_file("plain_720p"),), out=out)

        def run(walled: bool, *words: str) -> Callable[[], object]:
            command = [str(ffmpeg), "-v", "error", "-nostdin", "-y", *words]
            chosen = profile if walled else None
            return lambda: subprocess.run(launched(command, chosen), cwd=out, check=True)

        def both(what: str, count: int, *words: str) -> None:
            told(what, *in_turns(count, run(False, *words), run(True, *words)))

        source = ("-i", f"file:{clip_file('plain_720p')}", "-map", "0:v")
        bare = [str(ffmpeg), "-v", "error", "-L"]
        none, launcher = in_turns(
            30,
            lambda: subprocess.run(bare, stdout=subprocess.DEVNULL, check=True),
            lambda: subprocess.run(launched(bare, None), stdout=subprocess.DEVNULL, check=True),
        )
        told("launcher alone, around a start", none, launcher)
        both("start of a child", 30, "-f", "lavfi", "-i", "anullsrc=d=0.01", "-f", "null", "-")
        both("decode 720p", 8, *source, "-f", "null", "-")
        both("x264 medium 720p", 5, *source, "-c:v", "libx264", "-f", "mp4", "file:out.mp4")
        both(
            "x264 ultrafast 360p",
            8,
            *(*source, "-vf", "scale=-2:360", "-c:v", "libx264", "-preset", "ultrafast"),
            *("-f", "hls", "-hls_time", "1", "file:out.m3u8"),
        )
    reader = Reader()
    try:
        for clip in ("plain", "mkv_rich"):
            path = clip_file(clip)
            works = (lambda path=path: probe(path), lambda path=path: reader.probe(path))
            told(f"probe {clip}", *in_turns(40, *works))
    finally:
        reader.close()

    def first() -> None:
        one = Reader()
        one.probe(clip_file("plain"))
        one.close()

    print(f"{'first probe, with its process':34} {'':12} {in_turns(5, first)[0]:9.1f} ms")


if __name__ == "__main__":
    main()
