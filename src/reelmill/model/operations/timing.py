"""Operations on time."""

from fractions import Fraction
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from reelmill.model.operations.base import Name, Unary
from reelmill.model.value import Rational


class Trim(Unary):
    """The part from `start_seconds` up to `end_seconds` of its input, moved to begin at 0.

    `keyframe` lets a copy begin at the key frame before; what is encoded anew is always exact.
    """

    op: Literal["trim"] = "trim"
    start_seconds: Rational = Field(ge=0)
    end_seconds: Rational | None = Field(default=None, gt=0)
    accuracy: Literal["exact", "keyframe"] = "exact"


class ConstantRate(Unary):
    """Frames at a constant rate from time 0: the source's nominal rate, at most `max_rate`.

    A picture that starts late holds its first frame; one that ends more than a second before
    the sound named in `hold_for` holds its last.
    """

    op: Literal["constant_rate"] = "constant_rate"
    max_rate: Rational = Field(gt=0)
    hold_for: Name | None = None

    @property
    def beside(self) -> tuple[str, ...]:
        """The sound that it waits for."""
        return () if self.hold_for is None else (self.hold_for,)


class FrameRate(Unary):
    """Frames at exactly this rate from time 0: some are shown twice, or left out."""

    op: Literal["frame_rate"] = "frame_rate"
    rate: Rational = Field(ge=1, le=240)


class Still(Unary):
    """One frame: the first at or after a time, or a share of the length; 1 is the last frame."""

    op: Literal["still"] = "still"
    chunkable: ClassVar[bool] = False
    position: Rational | None = Field(default=None, ge=0, le=1)
    at_seconds: Rational | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _one_moment(self) -> Self:
        if (self.position is None) == (self.at_seconds is None):
            raise ValueError("a still is at a position or at a time")
        return self


class Speed(Unary):
    """The input `factor` times as fast; the picture keeps its frame rate.

    Sound keeps its pitch, or (`keep_pitch` false) rises and falls with the speed like a tape.
    """

    op: Literal["speed"] = "speed"
    factor: Rational = Field(ge=Fraction(1, 4), le=10)
    keep_pitch: bool = True


class Reverse(Unary):
    """The input from its end to its beginning.

    All of it is held in memory: what is too big is refused. A picture that ends before the
    sound in `pad_to` is held, sound that ends before the picture in it is padded, as both begin
    together then.
    """

    op: Literal["reverse"] = "reverse"
    chunkable: ClassVar[bool] = False
    pad_to: Name | None = None

    @property
    def beside(self) -> tuple[str, ...]:
        """What begins with it."""
        return () if self.pad_to is None else (self.pad_to,)


class Fade(Unary):
    """From black or silence over the first seconds, and to it over the last."""

    op: Literal["fade"] = "fade"
    in_seconds: Rational = Field(default=Fraction(0), ge=0)
    out_seconds: Rational = Field(default=Fraction(0), ge=0)
