"""Faster and slower."""

from dataclasses import replace
from fractions import Fraction

from reelmill.model.operations import Speed
from reelmill.model.process import Options
from reelmill.planner.lowering.site import Lowering, lowered
from reelmill.planner.lowering.sound import FLOAT, layout_of, measured_out, steadied
from reelmill.planner.lowering.timing import slots
from reelmill.planner.tracks import Picture, Sound, Subtitles, Track

MOST_TEMPO, LEAST_TEMPO = Fraction(2), Fraction(1, 2)
"""One atempo filter beyond these skips samples, or takes no less (FFmpeg, atempo)."""
FINE_CLOCK = ("settb", (("expr", "1/1000000"),))
"""A clock of whole frames has no room for times between them."""


@lowered.register
def speed(op: Speed, to: Lowering) -> Track:
    """Other timestamps and the old rate (setpts, fps); sound by atempo, or at another rate.

    atempo keeps tones pure and, set back by what it is early, beats within 20 ms; rubberband
    (FFmpeg 9.0, its default settings) was seen to detune tones by 2 %, to move beats by 45 ms and
    to lose short ones from four times the speed.
    """
    track = to.track(op.input)
    match track:
        case Picture():
            return _picture(track, op.factor, to)
        case Sound():
            return _sound(track, op, to)
        case Subtitles():
            end = track.end / op.factor if track.end is not None else None
            return replace(track, factor=track.factor * op.factor, end=end)


def _picture(picture: Picture, factor: Fraction, to: Lowering) -> Picture:
    times = f"PTS*{factor.denominator}/{factor.numerator}"
    filters: list[tuple[str, Options]] = [FINE_CLOCK, ("setpts", (("expr", times),))]
    end = picture.end / factor if picture.end is not None else None
    if picture.rate is not None:
        filters.append(("fps", slots(picture.rate, end)))
    return replace(
        picture,
        pad=to.builder.chain(picture.pad, *filters),
        start=Fraction(0) if picture.rate is not None else picture.start / factor,
        end=end,
    )


def _sound(track: Sound, op: Speed, to: Lowering) -> Sound:
    track = steadied(track, to)
    filters = _tempo(track, op.factor) if op.keep_pitch else _tape(track, op.factor)
    changed = replace(track, pad=to.builder.chain(track.pad, *filters))
    if track.end is None:
        return changed
    return measured_out(changed, to, track.end / op.factor)


def _tempo(track: Sound, factor: Fraction) -> list[tuple[str, Options]]:
    """Packed floats, as atempo works in whatever its neighbours agree on, integers too."""
    steps, whole = list[Fraction](), factor
    while factor > MOST_TEMPO:
        steps.append(MOST_TEMPO)
        factor /= MOST_TEMPO
    while factor < LEAST_TEMPO:
        steps.append(LEAST_TEMPO)
        factor /= LEAST_TEMPO
    tempos = [("atempo", (("tempo", f"{float(one):.9g}"),)) for one in (*steps, factor)]
    ahead = _ahead(track.sample_rate, whole)
    late = [("adelay", (("delays", f"{ahead}S"), ("all", "1")))] if ahead > 0 else []
    return [("aformat", (("sample_fmts", "flt"),)), *tempos, ("aresample", _floats(track)), *late]


def _ahead(sample_rate: int, factor: Fraction) -> int:
    """By how many samples slowed sound comes early: 22 ms at half the speed, 65 at a quarter.

    atempo stretches around the middle of its window, the power of two from 1/24 s on
    (FFmpeg, af_atempo.c); measured, it is that. What is faster was not seen to be off.
    """
    window = 1 << (sample_rate // 24 - 1).bit_length()
    return round(window / 2 * (1 / factor - 1)) if factor < 1 else 0


def _tape(track: Sound, factor: Fraction) -> list[tuple[str, Options]]:
    return [
        ("asetrate", (("r", str(round(track.sample_rate * factor))),)),
        ("aresample", (("out_sample_rate", str(track.sample_rate)), *_floats(track))),
        ("asetpts", (("expr", "N/SR/TB"),)),
    ]


def _floats(track: Sound) -> Options:
    layout = layout_of(track)
    return (FLOAT, ("out_chlayout", layout)) if layout is not None else (FLOAT,)
