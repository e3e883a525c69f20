"""Where a bitstream was first written, for the outputs that only copy it."""

from dataclasses import dataclass, replace
from fractions import Fraction

from reelmill.model.codecs import TAKES
from reelmill.model.containers import Container
from reelmill.model.errors import UnsupportedMediaError
from reelmill.model.operations import Still
from reelmill.model.process import EncodedStream, Input, StillAt
from reelmill.model.steps import ExpectedStream
from reelmill.planner.containers import muxer_of
from reelmill.planner.context import Context
from reelmill.planner.dataflow import ProcessBuilder
from reelmill.planner.lowering import Lowering
from reelmill.planner.lowering.timing import moment

EDITED = frozenset(("mp4", "mov", "ipod", "hls", "dash"))
"""Muxers that write edit lists, or never get such copies."""
MOST_DELAY_SAMPLES = 4224
"""Twice what AAC encoders put before the first sample: more was cut off by somebody."""


@dataclass(frozen=True)
class Home:
    """A bitstream in the output that encodes it."""

    output: str
    path: str
    stream: EncodedStream
    index: int
    expected: ExpectedStream
    end: Fraction | None
    doubt: Fraction = Fraction(0)
    still: StillAt | None = None
    pictures: int | None = None
    hidden: Fraction = Fraction(0)

    @property
    def input(self) -> Input:
        """The output as an input of another step; FFmpeg knows our own files by their content."""
        return Input(origin="output", name=self.output, path=self.path)


def copied(home: Home, builder: ProcessBuilder) -> Home:
    """The same bitstream, copied from its home into a process."""
    where = builder.input(home.input)
    stream = home.stream.but(
        id=builder.encode_id(),
        pad=f"in{where}:{home.index}",
        encoder="copy",
        options=tuple(option for option in home.stream.options if option[0] == "tag"),
    )
    return replace(home, stream=stream)


def uncovered(container: Container, held: list[Home], context: Context) -> Fraction:
    """By how much copies are longer where no edit list can hide what comes before their start.

    Everything is there then from the key frame before, in sync: FFmpeg moves all streams alike.

    Raises:
        UnsupportedMediaError: Matroska takes such sound for an encoder's delay and counts it twice;
            AVI has no times that would keep picture and sound together.
    """
    muxer = muxer_of(container)
    if muxer in EDITED:
        return Fraction(0)
    kinds = {one.expected.kind: one.hidden for one in held if _cut_off(one)}
    most = max(kinds.values(), default=Fraction(0))
    if not most:
        return most
    if muxer == "avi" or (muxer in ("matroska", "webm") and "audio" in kinds):
        kind = "sound" if "audio" in kinds else "picture"
        raise UnsupportedMediaError(
            f"an edit list hides {float(most):.2f} s of the {kind}, as {TAKES[muxer].title} cannot:"
            f" name a codec for the {kind}, or copy into MP4, QuickTime or MPEG-TS"
        )
    context.notice(
        "copy_begins_early",
        f"{float(most):.2f} s before its start, which an edit list hid, are part of the copy",
    )
    return most


def _cut_off(home: Home) -> bool:
    """Whether more is hidden than an encoder's delay."""
    rate = home.expected.sample_rate
    return home.hidden * rate > MOST_DELAY_SAMPLES if rate else home.hidden > 0


def still_of(encode: str, context: Context) -> StillAt | None:
    """When the frame of a still is taken, if the encode is of one."""
    name = encode
    while inputs := context.graph.node(name).inputs:
        name = inputs[0]
        node = context.graph.node(name)
        if isinstance(node, Still):
            before = Lowering.alone(context).picture(node.input)
            at, last = moment(node, before)
            return StillAt(at_seconds=at, last=last)
    return None
