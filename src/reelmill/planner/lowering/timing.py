"""Operations on time: trim, constant rate, one frame."""

from dataclasses import replace
from fractions import Fraction

from reelmill.model.errors import InvalidRequestError
from reelmill.model.operations import ConstantRate, FrameRate, Still, Trim
from reelmill.model.process import Options
from reelmill.planner.dataflow import ProcessBuilder
from reelmill.planner.lowering.site import Lowering, lowered
from reelmill.planner.tracks import Picture, Sound, Subtitles, Track

HOLD_AFTER_SECONDS = Fraction(1)
"""A picture that ends this much before the sound holds its last frame."""
OFF_GRID_SECONDS = Fraction(8, 1000)
"""How far the first picture may be from a slot of the grid: nobody sees or hears that little."""
REACH_SECONDS = Fraction(10)
"""How far around a part the pictures are looked for that are seen in it."""
STANDS_SECONDS = Fraction(60)
"""For how long the last frame of a variable rate may stand, and is found by its time."""
LAST_WINDOW_SECONDS = Fraction(1, 2)
"""The last frame is looked for in this much of the end at least, as headers are not exact."""


def decimal(value: Fraction) -> str:
    """Seconds as FFmpeg reads them: microseconds, no exponent."""
    return f"{float(value):.6f}".rstrip("0").rstrip(".")


def moved(by: Fraction) -> Options:
    """Options of setpts and asetpts that move a track."""
    return (("expr", f"PTS{'-' if by < 0 else '+'}{decimal(abs(by))}/TB"),)


def grid_shift(start: Fraction, rate: Fraction) -> Fraction:
    """By how much a source is moved so that its first picture falls on the grid.

    A grid of whole frames from 0 would otherwise show a picture that starts between two slots
    (an AAC track's uncut priming in MPEG-TS or FLV: 21 ms) up to half a frame early or late.
    The sound moves along (`Picture.shift`), so that the pictures keep to it. Two other ways are
    worse: a grid that begins between the slots needs an edit list, which half of the players
    ignore, and an encoder clock other than the frame rate; snapping alone is the error itself.
    A picture less than a frame late begins the output, and what sounded before it, an encoder's
    priming as a rule, is cut; before a later picture, one more held frame cuts nothing.
    """
    frame = 1 / rate
    late = start % frame
    if min(late, frame - late) <= OFF_GRID_SECONDS:
        return Fraction(0)
    return -late if start < frame else frame - late


@lowered.register
def trim(op: Trim, to: Lowering) -> Track:
    """Frames whose time is in the range; sound to the sample (trim and atrim filters)."""
    track = to.track(op.input)
    if isinstance(track, Subtitles):
        return _shown(op, track, to.builder)
    if isinstance(track, Picture) and _gaps(track, op):
        return _seen(op, track, to.builder)
    return _cut(op, track, to.builder)


def _shown(op: Trim, track: Subtitles, builder: ProcessBuilder) -> Subtitles:
    """The cues that are seen in the range, of the source opened for them, as far as they go."""
    begin = track.begin + op.start_seconds * track.factor
    ends = [moment for moment in (track.end, op.end_seconds) if moment is not None]
    end = max(min(ends) - op.start_seconds, Fraction(0)) if ends else None
    until = None if end is None else begin + end * track.factor
    number, _, index = track.pad.removeprefix("in").partition(":")
    opened = builder.inputs[int(number)].but(words=True, length_seconds=until)
    return replace(track, pad=f"in{builder.input(opened)}:{index}", begin=begin, end=end)


def _gaps(picture: Picture, op: Trim) -> bool:
    """Whether a picture from before the range, or behind it, may have to fill it."""
    if picture.rate is not None or picture.interlaced:
        return False
    late = op.end_seconds is not None and picture.start + picture.frame_seconds > op.end_seconds
    return late or picture.stream.variable_rate


def _seen(op: Trim, picture: Picture, builder: ProcessBuilder) -> Track:
    """What is seen in the range, though its frame began before it: frames first, cut then."""
    lead = min(op.start_seconds, REACH_SECONDS)
    begin, end = op.start_seconds - lead, op.end_seconds
    reach = op.but(start_seconds=begin, end_seconds=None if end is None else end + REACH_SECONDS)
    around = _cut(reach, picture, builder)
    grid = ("fps", slots(1 / picture.frame_seconds, around.end))
    steady = replace(around, pad=builder.chain(around.pad, grid), start=Fraction(0))
    inner = op.but(start_seconds=lead, end_seconds=None if end is None else end - begin)
    return _cut(inner, steady, builder)


def _cut(op: Trim, track: Picture | Sound, builder: ProcessBuilder) -> Picture | Sound:
    start, end = op.start_seconds, op.end_seconds
    video = isinstance(track, Picture)
    if isinstance(track, Sound) and end is not None and track.start >= end:
        track = _silent_before(track, builder)
    options = [("start", decimal(start))] + ([] if end is None else [("end", decimal(end))])
    pad = builder.chain(
        track.pad,
        ("trim" if video else "atrim", tuple(options)),
        ("setpts" if video else "asetpts", moved(-start)),
    )
    ends = [moment for moment in (track.end, end) if moment is not None]
    cut = replace(
        track,
        pad=pad,
        start=max(track.start - start, Fraction(0)),
        end=max(min(ends) - start, Fraction(0)) if ends else None,
    )
    return replace(cut, origin=cut.origin + start) if isinstance(cut, Picture) else cut


def _silent_before(track: Sound, builder: ProcessBuilder) -> Sound:
    """Sound that begins behind the part, with the silence before it: else there would be none."""
    filled = (("async", "1"), ("first_pts", "0"))
    return replace(track, pad=builder.chain(track.pad, ("aresample", filled)), start=Fraction(0))


@lowered.register
def constant_rate(op: ConstantRate, to: Lowering) -> Picture:
    """Duplicates and drops by timestamp (fps filter), from 0, so that every rung has one grid."""
    picture, sound = to.picture(op.input), to.beside(op.hold_for)
    context, builder = to.context, to.builder
    source = picture.rate or picture.stream.nominal_rate or Fraction(25)
    rate = min(source, op.max_rate)
    if rate != source:
        context.notice(
            "frame_rate_lowered",
            f"{float(source):.6g} frames a second lowered to {float(rate):.6g}",
        )
    elif picture.rate is None and picture.stream.variable_rate:
        context.notice(
            "variable_frame_rate", f"variable frame rate made constant at {float(rate):.6g}"
        )
    steady = on_grid(picture, rate, builder)
    if sound is not None and sound.end is not None and steady.end is not None:
        end = sound.end + steady.shift - picture.shift
        held = end - steady.end
        if held > HOLD_AFTER_SECONDS:
            options = (("stop_mode", "clone"), ("stop_duration", decimal(held)))
            context.notice(
                "picture_held", f"the picture ends {float(held):.2f} s before the sound and is held"
            )
            return replace(steady, pad=builder.chain(steady.pad, ("tpad", options)), end=end)
    return steady


@lowered.register
def frame_rate(op: FrameRate, to: Lowering) -> Picture:
    """As `constant_rate`, at the rate that is asked for."""
    return on_grid(to.picture(op.input), op.rate, to.builder)


def on_grid(picture: Picture, rate: Fraction, builder: ProcessBuilder) -> Picture:
    """A frame in every slot of a rate from 0 on (fps filter)."""
    shift = grid_shift(picture.start, rate)
    pad = builder.chain(picture.pad, ("setpts", moved(shift))) if shift else picture.pad
    end = picture.end + shift if picture.end is not None else None
    return replace(
        picture,
        pad=builder.chain(pad, ("fps", slots(rate, end))),
        rate=rate,
        start=Fraction(0),
        end=end,
        shift=picture.shift + shift,
        origin=picture.origin - shift,
    )


def slots(rate: Fraction, end: Fraction | None) -> Options:
    """Options of fps: from 0 on, and a slot even for what lasts less than half of one."""
    short = end is not None and end * rate < Fraction(1, 2)
    return (("fps", str(rate)), ("start_time", "0"), *((("eof_action", "pass"),) if short else ()))


def moment(op: Still, picture: Picture) -> tuple[Fraction, bool]:
    """When a still is taken, in seconds, and whether it is the last frame that counts."""
    end = picture.end if picture.end is not None else picture.start
    if op.at_seconds is not None:
        return _at(op.at_seconds, picture)
    at = picture.start + (op.position or 0) * (end - picture.start)
    if op.position == 1 or (op.position and at > end - picture.frame_seconds):
        return _last(end, picture)
    return at, False


def _last(end: Fraction, picture: Picture) -> tuple[Fraction, bool]:
    """From when on to look for the last frame; at a variable rate it is held until the end."""
    if _varies(picture):
        return max(picture.start, end - picture.frame_seconds), False
    window = max(LAST_WINDOW_SECONDS, picture.frame_seconds * 3 / 2)
    return max(picture.start, end - window), True


def _varies(picture: Picture) -> bool:
    return picture.rate is None and picture.stream.variable_rate


def _at(at: Fraction, picture: Picture) -> tuple[Fraction, bool]:
    """A time that somebody named; the very end means the last frame.

    Raises:
        InvalidRequestError: the picture is over by then.
    """
    end = picture.end
    if end is None or at < end - picture.frame_seconds:
        return at, False
    if at > end + picture.frame_seconds:
        raise InvalidRequestError(
            f"there is no picture at {float(at):g} s: it ends at {float(end):g} s"
        )
    return _last(end, picture)


def pick(at: Fraction, last: bool) -> tuple[str, str]:
    """The option of the select filter: the first frame at or after a time, or all from there on.

    By time, never by number: numbers break on a variable rate.
    """
    time = decimal(max(at - Fraction(1, 1000), Fraction(0)))
    if last:
        return ("expr", f"gte(t,{time})")
    return ("expr", f"gte(t,{time})*not(gte(prev_t,{time}))")


@lowered.register
def still(op: Still, to: Lowering) -> Picture:
    """One frame by its time (select filter); of the last half second the muxer keeps the last.

    Towards the end of a variable rate the last frame is held (tpad), as it may stand for long.
    """
    picture = to.picture(op.input)
    at, last = moment(op, picture)
    pad = picture.pad
    if _varies(picture) and picture.end is not None and at > picture.end - STANDS_SECONDS:
        held = (("stop_mode", "clone"), ("stop_duration", decimal(STANDS_SECONDS)))
        pad = to.builder.chain(pad, ("tpad", held))
    return replace(picture, pad=to.builder.chain(pad, ("select", (pick(at, last),))))
