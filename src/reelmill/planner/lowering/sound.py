"""Operations on sound."""

from dataclasses import replace
from fractions import Fraction

from reelmill.model.operations import Sound as SoundOperation
from reelmill.model.process import Options
from reelmill.planner.lowering.site import Lowering, lowered
from reelmill.planner.lowering.timing import decimal, moved
from reelmill.planner.tracks import Picture, Sound

GAP_SECONDS = Fraction(20, 1000)
"""Gaps from here on are filled (FFmpeg's own rule is 100 ms, which is heard as bad sync)."""
EARLY_SECONDS = Fraction(1, 20)
"""Sound that ends this much before the picture is padded; below it nobody hears a difference."""

FLOAT = ("out_sample_fmt", "fltp")
"""Pinned on every resampler, and the channels on the first: else one branch chooses those of its
neighbours (a mono WAV made the renditions beside it mono). Mixing down is pinned too: in whole
numbers FFmpeg mixes to half the sum, in floats to 0.7 of it."""


@lowered.register
def sound(op: SoundOperation, to: Lowering) -> Sound:
    """Silence before a late start and in gaps (aresample async), after an early end (apad).

    Moved as far as the picture beside it was.
    """
    track, picture, builder = to.sound(op.input), to.beside(op.pad_to), to.builder
    shift = picture.shift if isinstance(picture, Picture) else Fraction(0)
    pad = builder.chain(track.pad, *_from_zero(track, shift))
    channels = track.channels
    if channels > op.max_channels:
        channels = op.max_channels
        layout = mixed_down(channels)
        pad = builder.chain(
            pad, ("aformat", (("sample_fmts", "fltp"), ("channel_layouts", layout)))
        )
        to.context.notice("audio_downmixed", f"{track.channels} channels mixed down to {layout}")
    end = track.end + shift if track.end is not None else None
    length = picture.end if picture is not None else None
    if length is not None and end is not None and length - end > EARLY_SECONDS:
        pad = builder.chain(pad, ("apad", (("whole_dur", decimal(length)),)))
        early = f"{float(length - end):.2f} s"
        to.context.notice(
            "sound_padded", f"the sound ends {early} before the picture; silence added"
        )
        end = length
    changed = replace(track, pad=pad, channels=channels, start=Fraction(0), end=end, steady=True)
    return changed if channels == track.channels else replace(changed, layout=layout_of(changed))


def steadied(track: Sound, to: Lowering) -> Sound:
    """Sound whose samples can be counted: from 0, without gaps."""
    if track.steady:
        return track
    pad = to.builder.chain(track.pad, *_from_zero(track, Fraction(0)))
    return replace(track, pad=pad, start=Fraction(0), steady=True)


def measured_out(track: Sound, to: Lowering, end: Fraction) -> Sound:
    """Sound that was processed in a manner that is not exact to the sample, made so."""
    length = decimal(end)
    pad = to.builder.chain(
        track.pad, ("apad", (("whole_dur", length),)), ("atrim", (("end", length),))
    )
    return replace(track, pad=pad, end=end)


def layout_of(track: Sound) -> str | None:
    """Which channel is which by now; None: nobody knows."""
    if track.layout is not None:
        return track.layout
    if track.channels != track.stream.channels:
        return mixed_down(track.channels)
    return track.stream.channel_layout


def mixed_down(channels: int) -> str:
    """What so many channels are that were more."""
    return {1: "mono", 2: "stereo"}.get(channels, f"{channels}c")


def _from_zero(track: Sound, shift: Fraction) -> list[tuple[str, Options]]:
    """Filters that move the sound, let it begin at 0 and fill its gaps.

    Filters are set up anew when channels change on the way, and `first_pts` would then fill
    up from 0 again. Sound that may change and begins in time is only cut.
    """
    resampler = [("async", "1"), ("min_hard_comp", decimal(GAP_SECONDS)), FLOAT]
    layout = layout_of(track)
    if layout is not None:
        resampler.append(("out_chlayout", layout))
    filters: list[tuple[str, Options]] = [("asetpts", moved(shift))] if shift else []
    if track.changing and track.start + shift <= GAP_SECONDS:
        filters.append(("atrim", (("start", "0"),)))
        if layout is not None:
            rates = ("sample_rates", str(track.sample_rate))
            filters.append(("aformat", (rates, ("channel_layouts", layout))))
    else:
        resampler.append(("first_pts", "0"))
    return [*filters, ("aresample", tuple(resampler))]
