"""Presets: parts of conversions under a name (docs/api.md, "Presets")."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reelmill.client.calls import answered, post
from reelmill.client.effects import Ask, Call

PATH = "/presets"


@dataclass(frozen=True)
class Preset:
    """A version of a preset.

    Attributes:
        document: all that the service said of it.
    """

    document: Mapping[str, Any] = field(repr=False)

    @property
    def name(self) -> str:
        """As requests name its newest version."""
        return str(self.document["name"])

    @property
    def version(self) -> int:
        """From 1."""
        return int(self.document["version"])

    @property
    def reference(self) -> str:
        """This version: `web-720p@1`."""
        return str(self.document["preset"])

    @property
    def scope(self) -> str:
        """own, everybody or built_in."""
        return str(self.document["scope"])

    @property
    def description(self) -> str:
        """For people."""
        return str(self.document["description"])

    @property
    def settings(self) -> dict[str, Any]:
        """The part of a conversion's body that it stands for."""
        return dict(self.document["settings"])


def create(
    name: str, settings: Mapping[str, Any], description: str, idempotency_key: str
) -> Call[Preset]:
    """A new version; with nothing new in it, the one that there is."""
    body = {"name": name, "description": description, "settings": settings}
    answer = yield from post(PATH, body, idempotency_key)
    return Preset(answer.json())


def get(preset: str) -> Call[Preset]:
    """A preset as a request would find it."""
    answer = yield from answered(Ask("GET", f"{PATH}/{preset}"))
    return Preset(answer.json())


def listed() -> Call[list[Preset]]:
    """The newest version of each, one's own first."""
    answer = yield from answered(Ask("GET", PATH))
    return [Preset(one) for one in answer.json()["presets"]]


def delete(name: str) -> Call[None]:
    """Remove one's own, in all its versions."""
    yield from answered(Ask("DELETE", f"{PATH}/{name}"))
