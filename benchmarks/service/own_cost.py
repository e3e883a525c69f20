"""What the service itself costs beside the encoding: one job, from the start to its end.

The kernel keeps both accounts: utime and stime of the service's process are its own, cutime and
cstime those of the children that it waited for. A child's account holds its launcher, a small
Python that becomes FFmpeg: some hundredths of a second each. Nothing is subtracted.
"""

from pathlib import Path

from benchmarks.service.accounts import cpu_of
from benchmarks.service.findings import Finding
from benchmarks.service.house import id_of, serving

LOOK_SECONDS = 5.0
"""Between two looks at the job: they are part of the cost, so they are few."""
MOST_PERCENT = 3.0


def own_cost(source: Path, seconds: float, work: Path) -> list[Finding]:
    """Start a service, let it do one job of a file, and look at its accounts."""
    with serving(work / "cost", source.parent) as house:
        ready = cpu_of(house.pid)
        job_id = id_of(house.from_file(source))
        house.completed(job_id, LOOK_SECONDS)
        total = cpu_of(house.pid)
    job = total - ready
    percent = 100 * total.own / total.children
    return [
        Finding(
            f"CPU of the service against its FFmpeg's, one job of {seconds:.0f} s",
            f"{percent:.1f} % ({total.own:.2f} s to {total.children:.1f} s)",
            f"< {MOST_PERCENT:g} %",
            percent < MOST_PERCENT,
        ),
        Finding("- of it the start: imports, database", share(ready.own, total.children)),
        Finding("- of it the job", share(job.own, total.children)),
    ]


def share(own: float, children: float) -> str:
    """A part of the service's CPU, in seconds and of FFmpeg's."""
    return f"{100 * own / children:.1f} % ({own:.2f} s)"
