"""Every operation of users, in the order in which they are shown."""

from typing import Annotated

from pydantic import Field

from reelmill.recipes.operations.analysis import Analyze
from reelmill.recipes.operations.encoding import Compress, ExtractAudio, RemoveAudio, Transcode
from reelmill.recipes.operations.looks import StoryboardOperation, Thumbnail, ThumbnailGrid
from reelmill.recipes.operations.timing import Trim

OPERATIONS = (
    *(Transcode, Trim, Compress, ExtractAudio, RemoveAudio),
    *(Thumbnail, ThumbnailGrid, StoryboardOperation, Analyze),
)
AnyOperation = Annotated[
    Transcode
    | Trim
    | Compress
    | ExtractAudio
    | RemoveAudio
    | Thumbnail
    | ThumbnailGrid
    | StoryboardOperation
    | Analyze,
    Field(discriminator="type"),
]
OPERATION_TYPES = frozenset(str(one.model_fields["type"].default) for one in OPERATIONS)
