"""Presets that people made."""

from collections.abc import Collection
from typing import Protocol

from reelmill.jobs.ports.answers import Reservation
from reelmill.model.presets import Preset


class PresetStore(Protocol):
    """Presets by owner and name, each in versions. Every method is one transaction."""

    async def add(self, preset: Preset, most: int, reservation: Reservation | None = None) -> None:
        """Remember a version.

        Args:
            preset: with its number.
            most: names that its owner may have.
            reservation: of the answer.

        Raises:
            ConflictError: somebody else made that version meanwhile, or there are too many names,
                or another answer under the key.
        """
        ...

    async def newest(self, owner: str, name: str) -> tuple[int, Preset | None]:
        """The highest version that there ever was (0: none), and what there is now."""
        ...

    async def preset(self, owner: str, name: str, version: int | None = None) -> Preset:
        """A version of a preset; the newest, if none is named.

        Raises:
            NotFoundError: there is none, or it was removed.
        """
        ...

    async def presets(self, owners: Collection[str]) -> tuple[Preset, ...]:
        """The newest version of each, by owner and name."""
        ...

    async def remove(self, owner: str, name: str) -> None:
        """Forget a preset in all its versions. Jobs that were made with it stay as they are.

        Raises:
            NotFoundError: there is none.
        """
        ...
