"""Presets in the library: the built-in ones."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

from reelmill.model.errors import InvalidRequestError
from reelmill.model.presets import Preset
from reelmill.recipes.presets import NEWEST, Settings, built_in, under

OUTPUT = ("format", "video", "audio", "metadata")
OPTIONS = ("audio_tracks", "subtitles", "keep_metadata", "language")
"""Settings of the library, by where they stand in the body of a request."""


def presets() -> tuple[Preset, ...]:
    """The newest version of each preset that comes with Reelmill."""
    return tuple(NEWEST.values())


def with_preset(
    reference: str, output: Path | str | None, said: Mapping[str, Any]
) -> dict[str, Any]:
    """Settings of a conversion, with those of a preset below them.

    Args:
        reference: its name, or `name@version`.
        output: as it was asked for; None: there is to be none.
        said: the recipe's fields, as somebody gave them.

    Raises:
        InvalidRequestError: there is no such preset.
    """
    name, _, version = reference.partition("@")
    found = None
    if not version or version.isdecimal():
        found = built_in(name, int(version) if version else None)
    if found is None:
        raise InvalidRequestError(f"there is no preset {reference}")
    body: Settings = {
        "operations": [dict(one) for one in said["operations"]],
        "options": {name: said[name] for name in OPTIONS if name in said},
        "output": None
        if output is None
        else {"path": str(output), **{name: _plain(said[name]) for name in OUTPUT if name in said}},
    }
    whole: dict[str, Any] = under(found.settings, body)
    made: dict[str, Any] = whole["output"] or {}
    return {
        **said,
        **{name: made[name] for name in OUTPUT if name in made},
        **whole["options"],
        "operations": whole["operations"],
        "preset": found.reference,
    }


def _plain(value: Any) -> Any:
    return dict(cast("Mapping[str, Any]", value)) if isinstance(value, Mapping) else value
