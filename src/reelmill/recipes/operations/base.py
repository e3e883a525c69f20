"""What every operation of users is: a type, its fields, and what it does to a chain."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar, Literal, cast

from pydantic import ConfigDict, model_validator

from reelmill.model.value import Said
from reelmill.recipes.chain import Chain

Kind = Literal["picture", "sound", "subtitles"]
Place = tuple[str | int, ...]
"""Where a value stands in an operation."""


class UserOperation(Said):
    """One thing to be done: `{"type": "trim", "start_time": 10}`.

    The fields may also stand in an object `params` of their own.
    """

    model_config = ConfigDict(populate_by_name=True)

    always: ClassVar[frozenset[str]] = frozenset(("type",))
    encodes: ClassVar[bool] = True
    """Whether it changes samples, which a copy does not bear."""
    looks: ClassVar[bool] = False
    """Whether it makes something beside, and leaves the chain as it is."""
    moves: ClassVar[bool] = False
    """Whether it moves things in time, as chapters don't bear."""
    carries: ClassVar[bool] = False
    """Whether it moves subtitles along."""
    brings: ClassVar[tuple[str, ...]] = ()
    """Fields that name other sources, each as `input` names one."""
    needs: ClassVar[Kind | None] = None
    """What these must have."""

    @model_validator(mode="before")
    @classmethod
    def _flat(cls, given: object) -> object:
        if not isinstance(given, Mapping) or "params" not in given:
            return cast("object", given)
        said = {**cast("Mapping[str, object]", given)}
        nested = said.pop("params")
        if nested is None:
            return said
        if not isinstance(nested, Mapping):
            raise ValueError("params is an object")
        params = cast("Mapping[str, object]", nested)
        twice = said.keys() & params.keys()
        if twice:
            raise ValueError(f"{min(twice)} stands there twice")
        return {**said, **params}

    @property
    def references(self) -> tuple[tuple[Place, str], ...]:
        """Other sources that it reads, in the user's words, in the order of `Chain.bring`."""
        found: list[tuple[Place, str]] = []
        for name in self.brings:
            words: str | tuple[str, ...] | None = getattr(self, name)
            if isinstance(words, str):
                found.append(((name,), words))
            else:
                found += [((name, index), one) for index, one in enumerate(words or ())]
        return tuple(found)

    @abstractmethod
    def apply(self, chain: Chain) -> None:
        """Put the nodes for it behind those of the chain."""
