"""Operations on the picture's size and shape. Sizes are displayed pixels: square and upright."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from reelmill.model.operations.base import Name, Unary
from reelmill.model.value import Rational

Side = Annotated[int, Field(ge=2, le=16384)]
Offset = Annotated[int, Field(ge=0, le=16384)]
Hue = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
"""A colour as red, green and blue (sRGB): "#ff8000"."""
BLACK, WHITE = "#000000", "#ffffff"


class Resize(Unary):
    """Another size: fit inside it, fill it and lose the edges, pad it with bars, or stretch.

    With one side only, the other keeps the aspect. `shrink` fits, and never enlarges. Odd sides
    are made even.
    """

    op: Literal["resize"] = "resize"
    width: Side | None = None
    height: Side | None = None
    mode: Literal["fit", "shrink", "fill", "pad", "stretch"] = "fit"
    colour: Hue = BLACK
    """Of the bars."""

    @model_validator(mode="after")
    def _has_a_side(self) -> Self:
        if self.width is None and self.height is None:
            raise ValueError("resize needs a width or a height")
        return self


class KeepAspect(Unary):
    """The shape of another picture to the last digit, where even sides changed it by a hair.

    DASH wants all renditions of a picture to have one shape: 854x480 is not quite 16:9.
    """

    op: Literal["keep_aspect"] = "keep_aspect"
    of: Name

    @property
    def beside(self) -> tuple[str, ...]:
        """The picture whose shape counts."""
        return (self.of,)


class Rotate(Unary):
    """Turned clockwise; other than by quarters, the whole picture is kept on a larger ground."""

    op: Literal["rotate"] = "rotate"
    degrees: Rational = Field(ge=-360, le=360)
    colour: Hue = BLACK
    """Of the ground."""


class Flip(Unary):
    """Mirrored left to right (horizontal) or top to bottom (vertical)."""

    op: Literal["flip"] = "flip"
    direction: Literal["horizontal", "vertical"]


class Crop(Unary):
    """A part of the picture, from `x` and `y` at its left and top; by default its centre."""

    op: Literal["crop"] = "crop"
    width: Side
    height: Side
    x: Offset | None = None
    y: Offset | None = None


class Pad(Unary):
    """A larger ground, the picture at `x` and `y` from its left and top; by default centred."""

    op: Literal["pad"] = "pad"
    width: Side
    height: Side
    x: Offset | None = None
    y: Offset | None = None
    colour: Hue = BLACK
