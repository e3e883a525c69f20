"""What follows when an attempt fails: another one, its parts apart, or the end."""

from collections.abc import Mapping

from reelmill.model.results import Failure
from reelmill.model.room import wait_seconds
from reelmill.model.steps import Step
from reelmill.model.work import Claim, EndingOutcome

RETRIES = 3
"""Attempts that may fail by their own fault before the step is given up (reference, 3.4)."""
MOST_ATTEMPTS = 10
"""Of all kinds: a step that takes every worker down with it is given up as well."""
LOST_SECONDS = 5.0
"""Before a step is begun again whose worker was lost."""
FIRST_DELAY_SECONDS, MOST_DELAY_SECONDS = 300.0, 1800.0
"""Back-off for what time may mend: 5, 10, 20, at most 30 minutes (reference, 3.4)."""

ONCE = frozenset(("stalled", "internal"))
"""Errors after which one more attempt is made, soon."""
SPLIT_HELPS = frozenset(("command_failed", "output_invalid", "stalled"))
"""Errors that one output may have alone, or that outputs have only together: some graphs hang
(docs/adr/0009). A full disk or a damaged source is everybody's."""


def decide(
    claim: Claim, failures: Mapping[str, Failure]
) -> tuple[EndingOutcome, float, tuple[Step, ...]]:
    """How an attempt ends that did not make these outputs.

    Returns:
        The outcome, the seconds until another attempt, the steps that take this one's place.
    """
    codes = {why.code for why in failures.values()}
    if not codes:
        return "completed", 0.0, ()
    parts = tuple(one for one in claim.step.split if set(one.outputs) & failures.keys())
    if parts and codes <= SPLIT_HELPS:
        return "separated", 0.0, parts
    if "storage_full" in codes:  # to wait for room is no failure, however often
        return "no_room", wait_seconds(claim.waits), ()
    if claim.attempt - claim.waits >= MOST_ATTEMPTS:
        return "failed", 0.0, ()
    if codes <= ONCE:
        return ("again", LOST_SECONDS, ()) if claim.failures < 1 else ("failed", 0.0, ())
    if all(why.retryable for why in failures.values()) and claim.failures < RETRIES:
        return "again", delay_seconds(claim.failures), ()
    return "failed", 0.0, ()


def delay_seconds(failures: int) -> float:
    """Before the next attempt, after so many earlier failures."""
    return min(FIRST_DELAY_SECONDS * 2**failures, MOST_DELAY_SECONDS)
