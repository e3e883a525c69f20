"""Estimates against what happened: ten jobs to learn from, then others, through the service.

make bench-estimates
make bench-estimates BENCH_ARGS="--jobs 30 --source film.mp4 --source talk.mp4"
"""

import argparse
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

from benchmarks.clock import machine
from benchmarks.footage import drawn
from benchmarks.service.findings import Finding, markdown, table
from benchmarks.service.house import House, serving
from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.ffmpeg.probe import probe

LEARNED = 10
EXCERPT_SECONDS = 6
TIME_WITHIN, SIZE_WITHIN, GOAL = 0.25, 0.20, 0.9

Body = dict[str, Any]


def asked(output: str, *operations: Body, **words: object) -> Body:
    """A conversion without its input."""
    how = [{"type": "transcode", **words}] if words else []
    return {"output": output, "operations": [*operations, *how]}


SMALLER = {"type": "resize", "height": 360}
CONVERSIONS = (
    asked("mp4", preset="medium", crf=23),
    asked("mp4", preset="fast", crf=20),
    asked("mp4", preset="veryfast", crf=26),
    asked("mp4", preset="fast", video_bitrate="1500k"),
    asked("mp4", SMALLER, preset="medium", crf=23),
    asked("mp4", SMALLER, {"type": "watermark", "text": "Reelmill"}, preset="fast", crf=23),
    asked("mp4", {"type": "trim", "duration": 3}, SMALLER, preset="medium", crf=25),
    asked("mp4", {"type": "filter", "denoise": "medium"}, preset="veryfast", crf=23),
    asked("mp4", SMALLER, video_codec="hevc", preset="fast", crf=28),
    asked("webm", SMALLER, video_codec="vp9", preset="veryfast", crf=34),
    asked("mp3", {"type": "extract_audio"}),
)


@dataclass(frozen=True)
class Outcome:
    """A figure as it was estimated, and as it came."""

    name: str
    said: tuple[float, float, float]
    """Seconds of the job, of CPU; bytes."""
    happened: tuple[float, float, float]
    calibrated_by: int


def excerpts(sources: Sequence[Path], folder: Path) -> list[Path]:
    """Two of each source, as they are: other parts of the same footage."""
    made: list[Path] = []
    for number, source in enumerate(sources):
        length = float(probe(source).duration_seconds or 0)
        for part, share in enumerate((0.1, 0.6)):
            path = folder / f"{number}-{part}{source.suffix}"
            command = [find_ffmpeg().path, "-v", "error", "-ss", f"{length * share:.2f}"]
            command += ["-i", source, "-t", str(EXCERPT_SECONDS), "-map", "0:v:0", "-map", "0:a:0?"]
            subprocess.run([*command, "-c", "copy", path], check=True)
            made.append(path)
    return made


def done(house: House, database: Path, source: Path, how: Body) -> Outcome:
    """Ask what a conversion would take, then have it done."""
    body = {"input": str(source), **how}
    said = house.client.post("/estimate", json=body).raise_for_status().json()
    answer = house.client.post("/convert", json=body).raise_for_status().json()
    job_id = answer["job"]["id"]
    house.completed(job_id, 0.2)
    job = house.status(job_id).json()
    with closing(sqlite3.connect(database)) as connection:
        cpu_seconds = connection.execute(
            "SELECT sum(a.cpu_seconds) FROM attempts a JOIN jobs j ON j.number = a.job_number"
            " WHERE j.job_id = ?",
            (job_id,),
        ).fetchone()[0]
    estimated = said["estimated"]
    words = [str(one.get("video_codec", one["type"])) for one in how["operations"]]
    return Outcome(
        name=f"{source.name} to {how['output']}: {', '.join(words)}",
        said=(
            estimated["duration_seconds"],
            said["factors"]["cpu_seconds"],
            estimated["output_size_bytes"],
        ),
        happened=(
            job["processing_time_seconds"],
            cpu_seconds,
            sum(one["size_bytes"] for one in job["outputs"].values()),
        ),
        calibrated_by=said["factors"]["calibrated_by"],
    )


def rate(outcomes: Sequence[Outcome], figure: int, within: float) -> float:
    """The share of estimates that were off by no more than that, of what happened."""
    near = [
        abs(o.said[figure] - o.happened[figure]) <= within * o.happened[figure] for o in outcomes
    ]
    return sum(near) / len(near)


def measure(sources: Sequence[Path], jobs: int, seed: int, work: Path) -> list[Finding]:
    """A new service that learns from ten jobs, and is then asked about the others."""
    clips = excerpts(sources, work)
    wanted = [*product(clips, CONVERSIONS)]
    random.Random(seed).shuffle(wanted)
    data = work / "data"
    with serving(data, work, CPU_SLOTS="1") as house:
        made: list[Outcome] = []
        for source, how in wanted[: LEARNED + jobs]:
            one = done(house, data / "reelmill.db", source, how)
            made.append(one)
            ratios = [f"{was / said:.2f}" for said, was in zip(one.said, one.happened, strict=True)]
            print(f"{len(made):3} {one.name}: {' '.join(ratios)}", file=sys.stderr)
    first, rest = made[:LEARNED], made[LEARNED:]
    known = [one for one in rest if one.calibrated_by]
    return [
        *_lines("the first ten, by the table alone or nearly", first),
        *_lines(f"the {len(rest)} after them", rest, goal=True),
        *_lines(f"- the {len(known)} of kinds that were among the ten", known),
    ]


def _lines(whose: str, outcomes: Sequence[Outcome], *, goal: bool = False) -> list[Finding]:
    def line(what: str, figure: int, within: float, wanted: bool) -> Finding:
        share = rate(outcomes, figure, within)
        words = f"{whose}: {what} within {within:.0%}"
        if not wanted:
            return Finding(words, f"{share:.0%}")
        return Finding(words, f"{share:.0%}", f"{GOAL:.0%}", share >= GOAL)

    figures: list[tuple[str, int, float, bool]] = [
        ("duration", 0, TIME_WITHIN, goal),
        ("CPU", 1, TIME_WITHIN, False),
        ("size", 2, SIZE_WITHIN, goal),
    ]
    return [line(*one) for one in figures] if outcomes else []


def _drawn(work: Path) -> list[Path]:
    ffmpeg = find_ffmpeg().path
    kinds = ("lively", "calm", "camera")
    return [drawn(ffmpeg, work / f"{kind}.mp4", 2 * EXCERPT_SECONDS, kind) for kind in kinds]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--source", type=Path, action="append", help="footage beside the drawn")
    arguments.add_argument("--jobs", type=int, default=40, help="beyond the ten")
    arguments.add_argument("--seed", type=int, default=1, help="of the order of jobs")
    asked_for = arguments.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(prefix="reelmill-bench-") as name:
        work = Path(name)
        sources = [*(asked_for.source or ()), *_drawn(work)]
        findings = measure(sources, asked_for.jobs, asked_for.seed, work)
    table(findings)
    about = f"{machine()}, FFmpeg {find_ffmpeg().version}, {datetime.now(UTC):%Y-%m-%d}"
    print(markdown(findings, f"{about}; load {load:.1f} before, {os.getloadavg()[0]:.1f} after."))


if __name__ == "__main__":
    main()
