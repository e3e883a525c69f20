"""The service from outside: what it costs, how fast it answers, what it keeps in memory.

make bench-service
make bench-service BENCH_ARGS="--only latency claim --samples 300"
"""

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.clock import machine
from benchmarks.footage import drawn
from benchmarks.service.claiming import claiming
from benchmarks.service.findings import Finding, markdown, table
from benchmarks.service.latency import latency
from benchmarks.service.memory import memory
from benchmarks.service.own_cost import own_cost
from reelmill.ffmpeg.capabilities import probe_capabilities
from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.ffmpeg.probe import probe

SMALL_SECONDS, LONG_SECONDS = 2, 60
BUSY_LOAD = 0.3


@dataclass(frozen=True)
class Given:
    """What to measure with."""

    work: Path
    source: Path | None
    samples: int
    pause_seconds: float
    upload_gb: float

    def small(self) -> Path:
        """Two seconds."""
        return self._clip("small.mp4", SMALL_SECONDS)

    def long(self) -> Path:
        """A minute, or the footage that was given."""
        return self._clip("long.mp4", LONG_SECONDS, self.source)

    def _clip(self, name: str, seconds: int, footage: Path | None = None) -> Path:
        path = self.work / name
        if not path.exists() and footage is not None:
            path.write_bytes(footage.read_bytes())
        return path if path.exists() else drawn(find_ffmpeg().path, path, seconds)


def _cost(given: Given) -> list[Finding]:
    source = given.long()
    return own_cost(source, float(probe(source).duration_seconds or 0), given.work)


def _latency(given: Given) -> list[Finding]:
    rounds, pause = given.samples, given.pause_seconds
    return latency(given.small(), given.long(), given.work, rounds, pause)


def _memory(given: Given) -> list[Finding]:
    return memory(given.small(), given.work, int(given.upload_gb * 1e9))


def _claim(given: Given) -> list[Finding]:
    return claiming(given.small(), given.work, given.samples)


PARTS: dict[str, Callable[[Given], list[Finding]]] = {
    "cost": _cost,
    "latency": _latency,
    "memory": _memory,
    "claim": _claim,
}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--only", nargs="+", choices=PARTS, default=[*PARTS])
    arguments.add_argument("--source", type=Path, help="footage to use instead of a drawn minute")
    arguments.add_argument("--samples", type=int, default=200, help="of each kind of request")
    arguments.add_argument("--pause", type=float, default=0.5, help="seconds between rounds")
    arguments.add_argument("--upload-gb", type=float, default=5.0, help="needs as much free disk")
    asked = arguments.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended like by Ctrl-C: tidily
    probe_capabilities(find_ffmpeg())  # tried once on every machine, and then remembered
    load = os.getloadavg()[0]
    findings: list[Finding] = []
    with tempfile.TemporaryDirectory(prefix="reelmill-bench-") as name:
        given = Given(Path(name), asked.source, asked.samples, asked.pause, asked.upload_gb)
        for part in asked.only:
            print(f"measuring: {part}", file=sys.stderr)
            findings += PARTS[part](given)
    table(findings)
    print(markdown(findings, _about(load)))


def _about(load: float) -> str:
    """Where and when, and whether anybody else was there."""
    company = "nobody else" if load < BUSY_LOAD else "others"
    system = next(
        line.partition("=")[2].strip('"')
        for line in Path("/etc/os-release").read_text().splitlines()
        if line.startswith("PRETTY_NAME=")
    )
    return (
        f"{machine()}, {system}, FFmpeg {find_ffmpeg().version}, SQLite, "
        f"{datetime.now(UTC):%Y-%m-%d}; {company} worked on the machine at the time "
        f"(load {load:.1f} before the first measurement)."
    )


if __name__ == "__main__":
    main()
