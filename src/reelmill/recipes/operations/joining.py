"""Operations of users that bring other sources."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from reelmill.model.operations import Colour, Part
from reelmill.model.operations import Concat as ConcatNode
from reelmill.recipes.chain import PIX_FMTS, Chain
from reelmill.recipes.operations.base import UserOperation

Reference = Annotated[str, StringConstraints(min_length=1, max_length=4096)]
"""A source as `input` names it: a path, a URL, or `upload:ID`."""


class Concat(UserOperation):
    """Put other sources behind it, one after another; all become what the first one is."""

    moves: ClassVar[bool] = True

    type: Literal["concat"] = "concat"
    inputs: tuple[Reference, ...] = Field(min_length=1, max_length=49)

    @property
    def references(self) -> tuple[str, ...]:
        """See `UserOperation.references`."""
        return self.inputs

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
