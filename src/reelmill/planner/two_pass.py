"""Two passes: the picture is looked at first, and then encoded to its bit rate."""

from reelmill.model.operations import EncodeVideo, Node
from reelmill.model.process import Analysis, EncodedStream, Mux, Options, Process, Target
from reelmill.planner.dataflow import ProcessBuilder

STATISTICS = "two_pass"
"""How the files of the first pass begin; they stand beside the outputs and are not published."""


def in_two_passes(
    process: Process, nodes: list[Node]
) -> tuple[tuple[Analysis, ...], tuple[Target, ...]]:
    """What runs before a process of one target, and the target as the second pass.

    Args:
        process: as for one pass.
        nodes: the encodes of its target's streams, in their order.
    """
    (target,) = process.targets
    pairs = list(zip(nodes, target.streams, strict=True))
    wanted = [s for node, s in pairs if isinstance(node, EncodeVideo) and node.two_pass]
    wanted = [stream for stream in wanted if stream.encoder != "copy"]
    if not wanted:
        return (), process.targets
    (video,) = wanted
    first = target.but(
        streams=(_pass(video, 1),),
        muxes=(Mux(output=target.muxes[0].output, path=STATISTICS, format="null"),),
        tags=(),
    )
    builder = ProcessBuilder()
    builder.copy_target(process, first, builder.input_pads(process))
    analysis = Analysis(name="first_pass", process=builder.build())
    streams = tuple(_pass(video, 2) if one is video else one for one in target.streams)
    return (analysis,), (target.but(streams=streams),)


def _pass(stream: EncodedStream, number: int) -> EncodedStream:
    """An encoder in one of its passes. x265 has parameters of its own for it."""
    if stream.encoder != "libx265":
        more: Options = (("pass", str(number)), ("passlogfile", STATISTICS))
        return stream.but(options=(*stream.options, *more))
    passing = f":pass={number}:stats={STATISTICS}.log"
    options = tuple(
        (name, value + passing if name == "x265-params" else value)
        for name, value in stream.options
    )
    return stream.but(options=options)
