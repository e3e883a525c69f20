"""Operations of users on sound."""

from typing import Literal

from reelmill.model.operations import Volume as VolumeNode
from reelmill.recipes import words
from reelmill.recipes.chain import Chain
from reelmill.recipes.operations.base import UserOperation


class Volume(UserOperation):
    """Make the sound louder or quieter: `0.5`, or `"-6dB"`."""

    type: Literal["volume"] = "volume"
    volume: words.Volume

    def apply(self, chain: Chain) -> None:
        """See `UserOperation.apply`."""
        chain.on_sound(VolumeNode, factor=self.volume)
