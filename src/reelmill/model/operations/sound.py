"""Operations on the sound."""

from fractions import Fraction
from typing import ClassVar, Literal

from pydantic import Field

from reelmill.model.operations.base import Name, Unary
from reelmill.model.value import Rational


class Sound(Unary):
    """Sound that begins at 0, its gaps filled with silence, of at most `max_channels`.

    Sound that ends before the picture named in `pad_to` is padded with silence.
    """

    op: Literal["sound"] = "sound"
    max_channels: int = Field(default=2, ge=1, le=8)
    pad_to: Name | None = None

    @property
    def beside(self) -> tuple[str, ...]:
        """The picture that it lasts as long as."""
        return () if self.pad_to is None else (self.pad_to,)


class Volume(Unary):
    """Sound `factor` times as loud; 0 is silence."""

    op: Literal["volume"] = "volume"
    factor: float = Field(ge=0, le=1000)


class Channels(Unary):
    """Sound of exactly so many channels, mixed up or down."""

    op: Literal["channels"] = "channels"
    channels: int = Field(ge=1, le=8)


class Loudness(Unary):
    """Sound as loud as EBU R128 measures it: `integrated` LUFS, peaks below `true_peak` dBTP.

    It is measured before, and then made louder or quieter as a whole; only where the peaks
    would not fit, or where `range` (LU) asks for less than it has, are its dynamics changed.
    Silence stays silence.
    """

    op: Literal["loudness"] = "loudness"
    chunkable: ClassVar[bool] = False
    integrated: float = Field(default=-23.0, ge=-70, le=-5)
    true_peak: float = Field(default=-1.0, ge=-9, le=0)
    range: float | None = Field(default=None, ge=1, le=50)
    """None: as it is."""


class RemoveSilence(Unary):
    """The input without the parts in which the sound of `by` is silent.

    Silent is what stays below `threshold_db` (dBFS) for `min_seconds` in all channels;
    `keep_seconds` of it stay at both ends. Cuts are on the frames of the picture in `frames_of`,
    so that both can be cut alike.
    """

    op: Literal["remove_silence"] = "remove_silence"
    chunkable: ClassVar[bool] = False
    by: Name
    frames_of: Name | None = None
    threshold_db: float = Field(default=-50, ge=-120, le=0)
    min_seconds: Rational = Field(default=Fraction(1, 2), ge=Fraction(1, 20), le=3600)
    keep_seconds: Rational = Field(default=Fraction(0), ge=0, le=60)

    @property
    def beside(self) -> tuple[str, ...]:
        """The sound that is listened to, and the picture."""
        return (self.by,) if self.frames_of is None else (self.by, self.frames_of)
