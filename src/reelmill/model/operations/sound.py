"""Operations on the sound."""

from typing import Literal

from pydantic import Field

from reelmill.model.operations.base import Name, Unary


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
