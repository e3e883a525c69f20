"""What somebody should know of outputs that were made, but not as planned."""

from collections.abc import Iterable, Mapping

from reelmill.model.results import Artifact
from reelmill.model.steps import Expectation, Notice


def separated_notice(step: str, why: str) -> Notice:
    """A fused step did not work out, and was run in parts."""
    message = f"{step} was run in separate steps, as one process failed: {why}"
    return Notice(code="steps_separated", message=message)


def damage_notices(
    damage: int, wanted: Iterable[Expectation], made: Mapping[str, Artifact]
) -> list[Notice]:
    """Parts of the source that could not be used, and outputs that are shorter for it."""
    found: list[Notice] = []
    if damage:
        parts = f"{damage} part{'s' if damage > 1 else ''}"
        message = f"{parts} of the source could not be read or decoded and are missing"
        found.append(Notice(code="input_damaged", message=message))
    if short := _shortfalls(wanted, made):
        found.append(Notice(code="output_short", message="; ".join(short)))
    return found


def _shortfalls(wanted: Iterable[Expectation], made: Mapping[str, Artifact]) -> list[str]:
    found: list[str] = []
    for one in wanted:
        output = made.get(one.output)
        planned, doubt = one.duration_seconds, one.tolerance_seconds
        if output is None or output.duration_seconds is None or planned is None or doubt is None:
            continue
        if output.duration_seconds < planned - doubt:
            lengths = f"{output.duration_seconds:.1f} of {float(planned):.1f} s"
            found.append(f"{one.output} has {lengths}")
    return found
