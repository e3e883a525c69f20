"""Loudness by EBU R128, measured before it is changed."""

from dataclasses import replace

from reelmill.model.operations import Loudness
from reelmill.model.process import Analysis, Options
from reelmill.planner.lowering.listening import listen
from reelmill.planner.lowering.site import Lowering, lowered
from reelmill.planner.lowering.sound import FLOAT, layout_of, measured_out, steadied
from reelmill.planner.tracks import Sound


@lowered.register
def loudness(op: Loudness, to: Lowering) -> Sound:
    """Two passes of loudnorm: one measures, the other applies one gain where peaks allow it.

    The range that is aimed at is the measured one unless less is asked for, as loudnorm works
    on the dynamics as soon as it is exceeded (FFmpeg, loudnorm, linear). It may answer at
    192 kHz; the rate is set back.
    """
    track = steadied(to.sound(op.input), to)
    name = op.id
    process, before = listen(
        to, op.input, name, ("loudnorm", (*_target(op, "7"), ("print_format", "json")))
    )
    heard = Analysis(
        name=name,
        process=process.but(talks=True),
        finds="loudness",
        quiet_lufs=op.integrated,
    )
    to.builder.ask((*before, heard))
    measured: Options = (
        ("measured_I", f"{{{name}.integrated}}"),
        ("measured_TP", f"{{{name}.true_peak}}"),
        ("measured_LRA", f"{{{name}.range}}"),
        ("measured_thresh", f"{{{name}.threshold}}"),
        ("offset", f"{{{name}.offset}}"),
        ("linear", "true"),
    )
    layout = layout_of(track)
    back: list[tuple[str, str]] = [("out_sample_rate", str(track.sample_rate)), FLOAT]
    if layout is not None:
        back.append(("out_chlayout", layout))
    wide = f"{op.range:g}" if op.range is not None else f"{{{name}.kept_range}}"
    pad = to.builder.chain(
        track.pad,
        ("loudnorm", (*_target(op, wide), *measured)),
        ("aresample", tuple(back)),
    )
    changed = replace(track, pad=pad)
    return changed if track.end is None else measured_out(changed, to, track.end)


def _target(op: Loudness, wide: str) -> Options:
    return (("I", f"{op.integrated:g}"), ("TP", f"{op.true_peak:g}"), ("LRA", wide))
