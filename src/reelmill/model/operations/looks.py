"""Operations that choose frames of a picture to be looked at: the best one, sheets of many."""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from reelmill.model.operations.base import Unary
from reelmill.model.value import Rational


class Representative(Unary):
    """The one frame that is most like all others of its part, by their histograms.

    `begin` and `end` are shares of the length. So neither a flash nor a fade is chosen unless the
    part is little else.
    """

    op: Literal["representative"] = "representative"
    chunkable: ClassVar[bool] = False
    begin: Rational = Field(default=0, ge=0, lt=1, validate_default=True)
    end: Rational = Field(default=1, gt=0, le=1, validate_default=True)

    @model_validator(mode="after")
    def _is_a_part(self) -> Self:
        if self.begin >= self.end:
            raise ValueError("a part ends after it begins")
        return self


class Tiles(Unary):
    """Frames side by side on sheets, row by row: one for each part of the length, its middle.

    There are `count` parts, or as many as `interval_seconds` makes. `frames` key takes the last
    key frame before each moment, which costs a tenth; auto does where they stand dense enough
    and nothing else decodes the source.
    """

    op: Literal["tiles"] = "tiles"
    chunkable: ClassVar[bool] = False
    count: int | None = Field(default=None, ge=1, le=10_000)
    interval_seconds: Rational | None = Field(default=None, gt=0)
    columns: int = Field(ge=1, le=100)
    rows: int = Field(ge=1, le=100)
    width: int = Field(default=160, ge=16, le=4096, multiple_of=2)
    """Of a tile; its height keeps the shape."""
    spacing: int = Field(default=0, ge=0, le=256, multiple_of=2)
    """Pixels between tiles; even, so that colours stay with their pixels."""
    frames: Literal["auto", "exact", "key"] = "exact"

    @model_validator(mode="after")
    def _one_measure(self) -> Self:
        if (self.count is None) == (self.interval_seconds is None):
            raise ValueError("tiles have a count or an interval")
        return self
