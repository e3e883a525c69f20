"""Room on the disk: how much a step is given before it begins, and how long it waits for it."""

from reelmill.model.steps import Step

MARGIN = 4
"""A quarter more than the estimate: what pictures cost is known only once they are encoded."""
FIRST_WAIT_SECONDS, MOST_WAIT_SECONDS = 5.0, 300.0
"""After an attempt that met a full disk all the same, doubled each time."""
WRITERS = frozenset(("ffmpeg", "keep"))
"""Executors whose outputs are large. What the others write is what ends a job, and is small."""


def needed_bytes(step: Step) -> int:
    """What is reserved for a step; 0: it may run on any disk."""
    return with_margin(step.cost.size_bytes) if step.executor in WRITERS else 0


def with_margin(size_bytes: int) -> int:
    """What is reserved for so many bytes."""
    return size_bytes + size_bytes // MARGIN


def wait_seconds(waits: int) -> float:
    """Before the next attempt, after so many that met a full disk."""
    return min(FIRST_WAIT_SECONDS * 2 ** min(waits, 16), MOST_WAIT_SECONDS)
