"""Presets as requests name them: resolved when a job is accepted, so that it is whole by itself."""

from typing import TypeVar

from pydantic import JsonValue

from reelmill.model.errors import NotFoundError
from reelmill.model.presets import EVERYBODY, Preset
from reelmill.recipes.presets import built_in, under
from reelmill.web.caller import Caller
from reelmill.web.conversions import Conversion
from reelmill.web.fields import checked, wrong
from reelmill.web.site import Site

C = TypeVar("C", bound=Conversion)


async def with_preset(site: Site, caller: Caller, kind: type[C], said: JsonValue) -> C:
    """A request for a conversion with what its preset stands for.

    Args:
        site: where.
        caller: whose presets count.
        kind: of request.
        said: the request as it came.

    Raises:
        InvalidFieldsError: it is no such request, or there is no such preset.
    """
    asked = checked(kind, said)
    if asked.preset is None or not isinstance(said, dict):
        return asked
    preset = await found(site, caller, asked.preset)
    if preset is None:
        raise wrong("/preset", f"there is no preset {asked.preset}")
    merged = {**under(preset.settings, said), "preset": preset.reference}
    return checked(kind, merged)


async def found(site: Site, caller: Caller, reference: str) -> Preset | None:
    """A preset by its name, or by `name@version`: one's own, else everybody's, else a built-in."""
    name, _, version = reference.partition("@")
    number = int(version) if version else None
    for owner in (caller.key.key_id, EVERYBODY):
        try:
            return await site.presets.preset(owner, name, number)
        except NotFoundError:
            continue
    return built_in(name, number)
