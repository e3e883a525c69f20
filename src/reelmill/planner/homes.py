"""Where a bitstream was first written, for the outputs that only copy it."""

from dataclasses import dataclass, replace
from fractions import Fraction

from reelmill.model.operations import Still
from reelmill.model.process import EncodedStream, Input, StillAt
from reelmill.model.steps import ExpectedStream
from reelmill.planner.context import Context
from reelmill.planner.dataflow import ProcessBuilder
from reelmill.planner.lowering import Lowering
from reelmill.planner.lowering.timing import moment


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
