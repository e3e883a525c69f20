"""Sounds at their place, and at the same time."""

from dataclasses import replace
from fractions import Fraction

from reelmill.model.errors import UnsupportedMediaError
from reelmill.model.operations import Mix, Place
from reelmill.model.process import Options
from reelmill.planner.context import Context
from reelmill.planner.lowering.reverse import MOST_SOUND_BYTES, SAMPLE_BYTES
from reelmill.planner.lowering.site import Lowering, is_there, lowered, there
from reelmill.planner.lowering.sound import (
    FLOAT,
    layout_of,
    measured_out,
    mixed_down,
    steadied,
)
from reelmill.planner.tracks import Sound

LIMIT: tuple[str, Options] = (
    "alimiter",
    (("limit", "0.97"), ("level", "0"), ("attack", "5"), ("release", "50"), ("latency", "1")),
)
"""Only what would be cut off is made quieter; the look-ahead is taken off again (latency)."""
DUCK: Options = (("threshold", "0.02"), ("ratio", "8"), ("attack", "20"), ("release", "500"))
"""From -34 dBFS on, which is quiet speech; slow enough not to pump between words."""


@lowered.register
def place(op: Place, to: Lowering) -> Sound:
    """Repeated, delayed, padded and cut (aloop, adelay, apad, atrim).

    Raises:
        UnsupportedMediaError: what is repeated is too big for memory, or has no known length.
    """
    track = steadied(to.sound(op.input), to)
    length = _length(op, to)
    filters: list[tuple[str, Options]] = []
    if op.loop:
        filters += _loop(track, op, length)
    if op.offset_seconds:
        samples = round(op.offset_seconds * track.sample_rate)
        filters.append(("adelay", (("delays", f"{samples}S"), ("all", "1"))))
    end = track.end + op.offset_seconds if track.end is not None else None
    placed = replace(track, pad=to.builder.chain(track.pad, *filters), end=end)
    return placed if length is None else measured_out(placed, to, length)


def _length(op: Place, to: Lowering) -> Fraction | None:
    for name in op.as_long_as:
        if (track := to.beside(name)) is not None:
            return track.end
    return None


def _loop(track: Sound, op: Place, length: Fraction | None) -> list[tuple[str, Options]]:
    if track.end is None or length is None:
        raise UnsupportedMediaError("sound of no known length cannot be repeated to fit")
    if track.end + op.offset_seconds >= length:
        return []
    samples = int(track.end * track.sample_rate)
    held = samples * track.channels * SAMPLE_BYTES
    if held > MOST_SOUND_BYTES:
        raise UnsupportedMediaError(
            f"{float(track.end):.0f} s of sound are too much to be held and repeated"
        )
    if samples == 0:
        raise UnsupportedMediaError("sound without any samples cannot be repeated")
    return [("aloop", (("loop", "-1"), ("size", str(samples))))]


@there.register
def _any_is_there(op: Mix, context: Context) -> bool:
    return any(is_there(name, context) for name in op.sounds)


@lowered.register
def mix(op: Mix, to: Lowering) -> Sound:
    """Added up without dividing (amix, normalize 0), then limited below 0 dBFS."""
    tracks = [steadied(to.sound(one), to) for one in op.sounds if is_there(one, to.context)]
    first, *others = tracks
    if not others:
        return first
    layout = layout_of(first) or mixed_down(first.channels)
    alike = (("out_sample_rate", str(first.sample_rate)), ("out_chlayout", layout), FLOAT)
    pads = [to.builder.chain(one.pad, ("aresample", alike)) for one in tracks]
    if op.duck and is_there(op.sounds[0], to.context):
        ducked = (_ducked(pad, pads[0], to) for pad in pads[1:])
        pads = [pads[0], *(to.builder.chain(pad, ("aresample", alike)) for pad in ducked)]
    options = (("inputs", str(len(pads))), ("duration", "longest"), ("normalize", "0"))
    pad = to.builder.filter("amix", (*options, ("dropout_transition", "0")), pads)
    ends = [one.end for one in tracks if one.end is not None]
    mixed = replace(
        first,
        pad=to.builder.chain(pad, LIMIT, ("aresample", alike)),
        end=max(ends) if len(ends) == len(tracks) else None,
        changing=False,
        layout=layout,
    )
    return mixed if mixed.end is None else measured_out(mixed, to, mixed.end)


def _ducked(pad: str, under: str, to: Lowering) -> str:
    """A sound that gives way to another; the other is padded, as the compressor ends with it."""
    key = to.builder.chain(under, ("apad", ()))
    return to.builder.filter("sidechaincompress", DUCK, (pad, key))
