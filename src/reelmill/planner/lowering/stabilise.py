"""A steadier camera."""

from dataclasses import replace

from reelmill.model.errors import UnsupportedMediaError
from reelmill.model.operations import Stabilise
from reelmill.model.process import Analysis
from reelmill.planner.lowering.formats import planar, working
from reelmill.planner.lowering.listening import watch
from reelmill.planner.lowering.site import Lowering, lowered
from reelmill.planner.tracks import Picture

FILTERS = ("vidstabdetect", "vidstabtransform")


@lowered.register
def stabilise(op: Stabilise, to: Lowering) -> Picture:
    """Two passes of vid.stab: one writes down how the picture moves, the other moves it back.

    Raises:
        UnsupportedMediaError: this FFmpeg has no vid.stab.
    """
    if not set(FILTERS) <= set(to.context.facts.capabilities.filters):
        raise UnsupportedMediaError("this FFmpeg cannot stabilise: it has no vid.stab")
    path = f"{op.id}.trf"
    detect = (("result", path), ("shakiness", str(op.shakiness)))
    whole = to.picture(op.input)
    sides, grid = (int(whole.width), int(whole.height)), working(whole).grid
    chroma = "444" if sides[0] % grid[0] or sides[1] % grid[1] else None  # vid.stab's own rule
    process, before = watch(to, op.input, op.id, ("vidstabdetect", detect), chroma=chroma)
    to.builder.ask((*before, Analysis(name=op.id, process=process)))
    picture = planar(whole, to.builder, chroma=chroma, depth=8)
    transform = (("input", path), ("smoothing", str(op.smoothing)), ("interpol", "bicubic"))
    return replace(picture, pad=to.builder.chain(picture.pad, ("vidstabtransform", transform)))
