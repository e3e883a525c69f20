"""Operations of users on time."""

from fractions import Fraction
from typing import ClassVar, Literal, Self

from pydantic import model_validator

from reelmill.model.operations import Trim as TrimNode
from reelmill.recipes.chain import Chain
from reelmill.recipes.operations.base import UserOperation
from reelmill.recipes.words import Seconds


class Trim(UserOperation):
    """Keep the part from `start_time` on, for a `duration` or up to `end_time`.

    `exact` cuts where it is asked and encodes anew; `keyframe` lets a copy begin at the key
    frame before.
    """

    encodes: ClassVar[bool] = False

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
        chain.on_both(TrimNode, start_seconds=self.start_time, end_seconds=end, accuracy=accuracy)
