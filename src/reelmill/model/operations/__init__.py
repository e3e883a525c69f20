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
from reelmill.model.operations.geometry import Crop, Flip, KeepAspect, Pad, Resize, Rotate
from reelmill.model.operations.joining import Concat, Mix, Part, Place
from reelmill.model.operations.looks import Representative, Tiles
from reelmill.model.operations.overlay import BurnSubtitles, Overlay, Position, Text
from reelmill.model.operations.picture import (
    Adjust,
    Blur,
    Colour,
    Deinterlace,
    Denoise,
    Scale,
    Sharpen,
    Stabilise,
)
from reelmill.model.operations.select import SelectAudio, SelectSubtitles, SelectVideo
from reelmill.model.operations.sound import Channels, Loudness, RemoveSilence, Sound, Volume
from reelmill.model.operations.timing import (
    ConstantRate,
    Fade,
    FrameRate,
    Reverse,
    Speed,
    Still,
    Trim,
)

Node = Annotated[
    SelectVideo
    | SelectAudio
    | SelectSubtitles
    | Trim
    | Deinterlace
    | ConstantRate
    | FrameRate
    | Scale
    | Resize
    | KeepAspect
    | Rotate
    | Flip
    | Crop
    | Pad
    | Adjust
    | Denoise
    | Sharpen
    | Stabilise
    | Blur
    | Overlay
    | Text
    | BurnSubtitles
    | Colour
    | Still
    | Representative
    | Tiles
    | Sound
    | Speed
    | Reverse
    | Fade
    | Volume
    | Channels
    | Loudness
    | RemoveSilence
    | Concat
    | Place
    | Mix
    | EncodeVideo
    | EncodeAudio
    | EncodeImage
    | EncodeAnimation
    | EncodeSubtitles
    | Copy,
    Field(discriminator="op"),
]

__all__ = [
    "Adjust",
    "Blur",
    "BurnSubtitles",
    "Channels",
    "Colour",
    "Concat",
    "ConstantRate",
    "Copy",
    "Crop",
    "Deinterlace",
    "Denoise",
    "EncodeAnimation",
    "EncodeAudio",
    "EncodeImage",
    "EncodeSubtitles",
    "EncodeVideo",
    "Encoding",
    "Fade",
    "Flip",
    "FrameRate",
    "KeepAspect",
    "Loudness",
    "Mix",
    "Name",
    "Node",
    "Operation",
    "Overlay",
    "Pad",
    "Part",
    "Place",
    "Position",
    "RemoveSilence",
    "Representative",
    "Resize",
    "Reverse",
    "Rotate",
    "Scale",
    "SelectAudio",
    "SelectSubtitles",
    "SelectVideo",
    "Selection",
    "Sharpen",
    "Sound",
    "Speed",
    "Stabilise",
    "Still",
    "Text",
    "Tiles",
    "Trim",
    "Unary",
    "Volume",
]
