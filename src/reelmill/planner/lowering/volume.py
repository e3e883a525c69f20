"""Loudness by a factor, and the number of channels."""

from dataclasses import replace

from reelmill.model.operations import Channels, Volume
from reelmill.planner.lowering.site import Lowering, lowered
from reelmill.planner.lowering.sound import FLOAT
from reelmill.planner.tracks import Sound

LAYOUTS = ("mono", "stereo", "2.1", "4.0", "5.0", "5.1", "6.1", "7.1")
"""What so many channels usually are (FFmpeg, standard channel layouts)."""


@lowered.register
def volume(op: Volume, to: Lowering) -> Sound:
    """Samples as floats, so that nothing is cut off before the encoder (volume)."""
    track = to.sound(op.input)
    options = (("volume", f"{op.factor:.6f}"), ("precision", "float"))
    return replace(track, pad=to.builder.chain(track.pad, ("volume", options)))


@lowered.register
def channels(op: Channels, to: Lowering) -> Sound:
    """Mixed by FFmpeg's own matrix (aresample); nothing where it has as many."""
    track = to.sound(op.input)
    if track.channels == op.channels and not track.changing:
        return track
    layout = LAYOUTS[op.channels - 1]
    return replace(
        track,
        pad=to.builder.chain(track.pad, ("aresample", (("out_chlayout", layout), FLOAT))),
        channels=op.channels,
        layout=layout,
    )
