"""What was measured, against what was wanted; as a table for eyes and one for the documents."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

HEADINGS = ("what", "measured", "goal", "reached")


@dataclass(frozen=True)
class Finding:
    """A line of the report.

    Attributes:
        reached: whether the goal is; None: there is none.
    """

    what: str
    measured: str
    goal: str = ""
    reached: bool | None = None

    @property
    def cells(self) -> tuple[str, str, str, str]:
        words = {None: "", True: "yes", False: "**no**"}
        return self.what, self.measured, self.goal, words[self.reached]


def percentile(samples: Sequence[float], percent: int) -> float:
    """The least sample that so many percent of all do not exceed (nearest rank)."""
    return sorted(samples)[max(0, math.ceil(len(samples) * percent / 100) - 1)]


def percentiles(
    what: str, seconds: Sequence[float], percents: Sequence[int], limit_ms: float | None = None
) -> Finding:
    """A line of times in milliseconds; the goal is of p95."""
    shown = " / ".join(f"{percentile(seconds, one) * 1000:.1f}" for one in percents)
    names = " / ".join(f"p{one}" for one in percents)
    what = f"{what}, ms, {names} of {len(seconds)}"
    if limit_ms is None:
        return Finding(what, shown)
    reached = percentile(seconds, 95) * 1000 < limit_ms
    return Finding(what, shown, f"p95 < {limit_ms:g}", reached)


def table(findings: Sequence[Finding]) -> None:
    """Print them for a reader at a terminal."""
    shown = Table(*HEADINGS)
    for one in findings:
        shown.add_row(*(cell.strip("*") for cell in one.cells))
    Console().print(shown)


def markdown(findings: Sequence[Finding], about: str) -> str:
    """The same for docs/performance.md."""
    rows = [HEADINGS, ("---",) * len(HEADINGS), *(one.cells for one in findings)]
    return "\n".join([about, "", *(f"| {' | '.join(row)} |" for row in rows)])
