"""Copy what a lossless encoder would write again.

May: replace an encode by a copy where the source's stream, untouched by any filter, already is
in that lossless codec and its format. May not: copy anything lossy, or change a container.
"""

from reelmill.model.facts import AudioStream, VideoStream
from reelmill.model.process import EncodedStream, Process, Target
from reelmill.model.steps import Step
from reelmill.planner.context import Context

LOSSLESS = frozenset(("flac", "pcm_s16le", "ffv1"))

Steps = tuple[Step, ...]


def copy_lossless(steps: Steps, context: Context) -> Steps:
    """Encodes that would change nothing become copies."""
    return tuple(_copied(step, context) for step in steps)


def _copied(step: Step, context: Context) -> Step:
    process = step.process
    if process is None:
        return step
    targets = tuple(_target(target, process, context) for target in process.targets)
    if targets == process.targets:
        return step
    return step.but(
        process=process.but(targets=targets),
        why=(*step.why, "copied: the source already is in this lossless codec"),
    )


def _target(target: Target, process: Process, context: Context) -> Target:
    return target.but(streams=tuple(_stream(one, process, context) for one in target.streams))


def _stream(one: EncodedStream, process: Process, context: Context) -> EncodedStream:
    if one.encoder not in LOSSLESS or one.kind == "image" or not one.pad.startswith("in"):
        return one
    number, _, index = one.pad.removeprefix("in").partition(":")
    opened = process.inputs[int(number)]
    if opened.origin != "source" or opened.seek_seconds or opened.length_seconds:
        return one
    streams = context.facts.of(opened.name).streams
    stream = next(s for s in streams if s.index == int(index))
    same = stream.codec == one.encoder and (
        isinstance(stream, AudioStream)
        or (isinstance(stream, VideoStream) and not (stream.rotation_degrees or stream.flipped))
    )
    return one.but(encoder="copy", options=()) if same else one
