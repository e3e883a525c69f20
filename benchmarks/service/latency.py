"""How long clients wait for answers while every core encodes."""

import time
from collections.abc import Callable
from pathlib import Path

import httpx

from benchmarks.service.findings import Finding, percentiles
from benchmarks.service.house import FIRST, LAST, House, id_of, serving, until

ENCODES = 2
QUEUED = 6
"""Long jobs that wait when the first ones begin, so that there is always one."""
ENCODE_SECONDS = 60
"""A long job is encoded after that time at the latest."""
PERCENTS = (50, 95, 99)
CREATE_MS, STATUS_MS = 200.0, 100.0


class _Watch:
    """Measures requests, but only while the encodes run."""

    def __init__(self, house: House, long: Path) -> None:
        self._house, self._long = house, long
        self._times: dict[str, list[float]] = {}
        self._doubtful = 0

    def encoding(self) -> None:
        """Wait until all encodes run; another long job is queued if they came to an end."""
        if self._house.encodes() < ENCODES:
            self._doubtful += 1
            self._house.from_file(self._long, FIRST)
            until(lambda: self._house.encodes() >= ENCODES, ENCODE_SECONDS)

    def time(self, what: str, ask: Callable[[], httpx.Response]) -> httpx.Response:
        began = time.perf_counter()
        answer = ask()
        self._times.setdefault(what, []).append(time.perf_counter() - began)
        return answer

    def findings(self) -> list[Finding]:
        limits = {"create": CREATE_MS, "upload": CREATE_MS, "status": STATUS_MS}
        return [
            *(
                percentiles(what, times, PERCENTS, limits[what.split()[0]])
                for what, times in self._times.items()
            ),
            Finding("- rounds before which an encode had just ended", str(self._doubtful)),
        ]


def latency(
    small: Path, long: Path, work: Path, rounds: int, pause_seconds: float
) -> list[Finding]:
    """Ask in rounds: make a job of a file and one of an upload, look at a new and at a busy one.

    Args:
        small: what the jobs are made of; they wait behind the long ones.
        long: what is encoded meanwhile.
        work: for the data folder.
        rounds: samples of each.
        pause_seconds: between rounds; what was accepted is inspected meanwhile, as it is in use.
    """
    data = small.read_bytes()
    with serving(work / "latency", work, CPU_SLOTS=str(ENCODES)) as house:
        busy = [id_of(house.from_file(long, FIRST)) for _ in range(ENCODES + QUEUED)]
        watch = _Watch(house, long)
        until(lambda: house.encodes() >= ENCODES, ENCODE_SECONDS)
        house.upload(data, LAST)  # the first of its kind, and not counted
        for _ in range(rounds):
            watch.encoding()
            made = watch.time("create from a file", lambda: house.from_file(small, LAST))
            sent = watch.time("upload of a small file", lambda: house.upload(data, LAST))
            for job_id in (id_of(made), id_of(sent), busy[0]):
                watch.time("status", lambda job_id=job_id: house.status(job_id))
            time.sleep(pause_seconds)
        return watch.findings()
