"""Begin to decode just before what is kept, not at the source's beginning.

May: open a source a little before the earliest part that any filter of the process keeps, where
every reader of its pads trims them first, and take the same seconds off those trims. May not:
change what is kept, or seek in a container without an index, where a seek is a guess. The margin
lets decoders find their feet: what is cut from the middle of a stream begins with what the
frames before it left in their memory. What runs before a process (a first pass, a measurement) is
sought like it, each as far as its own readers allow. Saves decoding everything before.
Exact but for the sound of Matroska, whose clock has milliseconds: it may begin up to one of them
earlier or later.
"""

from fractions import Fraction

from reelmill.model.process import Filter, Input, Process
from reelmill.model.steps import Step
from reelmill.planner.context import Context
from reelmill.planner.dataflow import input_pads_of
from reelmill.planner.lowering.timing import decimal, moved

MARGIN_SECONDS = Fraction(2)
INDEXED = frozenset(("mov", "matroska"))
TRIMS = frozenset(("trim", "atrim"))
TIMELESS = frozenset(("scale", "format"))
"""Filters that may stand in front of all else: time is nothing to them."""

Steps = tuple[Step, ...]


def seek_trims(steps: Steps, _: Context) -> Steps:
    """Each input is sought in as far as all its readers allow."""
    return tuple(_sought(step) if step.process is not None else step for step in steps)


def _sought(step: Step) -> Step:
    process, skips = _begun_late(step.running())
    first = tuple(one.but(process=_begun_late(one.process)[0]) for one in step.first)
    if not skips and first == step.first:
        return step
    why = [f"{process.inputs[n].name} is sought to {decimal(at)} s" for n, at in skips.items()]
    return step.but(process=process, first=first, why=(*step.why, *why))


def _begun_late(process: Process) -> tuple[Process, dict[int, Fraction]]:
    """The process, and to where each of its inputs is sought."""
    skips = {n: _skip(process, n, one) for n, one in enumerate(process.inputs)}
    skips = {number: seconds for number, seconds in skips.items() if seconds > 0}
    if not skips or process.measurements:
        return process, {}
    inputs = tuple(
        one.but(seek_seconds=skips[n]) if n in skips else one
        for n, one in enumerate(process.inputs)
    )
    graphs = tuple(
        graph.but(filters=tuple(_moved(one, process, skips) for one in graph.filters))
        for graph in process.graphs
    )
    return process.but(inputs=inputs, graphs=graphs), skips


def _skip(process: Process, number: int, opened: Input) -> Fraction:
    """How many seconds of an input nobody wants."""
    sought = opened.seek_seconds or not opened.seekable
    if opened.origin != "source" or sought or opened.demuxer not in INDEXED:
        return Fraction(0)
    mine = f"in{number}:"
    pads = {pad for pad in input_pads_of(process) if pad.startswith(mine)}
    written = [stream.pad for target in process.targets for stream in target.streams]
    if any(_below(process, pad) in pads for pad in written):
        return Fraction(0)
    filters = [one for graph in process.graphs for one in graph.filters]
    readers = [f for f in filters if pads & {_below(process, pad) for pad in f.inputs}]
    timed = [one for one in readers if one.name not in TIMELESS]
    if any(one.name not in TRIMS for one in timed):
        return Fraction(0)
    starts = [Fraction(dict(one.options).get("start", "0")) for one in timed]
    return max(min(starts, default=Fraction(0)) - MARGIN_SECONDS, Fraction(0))


def _below(process: Process, pad: str) -> str:
    """What is read through such filters."""
    filters = {one.id: one for graph in process.graphs for one in graph.filters}
    while (one := filters.get(pad)) is not None and one.name in TIMELESS:
        pad = one.inputs[0]
    return pad


def _moved(one: Filter, process: Process, skips: dict[int, Fraction]) -> Filter:
    """A trim of such an input, or the clock behind one, by as much earlier."""
    by = _skipped(one, process, skips)
    if by is None:
        return one
    if one.name in TRIMS:
        times = tuple((name, decimal(Fraction(value) - by)) for name, value in one.options)
        return one.but(options=times)
    before = next(f for g in process.graphs for f in g.filters if f.id == one.inputs[0])
    start = Fraction(dict(before.options).get("start", "0"))
    return one.but(options=moved(by - start))


def _skipped(one: Filter, process: Process, skips: dict[int, Fraction]) -> Fraction | None:
    """By how much the input of a trim, or of the clock behind a trim, was sought."""
    pad = next(iter(one.inputs), "")
    if one.name in ("setpts", "asetpts"):
        found = [f for g in process.graphs for f in g.filters if f.id == pad and f.name in TRIMS]
        if not found:
            return None
        pad = found[0].inputs[0]
    elif one.name not in TRIMS:
        return None
    pad = _below(process, pad)
    number = pad.removeprefix("in").partition(":")[0]
    return skips.get(int(number)) if pad.startswith("in") and number.isdigit() else None
