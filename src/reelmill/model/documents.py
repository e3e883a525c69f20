"""Documents that are written from what other steps made: playlists, cues."""

from typing import Annotated, Literal

from pydantic import Field

from reelmill.model.graph import RelativePath
from reelmill.model.operations import Name
from reelmill.model.value import Rational, Value


class MasterPlaylistDocument(Value):
    """A multivariant playlist to be written from the measured media playlists."""

    document: Literal["master_playlist"] = "master_playlist"
    output: Name
    path: RelativePath
    variants: tuple[tuple[Name, RelativePath], ...]
    """Output name and path of each media playlist, or of a presentation that has several."""

    @property
    def reads(self) -> tuple[str, ...]:
        """The outputs that it is about."""
        return tuple(name for name, _ in self.variants)


class StoryboardDocument(Value):
    """The cues of a storyboard: tile after tile, sheet after sheet, up to the end."""

    document: Literal["storyboard"] = "storyboard"
    output: Name
    path: RelativePath
    of: Name
    """The sheets."""
    sheets: tuple[str, ...] = Field(min_length=1)
    """Their names, beside the document."""
    count: int = Field(ge=1)
    interval_seconds: Rational
    duration_seconds: Rational
    columns: int
    rows: int
    spacing: int
    tile_width: int
    tile_height: int

    @property
    def reads(self) -> tuple[str, ...]:
        """The outputs that it is about."""
        return (self.of,)


Document = Annotated[MasterPlaylistDocument | StoryboardDocument, Field(discriminator="document")]
