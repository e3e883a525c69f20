"""Operations that join several inputs."""

from fractions import Fraction
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from reelmill.model.operations.base import Name, Operation, Unary
from reelmill.model.value import Rational, Value


class Part(Value):
    """What is joined: a picture, its sound, or both. One that the sources lack is made up."""

    picture: Name | None = None
    sound: Name | None = None

    @model_validator(mode="after")
    def _is_something(self) -> Self:
        if self.picture is None and self.sound is None:
            raise ValueError("a part has a picture or a sound")
        return self

    @property
    def names(self) -> tuple[Name, ...]:
        """The nodes of it."""
        return tuple(one for one in (self.picture, self.sound) if one is not None)


class Concat(Operation):
    """The pictures or the sounds of parts, one after another.

    All become what the first one is: its displayed size (fitted in, black around), frame rate,
    sample rate and channels. A part lasts as long as the longer of its two; black and silence
    fill what is missing.
    """

    op: Literal["concat"] = "concat"
    chunkable: ClassVar[bool] = False
    of: Literal["picture", "sound"]
    parts: tuple[Part, ...] = Field(min_length=2, max_length=50)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The pictures, or the sounds."""
        mine = (one.picture if self.of == "picture" else one.sound for one in self.parts)
        return tuple(name for name in mine if name is not None)

    @property
    def beside(self) -> tuple[str, ...]:
        """All that a part's length comes from."""
        return tuple(name for one in self.parts for name in one.names)


class Place(Unary):
    """Sound from `offset_seconds` on, as long as the first of `as_long_as` that is there.

    What is longer is cut, what is shorter is followed by silence, or with `loop` by itself.
    """

    op: Literal["place"] = "place"
    chunkable: ClassVar[bool] = False
    offset_seconds: Rational = Field(default=Fraction(0), ge=0)
    loop: bool = False
    as_long_as: tuple[Name, ...] = ()

    @property
    def beside(self) -> tuple[str, ...]:
        """Those whose length counts."""
        return self.as_long_as


class Mix(Operation):
    """Sounds at the same time, as they are, up to the longest's end; peaks are limited.

    With `duck` the others are quieter while the first is heard. What the sources lack is left
    out.
    """

    op: Literal["mix"] = "mix"
    sounds: tuple[Name, ...] = Field(min_length=2, max_length=16)
    duck: bool = False

    @property
    def inputs(self) -> tuple[str, ...]:
        """All of them."""
        return self.sounds
