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
from reelmill.model.operations.geometry import Crop, Flip, Pad, Resize, Rotate
from reelmill.model.operations.overlay import BurnSubtitles, Overlay, Position, Text
from reelmill.model.operations.picture import (
    Adjust,
    Blur,
    Colour,
    Deinterlace,
    Denoise,
    Scale,
    Sharpen,
)
from reelmill.model.operations.select import SelectAudio, SelectVideo
from reelmill.model.operations.sound import Sound
from reelmill.model.operations.timing import ConstantRate, FrameRate, Still, Trim

Node = Annotated[
    SelectVideo
    | SelectAudio
    | Trim
    | Deinterlace
    | ConstantRate
    | FrameRate
    | Scale
    | Resize
    | Rotate
    | Flip
    | Crop
    | Pad
    | Adjust
    | Denoise
    | Sharpen
    | Blur
    | Overlay
    | Text
    | BurnSubtitles
    | Colour
    | Still
    | Sound
    | EncodeVideo
    | EncodeAudio
    | EncodeImage,
    Field(discriminator="op"),
]

__all__ = [
    "Adjust",
    "AudioCodec",
    "Blur",
    "BurnSubtitles",
    "Colour",
    "ConstantRate",
    "Crop",
    "Deinterlace",
    "Denoise",
    "EncodeAudio",
    "EncodeImage",
    "EncodeVideo",
    "Encoding",
    "Flip",
    "FrameRate",
    "Name",
    "Node",
    "Operation",
    "Overlay",
    "Pad",
    "Position",
    "Resize",
    "Rotate",
    "Scale",
    "SelectAudio",
    "SelectVideo",
    "Selection",
    "Sharpen",
    "Sound",
    "Still",
    "Text",
    "Trim",
    "Unary",
    "VideoCodec",
]
