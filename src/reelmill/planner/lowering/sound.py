"""Operations on sound."""

from dataclasses import replace
from fractions import Fraction

from reelmill.model.operations import Sound as SoundOperation
from reelmill.planner.context import Context
from reelmill.planner.dataflow import ProcessBuilder
from reelmill.planner.lowering.timing import decimal, moved
from reelmill.planner.tracks import Picture, Sound, Track

RESAMPLER = (("async", "1"), ("min_hard_comp", "0.02"), ("first_pts", "0"))
"""Gaps of 20 ms and more are filled (FFmpeg's own rule is 100, which is heard as bad sync)."""
EARLY_SECONDS = Fraction(1, 20)
"""Sound that ends this much before the picture is padded; below it nobody hears a difference."""


def sound(
    op: SoundOperation,
    track: Sound,
    picture: Track | None,
    context: Context,
    builder: ProcessBuilder,
) -> Sound:
    """Silence before a late start and in gaps (aresample async), after an early end (apad).

    Moved as far as the picture beside it was.
    """
    shift = picture.shift if isinstance(picture, Picture) else Fraction(0)
    pad = builder.chain(track.pad, ("asetpts", moved(shift))) if shift else track.pad
    pad = builder.chain(pad, ("aresample", RESAMPLER))
    channels = track.channels
    if channels > op.max_channels:
        channels = op.max_channels
        layout = {1: "mono", 2: "stereo"}.get(channels, f"{channels}c")
        pad = builder.chain(pad, ("aformat", (("channel_layouts", layout),)))
        context.notice("audio_downmixed", f"{track.channels} channels mixed down to {layout}")
    end = track.end + shift if track.end is not None else None
    length = picture.end if picture is not None else None
    if length is not None and end is not None and length - end > EARLY_SECONDS:
        pad = builder.chain(pad, ("apad", (("whole_dur", decimal(length)),)))
        early = f"{float(length - end):.2f} s"
        context.notice("sound_padded", f"the sound ends {early} before the picture; silence added")
        end = length
    return replace(track, pad=pad, channels=channels, start=Fraction(0), end=end)
