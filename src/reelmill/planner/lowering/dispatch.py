"""From a node of the graph to a pad of a process.

A new operation is a class in model/operations.py, a function in this package, a case here.
"""

from dataclasses import dataclass, field
from typing import assert_never

from reelmill.model.errors import InvalidRequestError, UnsupportedMediaError
from reelmill.model.operations import (
    Colour,
    ConstantRate,
    Deinterlace,
    EncodeAudio,
    EncodeImage,
    EncodeVideo,
    Node,
    Scale,
    SelectAudio,
    SelectVideo,
    Still,
    Trim,
)
from reelmill.model.operations import Sound as SoundOperation
from reelmill.model.steps import EncodedStream, ExpectedStream
from reelmill.planner.context import Context
from reelmill.planner.dataflow import ProcessBuilder
from reelmill.planner.lowering.encode import encode_audio, encode_image, encode_video
from reelmill.planner.lowering.picture import colour, deinterlace, scale
from reelmill.planner.lowering.select import (
    chosen_audio,
    chosen_video,
    select_audio,
    select_video,
)
from reelmill.planner.lowering.sound import sound
from reelmill.planner.lowering.timing import constant_rate, still, trim
from reelmill.planner.tracks import Picture, Sound, Track


def is_there(name: str, context: Context) -> bool:
    """Whether the sources have the stream that a node works on."""
    node = context.graph.node(name)
    match node:
        case SelectVideo():
            return chosen_video(node, context) is not None
        case SelectAudio():
            return chosen_audio(node, context) is not None
        case _:
            return all(is_there(read, context) for read in node.inputs)


@dataclass
class Lowering:
    """Lowers nodes into one process; a node that is asked for twice is the same pad."""

    context: Context
    builder: ProcessBuilder
    _tracks: dict[str, Track] = field(default_factory=dict[str, Track])

    def track(self, name: str) -> Track:
        """The track that a node of the graph means."""
        if name not in self._tracks:
            self._tracks[name] = self._lower(self.context.graph.node(name))
        return self._tracks[name]

    def picture(self, name: str) -> Picture:
        """The node's track, which must be a picture."""
        track = self.track(name)
        if not isinstance(track, Picture):
            raise InvalidRequestError(f"{name!r} is sound where a picture is needed")
        return track

    def sound(self, name: str) -> Sound:
        """The node's track, which must be sound."""
        track = self.track(name)
        if not isinstance(track, Sound):
            raise InvalidRequestError(f"{name!r} is a picture where sound is needed")
        return track

    def encode(self, name: str) -> tuple[EncodedStream, ExpectedStream, Track]:
        """The encoder that a node means, what its stream must be, and what goes into it."""
        node = self.context.graph.node(name)
        track: Track
        match node:
            case EncodeVideo():
                track = self.picture(node.input)
                stream, expected = encode_video(node, track, self.context, self.builder)
            case EncodeAudio():
                track = self.sound(node.input)
                stream, expected = encode_audio(node, track, self.builder)
            case EncodeImage():
                track = self.picture(node.input)
                stream, expected = encode_image(node, track, self.builder)
            case _:
                raise InvalidRequestError(f"{name!r} does not encode")
        if stream.encoder not in self.context.facts.capabilities.encoders:
            raise UnsupportedMediaError(f"this host has no working {stream.encoder}", output=name)
        return stream, expected, track

    def _lower(self, node: Node) -> Track:  # noqa: C901 - one case per operation
        context, builder = self.context, self.builder
        match node:
            case SelectVideo():
                return select_video(node, context, builder)
            case SelectAudio():
                return select_audio(node, context, builder)
            case Trim():
                return trim(node, self.track(node.input), builder)
            case Deinterlace():
                return deinterlace(self.picture(node.input), context, builder)
            case ConstantRate():
                beside = self._beside(node.hold_for)
                return constant_rate(node, self.picture(node.input), beside, context, builder)
            case Scale():
                return scale(node, self.picture(node.input), builder)
            case Colour():
                return colour(node, self.picture(node.input), context, builder)
            case Still():
                return still(node, self.picture(node.input), builder)
            case SoundOperation():
                beside = self._beside(node.pad_to)
                return sound(node, self.sound(node.input), beside, context, builder)
            case EncodeVideo() | EncodeAudio() | EncodeImage():
                raise InvalidRequestError(f"{node.id!r} is a bitstream and cannot be filtered")
        assert_never(node)

    def _beside(self, name: str | None) -> Track | None:
        """A track that is only looked at: lowered elsewhere, so that nothing of it is run."""
        if name is None or not is_there(name, self.context):
            return None
        return Lowering(self.context, ProcessBuilder()).track(name)
