"""Operations of users on sound."""

from fractions import Fraction
from typing import ClassVar, Literal

from pydantic import AliasChoices, Field

from reelmill.model.operations import Loudness
from reelmill.model.operations import RemoveSilence as RemoveSilenceNode
from reelmill.model.operations import Volume as VolumeNode
from reelmill.recipes import words
from reelmill.recipes.chain import Chain
from reelmill.recipes.operations.base import UserOperation
from reelmill.recipes.words import Seconds


class Volume(UserOperation):
    """Make the sound louder or quieter: `0.5`, or `"-6dB"`."""

    type: Literal["volume"] = "volume"
    volume: words.Volume

    def apply(self, chain: Chain) -> None:
        """See `UserOperation.apply`."""
        chain.on_sound(VolumeNode, factor=self.volume)


class Normalize(UserOperation):
    """Make it as loud as other programmes are (EBU R128), measured before."""

    type: Literal["normalize"] = "normalize"
    target: float = Field(
        default=-23.0, ge=-70, le=-5, validation_alias=AliasChoices("target", "integrated", "lufs")
    )
    """LUFS: -23 in broadcasting (EBU R 128), -14 to -16 on the web."""
    true_peak: float = Field(default=-1.0, ge=-9, le=0)
    """dBTP, never exceeded."""
    loudness_range: float | None = Field(default=None, ge=1, le=50)
    """LU; none leaves the dynamics as they are."""

    def apply(self, chain: Chain) -> None:
        """See `UserOperation.apply`."""
        chain.on_sound(
            Loudness,
            integrated=self.target,
            true_peak=self.true_peak,
            range=self.loudness_range,
        )


class RemoveSilence(UserOperation):
    """Cut out silences, of the picture too."""

    moves: ClassVar[bool] = True

    type: Literal["remove_silence"] = "remove_silence"
    threshold_db: float = Field(default=-50, ge=-120, le=0)
    """What is quieter (dBFS) is silence."""
    min_seconds: Seconds = Field(default=Fraction(1, 2), ge=Fraction(1, 20), le=3600)
    """What is shorter stays."""
    keep_seconds: Seconds = Field(default=Fraction(0), le=60)
    """What stays of a silence at both of its ends."""

    def apply(self, chain: Chain) -> None:
        """See `UserOperation.apply`."""
        if chain.sound is None:
            chain.idle += [chain.asked] if chain.asked else []
            return
        picture, sound = chain.picture, chain.sound
        said = {
            "by": sound,
            "threshold_db": self.threshold_db,
            "min_seconds": self.min_seconds,
            "keep_seconds": self.keep_seconds,
        }
        chain.on_picture(RemoveSilenceNode, **said)
        chain.on_sound(RemoveSilenceNode, frames_of=picture, **said)
