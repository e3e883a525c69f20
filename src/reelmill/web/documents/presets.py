"""Presets as the interface tells them."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, JsonValue

from reelmill.model.presets import BUILT_IN, EVERYBODY, Preset
from reelmill.web.documents.job import moment

SCOPES: dict[str, Literal["built_in", "everybody"]] = {
    BUILT_IN: "built_in",
    EVERYBODY: "everybody",
}


class PresetDocument(BaseModel):
    """A version of a preset."""

    name: Annotated[str, Field(examples=["web-720p"])]
    version: int
    preset: Annotated[str, Field(examples=["web-720p@1"])]
    """This version, as requests name it; the name alone is the newest."""
    scope: Literal["built_in", "everybody", "own"]
    description: str
    settings: dict[str, JsonValue]
    """The part of a conversion's body that it stands for."""
    created_at: str | None


class PresetList(BaseModel):
    """The newest version of each preset."""

    presets: list[PresetDocument]


def preset_document(of: Preset) -> PresetDocument:
    """A version of a preset."""
    return PresetDocument(
        name=of.name,
        version=of.version,
        preset=of.reference,
        scope=SCOPES.get(of.owner, "own"),
        description=of.description,
        settings=of.settings,
        created_at=moment(of.created_at),
    )
