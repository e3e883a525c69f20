"""Operations of users on what a file says of itself."""

from itertools import pairwise
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AliasChoices, Field, StringConstraints, model_validator

from reelmill.model.graph import Chapter
from reelmill.model.value import Said
from reelmill.recipes.chain import Chain
from reelmill.recipes.operations.base import UserOperation
from reelmill.recipes.words import Seconds

Line = Annotated[str, StringConstraints(pattern=r"^[^\x00-\x1f\x7f]*$", max_length=1000)]


class ChapterMark(Said):
    """A chapter, up to the next one or the end unless it says."""

    start: Seconds = Field(validation_alias=AliasChoices("start", "start_time"))
    end: Seconds | None = Field(default=None, validation_alias=AliasChoices("end", "end_time"))
    title: Line = ""

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.end is not None and self.end <= self.start:
            raise ValueError("end comes after start")
        return self


class Metadata(UserOperation):
    """Set tags, and the chapters, at their times in the output. An empty text removes a tag."""

    encodes: ClassVar[bool] = False

    type: Literal["metadata"] = "metadata"
    tags: dict[Annotated[str, StringConstraints(pattern="^[a-z_]{1,40}$")], Line] = Field(
        default_factory=dict[str, str], max_length=40
    )
    """Title, artist and the like."""
    chapters: tuple[ChapterMark, ...] | None = Field(default=None, max_length=1000)
    """An empty list removes them; none leaves them where nothing is moved in time."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for one, following in pairwise(self.chapters or ()):
            if following.start <= one.start:
                raise ValueError("chapters stand in the order of their starts")
        return self

    def apply(self, chain: Chain) -> None:
        """See `UserOperation.apply`."""
        chain.tags |= self.tags
        if self.chapters is not None:
            chain.chapters = tuple(
                Chapter(start_seconds=one.start, end_seconds=one.end, title=one.title)
                for one in self.chapters
            )
