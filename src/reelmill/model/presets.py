"""A preset: part of a request under a name, in versions that never change."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, JsonValue, StringConstraints

from reelmill.model.value import Value

PresetName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,49}$")]
BUILT_IN, EVERYBODY = "built-in", ""
"""Owners that are no keys."""


class Preset(Value):
    """What a name stands for."""

    owner: str
    """A key, or one of those above."""
    name: PresetName
    version: int = Field(ge=1)
    """Counts from 1 for each owner and name, also past a removal."""
    description: str = ""
    settings: dict[str, JsonValue]
    """The part of a conversion's body that it stands for."""
    created_at: datetime | None = None

    @property
    def reference(self) -> str:
        """This version by its whole name."""
        return f"{self.name}@{self.version}"
