"""Operations of users that bring other sources."""

from fractions import Fraction
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from reelmill.model.operations import Colour, Mix, Part, Place, SelectAudio, Sound
from reelmill.model.operations import Concat as ConcatNode
from reelmill.model.operations import Volume as VolumeNode
from reelmill.recipes.chain import PIX_FMTS, Chain
from reelmill.recipes.operations.base import Kind, UserOperation
from reelmill.recipes.words import Seconds, Volume

Reference = Annotated[str, StringConstraints(min_length=1, max_length=4096)]
"""A source as `input` names it: a path, a URL, or `upload:ID`."""


class Concat(UserOperation):
    """Put other sources behind it, one after another; all become what the first one is."""

    moves: ClassVar[bool] = True
    brings: ClassVar[tuple[str, ...]] = ("inputs",)

    type: Literal["concat"] = "concat"
    inputs: tuple[Reference, ...] = Field(min_length=1, max_length=49)

    def apply(self, chain: Chain) -> None:
        """See `UserOperation.apply`."""
        colour = {
            "hdr": chain.video.hdr or "tone_map",
            "pix_fmt": chain.video.pix_fmt or PIX_FMTS.get(chain.video.codec or ""),
        }
        chain.on_picture(Colour, **colour)
        parts: list[Part] = []
        if chain.picture is not None or chain.sound is not None:
            parts.append(Part(picture=chain.picture, sound=chain.sound))
        for _ in self.inputs:
            picture, sound = chain.select(chain.bring())
            picture = chain.add(Colour, input=picture, **colour)
            parts.append(Part(picture=picture, sound=sound))
        if chain.picture is not None:
            chain.picture = chain.add(ConcatNode, of="picture", parts=tuple(parts))
        if chain.sound is not None:
            chain.sound = chain.add(ConcatNode, of="sound", parts=tuple(parts))


class Audio(UserOperation):
    """Put the sound of another source in the place of its own, or mix both.

    It lasts as long as the picture, or without one as long as the sound was.
    """

    brings: ClassVar[tuple[str, ...]] = ("source",)
    needs: ClassVar[Kind | None] = "sound"

    type: Literal["audio"] = "audio"
    source: Reference
    mode: Literal["replace", "mix"] = "replace"
    volume: Volume = 1.0
    """Of the other source."""
    original_volume: Volume = 1.0
    offset: Seconds = Fraction(0)
    """When the other begins."""
    loop: bool = False
    """Whether it begins again until the end."""
    duck: bool = False
    """Whether it gives way while the original is heard."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.mode == "replace" and (self.duck or self.original_volume != 1):
            raise ValueError("duck and original_volume are for mode mix")
        return self

    def apply(self, chain: Chain) -> None:
        """See `UserOperation.apply`."""
        picture, own = chain.picture, chain.sound
        lasting = tuple(name for name in (picture, own) if name is not None)
        track = chain.add(SelectAudio, source=chain.bring())
        other = chain.add(Sound, input=track, max_channels=8)
        if self.volume != 1:
            other = chain.add(VolumeNode, input=other, factor=self.volume)
        other = chain.add(
            Place,
            input=other,
            offset_seconds=self.offset,
            loop=self.loop,
            as_long_as=lasting if self.mode == "mix" else lasting[:1],
        )
        if self.mode == "replace" or own is None:
            chain.sound = other
            return
        if self.original_volume != 1:
            own = chain.add(VolumeNode, input=own, factor=self.original_volume)
        own = chain.add(Place, input=own, as_long_as=lasting)
        chain.sound = chain.add(Mix, sounds=(own, other), duck=self.duck)
