"""Operations of users on time."""

from fractions import Fraction
from typing import ClassVar, Literal, Self

from pydantic import AliasChoices, Field, model_validator

from reelmill.model.operations import Fade as FadeNode
from reelmill.model.operations import Reverse as ReverseNode
from reelmill.model.operations import Speed as SpeedNode
from reelmill.model.operations import Trim as TrimNode
from reelmill.recipes.chain import Chain
from reelmill.recipes.operations.base import UserOperation
from reelmill.recipes.words import Factor, Seconds


class Trim(UserOperation):
    """Keep the part from `start_time` on, for a `duration` or up to `end_time`.

    `exact` cuts where it is asked and encodes anew; `keyframe` lets a copy begin at the key
    frame before.
    """

    encodes: ClassVar[bool] = False
    moves: ClassVar[bool] = True
    carries: ClassVar[bool] = True

    type: Literal["trim"] = "trim"
    start_time: Seconds = Fraction(0)
    duration: Seconds | None = None
    end_time: Seconds | None = None
    accuracy: Literal["exact", "keyframe"] | None = None
    """None: exact, unless everything is copied."""

    @model_validator(mode="after")
    def _range(self) -> Self:
        if self.duration is not None and self.end_time is not None:
            raise ValueError("give either duration or end_time")
        if self.duration is not None and self.duration <= 0:
            raise ValueError("duration is more than 0")
        if self.end_time is not None and self.end_time <= self.start_time:
            raise ValueError("end_time comes after start_time")
        return self

    def apply(self, chain: Chain) -> None:
        """See `UserOperation.apply`."""
        end = self.end_time if self.duration is None else self.start_time + self.duration
        copied = "copy" in (chain.video.codec, chain.audio.codec)
        accuracy = self.accuracy or ("keyframe" if copied else "exact")
        chain.on_all(TrimNode, start_seconds=self.start_time, end_seconds=end, accuracy=accuracy)


class Speed(UserOperation):
    """Make it faster or slower; the frame rate stays, and the pitch unless it may change."""

    moves: ClassVar[bool] = True
    carries: ClassVar[bool] = True

    type: Literal["speed"] = "speed"
    speed: Factor = Field(
        ge=Fraction(1, 4),
        le=10,
        validation_alias=AliasChoices("speed", "factor", "speed_factor"),
    )
    """2 is twice as fast."""
    keep_pitch: bool = True

    def apply(self, chain: Chain) -> None:
        """See `UserOperation.apply`."""
        chain.on_all(SpeedNode, factor=self.speed, keep_pitch=self.keep_pitch)


class Reverse(UserOperation):
    """Play it backwards. It is held in memory, so a long one is refused."""

    moves: ClassVar[bool] = True

    type: Literal["reverse"] = "reverse"

    def apply(self, chain: Chain) -> None:
        """See `UserOperation.apply`."""
        picture, sound = chain.picture, chain.sound
        chain.on_picture(ReverseNode, pad_to=sound)
        chain.on_sound(ReverseNode, pad_to=picture)


class Fade(UserOperation):
    """Fade in at the beginning and out at the end."""

    type: Literal["fade"] = "fade"
    fade_in: Seconds = Fraction(0)
    fade_out: Seconds = Fraction(0)
    of: Literal["both", "audio", "video"] = "both"

    @model_validator(mode="after")
    def _any(self) -> Self:
        if not self.fade_in and not self.fade_out:
            raise ValueError("give fade_in, fade_out or both")
        return self

    def apply(self, chain: Chain) -> None:
        """See `UserOperation.apply`."""
        said = {"in_seconds": self.fade_in, "out_seconds": self.fade_out}
        if self.of != "audio":
            chain.on_picture(FadeNode, **said)
        if self.of != "video":
            chain.on_sound(FadeNode, **said)
