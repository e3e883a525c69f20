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
