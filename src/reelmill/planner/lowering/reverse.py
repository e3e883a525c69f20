"""Backwards."""

from dataclasses import replace
from fractions import Fraction
from math import ceil

from reelmill.model.errors import InvalidRequestError, UnsupportedMediaError
from reelmill.model.operations import Reverse
from reelmill.planner.lowering.site import Lowering, lowered
from reelmill.planner.lowering.sound import measured_out, steadied
from reelmill.planner.lowering.timing import decimal
from reelmill.planner.tracks import Picture, Sound, Subtitles, Track

MOST_PICTURE_BYTES = 2 << 30
"""Of decoded frames that are held at once: a minute of 720p25."""
MOST_SOUND_BYTES = 1 << 30
"""Of samples: three quarters of an hour of stereo at 48 kHz."""
SAMPLE_BYTES = 4


@lowered.register
def reverse(op: Reverse, to: Lowering) -> Track:
    """All frames held, then given back from the last (reverse, areverse).

    Raises:
        UnsupportedMediaError: it needs too much memory, or nobody knows how much.
    """
    track, other = to.track(op.input), to.beside(op.pad_to)
    end = _end(track, other)
    match track:
        case Picture():
            return _picture(track, end, to)
        case Sound():
            return _sound(track, end, to)
        case Subtitles():
            raise InvalidRequestError("subtitles cannot be reversed")


def _end(track: Track, other: Track | None) -> Fraction:
    """When the later of both ends, on the picture's grid."""
    if track.end is None:
        raise UnsupportedMediaError("what has no known length cannot be reversed; trim it first")
    both = [one for one in (track, other) if one is not None and one.end is not None]
    end = max(one.end or Fraction(0) for one in both)
    picture = next((one for one in both if isinstance(one, Picture)), None)
    if picture is None or picture.rate is None:
        return end
    return Fraction(ceil(round(end * picture.rate, 6)), 1) / picture.rate


def _picture(picture: Picture, end: Fraction, to: Lowering) -> Picture:
    frames = ceil(end / picture.frame_seconds)
    held = frames * int(picture.width * picture.height * bytes_per_pixel(picture.pix_fmt))
    _refuse(held, MOST_PICTURE_BYTES, f"{frames} frames of {_size(picture)}")
    pad, missing = picture.pad, end - (picture.end or end)
    if missing > picture.frame_seconds / 2:
        options = (("stop_mode", "clone"), ("stop_duration", decimal(missing)))
        pad = to.builder.chain(pad, ("tpad", options))
    pad = to.builder.chain(pad, ("reverse", ()))
    start = end - (picture.end or end) + picture.start if picture.rate is None else picture.start
    return replace(picture, pad=pad, start=start, end=end)


def _sound(track: Sound, end: Fraction, to: Lowering) -> Sound:
    held = int(end * track.sample_rate) * track.channels * SAMPLE_BYTES
    _refuse(held, MOST_SOUND_BYTES, f"{float(end):.0f} s of {track.channels} channels")
    track = measured_out(steadied(track, to), to, end)
    pad = to.builder.chain(track.pad, ("areverse", ()), ("asetpts", (("expr", "N/SR/TB"),)))
    return replace(track, pad=pad)


def _refuse(held: int, most: int, what: str) -> None:
    if held <= most:
        return
    raise UnsupportedMediaError(
        f"{what} are {held / (1 << 30):.1f} GiB in memory, and reversing holds all of them:"
        f" at most {most >> 30} GiB; trim it or make it smaller before"
    )


def _size(picture: Picture) -> str:
    return f"{round(picture.width)}x{round(picture.height)}"


def bytes_per_pixel(pix_fmt: str) -> Fraction:
    """What a decoded picture takes, from the name of its samples; the unknown takes much."""
    deep = 2 if any(depth in pix_fmt for depth in ("9", "10", "12", "14", "16", "48", "64")) else 1
    for name, size in (("420p", Fraction(3, 2)), ("nv12", Fraction(3, 2)), ("422p", Fraction(2))):
        if name in pix_fmt and not pix_fmt.startswith("yuva"):
            return size * deep
    return Fraction(4) * deep
