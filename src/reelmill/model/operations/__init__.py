"""The operations of a graph: one frozen class each, with its fields, limits and a sentence.

A node names its input nodes by id. What an operation becomes in FFmpeg is the planner's
business (planner/lowering has one function per class).
"""

from typing import Annotated

from pydantic import Field

from reelmill.model.operations.base import Encoding, Name, Operation, Selection, Unary
from reelmill.model.operations.encode import (
    AudioCodec,
    EncodeAudio,
    EncodeImage,
    EncodeVideo,
    VideoCodec,
)
from reelmill.model.operations.picture import Colour, Deinterlace, Scale
from reelmill.model.operations.select import SelectAudio, SelectVideo
from reelmill.model.operations.sound import Sound
from reelmill.model.operations.timing import ConstantRate, Still, Trim

Node = Annotated[
    SelectVideo
    | SelectAudio
    | Trim
    | Deinterlace
    | ConstantRate
    | Scale
    | Colour
    | Still
    | Sound
    | EncodeVideo
    | EncodeAudio
    | EncodeImage,
    Field(discriminator="op"),
]

__all__ = [
    "AudioCodec",
    "Colour",
    "ConstantRate",
    "Deinterlace",
    "EncodeAudio",
    "EncodeImage",
    "EncodeVideo",
    "Encoding",
    "Name",
    "Node",
    "Operation",
    "Scale",
    "SelectAudio",
    "SelectVideo",
    "Selection",
    "Sound",
    "Still",
    "Trim",
    "Unary",
    "VideoCodec",
]
