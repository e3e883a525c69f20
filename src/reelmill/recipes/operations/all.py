"""Every operation of users, in the order in which they are shown."""

from typing import Annotated, get_args

from pydantic import Field

from reelmill.recipes.operations.analysis import Analyze
from reelmill.recipes.operations.base import UserOperation
from reelmill.recipes.operations.encoding import Compress, ExtractAudio, RemoveAudio, Transcode
from reelmill.recipes.operations.joining import Audio, Concat
from reelmill.recipes.operations.looks import StoryboardOperation, Thumbnail, ThumbnailGrid
from reelmill.recipes.operations.metadata import Metadata
from reelmill.recipes.operations.overlay import EmbedSubtitles, Subtitles, Watermark
from reelmill.recipes.operations.picture import (
    Crop,
    Deinterlaced,
    Filter,
    Flip,
    Fps,
    Pad,
    Resize,
    Rotate,
    Stabilize,
)
from reelmill.recipes.operations.sound import Normalize, RemoveSilence, Volume
from reelmill.recipes.operations.timing import Fade, Reverse, Speed, Trim

AnyOperation = Annotated[
    Transcode
    | Trim
    | Filter
    | Stabilize
    | Deinterlaced
    | Resize
    | Rotate
    | Flip
    | Crop
    | Pad
    | Fps
    | Watermark
    | Subtitles
    | EmbedSubtitles
    | Compress
    | ExtractAudio
    | Speed
    | Reverse
    | Fade
    | Volume
    | Normalize
    | RemoveSilence
    | Concat
    | Audio
    | Metadata
    | RemoveAudio
    | Thumbnail
    | ThumbnailGrid
    | StoryboardOperation
    | Analyze,
    Field(discriminator="type"),
]
OPERATIONS: tuple[type[UserOperation], ...] = get_args(get_args(AnyOperation)[0])
OPERATION_TYPES = frozenset(
    word for one in OPERATIONS for word in get_args(one.model_fields["type"].annotation)
)
