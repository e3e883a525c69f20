"""Silence cut out of sound, and out of the picture with it."""

from dataclasses import replace
from fractions import Fraction
from zlib import crc32

from reelmill.model.errors import InvalidRequestError
from reelmill.model.operations import RemoveSilence
from reelmill.model.process import Analysis, Cuts
from reelmill.planner.lowering.listening import listen
from reelmill.planner.lowering.site import Lowering, lowered
from reelmill.planner.lowering.sound import steadied
from reelmill.planner.lowering.timing import decimal
from reelmill.planner.tracks import Picture, Sound, Subtitles, Track

BLOCKS_A_SECOND = 100
"""How finely sound is cut."""


@lowered.register
def remove_silence(op: RemoveSilence, to: Lowering) -> Track:
    """Silences are found before (silencedetect); frames and blocks in them are left out.

    A length is not known until then. Sound is cut in blocks of 10 ms of which, at each cut, as
    many are left out as keep it with the picture.
    """
    track, by = to.track(op.input), to.beside(op.by)
    if isinstance(track, Subtitles):
        raise InvalidRequestError("subtitles cannot be cut by sound")
    if not isinstance(by, Sound):
        to.context.notice("no_sound", "there is no sound whose silence could be removed")
        return track
    picture = track if isinstance(track, Picture) else to.beside(op.frames_of)
    block = max(1, by.sample_rate // BLOCKS_A_SECOND)
    block_seconds = Fraction(block, by.sample_rate)
    rate = _rate(picture) if isinstance(picture, Picture) else 1 / block_seconds
    name = _ask(op, to, 1 / rate, block_seconds)
    if isinstance(track, Picture):
        pad = to.builder.chain(
            track.pad,
            ("select", (("expr", f"{{{name}.frames}}"),)),
            ("settb", (("expr", f"1/({rate})"),)),
            ("setpts", (("expr", "N"),)),
        )
        return replace(track, pad=pad, end=None)
    track = steadied(track, to)
    pad = to.builder.chain(
        track.pad,
        ("asetnsamples", (("n", str(block)), ("p", "0"))),
        ("aselect", (("expr", f"{{{name}.blocks}}"),)),
        ("asetpts", (("expr", "N/SR/TB"),)),
    )
    return replace(track, pad=pad, end=None)


def _rate(picture: Picture) -> Fraction:
    if picture.rate is None:
        raise InvalidRequestError("a picture is cut by its sound at a constant rate only")
    return picture.rate


def _ask(op: RemoveSilence, to: Lowering, frame_seconds: Fraction, block_seconds: Fraction) -> str:
    """The name of the analysis; picture and sound share one."""
    silent = (
        ("noise", f"{op.threshold_db:g}dB"),
        ("duration", decimal(op.min_seconds)),
        ("mono", "0"),
    )
    asked = repr((op.by, silent, frame_seconds, block_seconds, op.keep_seconds))
    name = f"silence_{crc32(asked.encode()):08x}"
    written = (("mode", "print"), ("file", f"{name}.txt"))
    process, before = listen(to, op.by, name, ("silencedetect", silent), ("ametadata", written))
    cuts = Cuts(
        path=f"{name}.txt",
        frame_seconds=frame_seconds,
        block_seconds=block_seconds,
        keep_seconds=op.keep_seconds,
    )
    to.builder.ask((*before, Analysis(name=name, process=process, finds="silence", cuts=cuts)))
    return name
