"""Seek to single frames where nothing else decodes the source.

May: open the source once per still, just before its time, in a step whose targets are all
stills of the source's own frames. May not: seek below a filter that counts from the source's
beginning (fps, trim), or where the source cannot be begun anywhere; choose another frame: the
still's own filter stays, moved by the seek; it begins a little early so that a deinterlacer has
its neighbours. Replaces a full decode.
"""

from fractions import Fraction

from reelmill.model.process import Filter, StillAt
from reelmill.model.steps import Step
from reelmill.planner.context import Context
from reelmill.planner.dataflow import Edit, ProcessBuilder, input_pads_of
from reelmill.planner.lowering.timing import pick

MARGIN_SECONDS = Fraction(1, 2)

TIMED = frozenset(
    ("fps", "trim", "setpts", "tpad", "hqdn3d", "overlay", "ass", "subtitles", "alphamerge")
)
"""Filters whose result depends on where the input begins."""

Steps = tuple[Step, ...]


def seek_stills(steps: Steps, _: Context) -> Steps:
    """Stills on their own, by seeking."""
    return tuple(_sought(step) if _is_stills(step) else step for step in steps)


def _is_stills(step: Step) -> bool:
    if (
        step.first
        or step.process is None
        or len(step.process.inputs) != 1
        or step.process.measurements
        or not step.process.inputs[0].seekable
    ):
        return False
    if any(one.name in TIMED for graph in step.process.graphs for one in graph.filters):
        return False
    return all(target.still is not None for target in step.process.targets) and (
        step.process.inputs[0].seek_seconds is None
    )


def _sought(step: Step) -> Step:
    builder = ProcessBuilder()
    process = step.running()
    (opened,) = process.inputs
    for target in process.targets:
        if target.still is None:
            continue
        start = max(Fraction(0), target.still.at_seconds - MARGIN_SECONDS)
        index = len(builder.inputs)
        builder.inputs.append(opened.but(seek_seconds=start))
        pads = {pad: f"in{index}:{pad.partition(':')[2]}" for pad in input_pads_of(process)}
        builder.copy_target(process, target, pads, _moved(target.still, start))
    return step.but(
        process=builder.build(), why=(*step.why, "stills are sought: nothing else decodes here")
    )


def _moved(still: StillAt, by: Fraction) -> Edit:
    def edit(one: Filter) -> Filter:
        if one.name != "select":
            return one
        return one.but(options=(pick(still.at_seconds - by, still.last),))

    return edit
