"""The operations of a graph: one frozen class each, with its fields, limits and a sentence.

A node names its input nodes by id. What an operation becomes in FFmpeg is the planner's
business (planner/lowering has one function per class).
"""

from typing import Annotated

from pydantic import Field

from reelmill.model.operations.base import Encoding, Name, Operation, Selection, Unary
from reelmill.model.operations.encode import (
    Copy,
    EncodeAnimation,
    EncodeAudio,
    EncodeImage,
    EncodeSubtitles,
    EncodeVideo,
)
from reelmill.model.operations.looks import Representative, Tiles
from reelmill.model.operations.picture import Colour, Deinterlace, Scale
from reelmill.model.operations.select import SelectAudio, SelectSubtitles, SelectVideo
from reelmill.model.operations.sound import Sound
from reelmill.model.operations.timing import ConstantRate, Still, Trim

Node = Annotated[
    SelectVideo
    | SelectAudio
    | SelectSubtitles
    | Trim
    | Deinterlace
    | ConstantRate
    | Scale
    | Colour
    | Still
    | Representative
    | Tiles
    | Sound
    | EncodeVideo
    | EncodeAudio
    | EncodeImage
    | EncodeAnimation
    | EncodeSubtitles
    | Copy,
    Field(discriminator="op"),
]

__all__ = [
    "Colour",
    "ConstantRate",
    "Copy",
    "Deinterlace",
    "EncodeAnimation",
    "EncodeAudio",
    "EncodeImage",
    "EncodeSubtitles",
    "EncodeVideo",
    "Encoding",
    "Name",
    "Node",
    "Operation",
    "Representative",
    "Scale",
    "SelectAudio",
    "SelectSubtitles",
    "SelectVideo",
    "Selection",
    "Sound",
    "Still",
    "Tiles",
    "Trim",
    "Unary",
]
