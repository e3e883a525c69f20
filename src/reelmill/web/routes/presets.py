"""Presets: those that come with Reelmill, those of an administrator for all, and one's own."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from reelmill.jobs.ports import Answer
from reelmill.model.errors import ConflictError, NotFoundError
from reelmill.model.presets import EVERYBODY, Preset, PresetName
from reelmill.model.value import Said
from reelmill.recipes.convert.recipe import MOST_OPERATIONS
from reelmill.recipes.operations.all import AnyOperation
from reelmill.recipes.presets import NEWEST, Settings, under
from reelmill.web.caller import Caller, TheCaller
from reelmill.web.conversions import REFERENCE, ConvertOptions, ConvertRequest, OutputObject
from reelmill.web.documents.presets import PresetDocument, PresetList, preset_document
from reelmill.web.fields import InvalidFieldsError, below, checked, wrong
from reelmill.web.gate import SECURITY, AdminRoute, GuardedRoute
from reelmill.web.idempotency import fingerprint, promised
from reelmill.web.options import PlainText
from reelmill.web.presets import found
from reelmill.web.problems import responses
from reelmill.web.site import Site, TheSite

router = APIRouter(
    prefix="/presets", route_class=GuardedRoute, dependencies=SECURITY, tags=["presets"]
)
admin = APIRouter(
    prefix="/admin/presets", route_class=AdminRoute, dependencies=SECURITY, tags=["admin"]
)
MOST_PRESETS = 100
NONE = "there is no such preset"
MADE = {201: {"description": "A new version"}, 200: {"description": "There is nothing new in it"}}


class PresetSettings(Said):
    """The part of a conversion's body that a preset stands for."""

    output: OutputObject | None = None
    operations: Annotated[tuple[AnyOperation, ...], Field(max_length=MOST_OPERATIONS)] = ()
    options: ConvertOptions = ConvertOptions()


class PresetRequest(Said):
    """A preset, or a new version of one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "our-web",
                    "description": "For our own pages",
                    "settings": {"output": {"format": "mp4", "video": {"crf": 21}}},
                }
            ]
        }
    )

    name: PresetName
    description: Annotated[PlainText, Field(max_length=500)] = ""
    settings: PresetSettings


class RemovedPreset(BaseModel):
    """It is gone."""

    message: Annotated[str, Field(examples=["Preset deleted successfully"])]
    name: str


async def checked_reference(preset: str) -> str:
    """What may be the name of a preset, or `name@version`.

    Raises:
        NotFoundError: that may not.
    """
    if not REFERENCE.fullmatch(preset):
        raise NotFoundError(NONE)
    return preset


Named = Annotated[str, Depends(checked_reference)]


@router.get(
    "",
    operation_id="listPresets",
    summary="All presets that a request may name",
    response_model=PresetList,
    responses=responses(),
)
async def list_presets(site: TheSite, caller: TheCaller) -> PresetList:
    """A key's own stand before those of all, these before the built-in ones."""
    return await _listed(site, (caller.key.key_id, EVERYBODY))


@router.post(
    "",
    operation_id="createPreset",
    summary="Make a preset of one's own, or a new version of it",
    status_code=201,
    response_model=PresetDocument,
    responses={**responses(400, 409, 413, 422), **MADE},
)
async def create_preset(
    request: Request, asked: PresetRequest, site: TheSite, caller: TheCaller
) -> Response:
    """Jobs that were made with an older version stay as they are."""
    return await _made(site, request, caller, caller.key.key_id, asked)


@router.get(
    "/{preset}",
    operation_id="getPreset",
    summary="A preset by its name, or a version of it",
    response_model=PresetDocument,
    responses=responses(404),
)
async def get_preset(preset: Named, site: TheSite, caller: TheCaller) -> PresetDocument:
    """As a request would find it."""
    there = await found(site, caller, preset)
    if there is None:
        raise NotFoundError(NONE)
    return preset_document(there)


@router.delete(
    "/{preset}",
    operation_id="deletePreset",
    summary="Delete a preset of one's own, in all its versions",
    response_model=RemovedPreset,
    responses=responses(404),
)
async def delete_preset(preset: Named, site: TheSite, caller: TheCaller) -> RemovedPreset:
    """Jobs that were made with it stay as they are. A number is never given twice."""
    return await _removed(site, caller.key.key_id, preset)


@admin.get(
    "",
    operation_id="listAllPresets",
    summary="The presets of all keys, and the built-in ones",
    response_model=PresetList,
    responses=responses(),
)
async def list_all_presets(site: TheSite) -> PresetList:
    """Those that every request may name."""
    return await _listed(site, (EVERYBODY,))


@admin.post(
    "",
    operation_id="createPresetForAll",
    summary="Make a preset for all keys, or a new version of it",
    status_code=201,
    response_model=PresetDocument,
    responses={**responses(400, 409, 413, 422), **MADE},
)
async def create_preset_for_all(
    request: Request, asked: PresetRequest, site: TheSite, caller: TheCaller
) -> Response:
    """A key's own preset of that name still counts for that key."""
    return await _made(site, request, caller, EVERYBODY, asked)


@admin.delete(
    "/{preset}",
    operation_id="deletePresetForAll",
    summary="Delete a preset of all keys, in all its versions",
    response_model=RemovedPreset,
    responses=responses(404),
)
async def delete_preset_for_all(preset: Named, site: TheSite) -> RemovedPreset:
    """Jobs that were made with it stay as they are."""
    return await _removed(site, EVERYBODY, preset)


async def _listed(site: Site, owners: tuple[str, ...]) -> PresetList:
    made = sorted(await site.presets.presets(owners), key=lambda one: owners.index(one.owner))
    return PresetList(presets=[preset_document(one) for one in (*made, *NEWEST.values())])


async def _made(
    site: Site, request: Request, caller: Caller, owner: str, asked: PresetRequest
) -> Response:
    async with promised(site, request, caller) as promise:
        said = await request.json()
        marked = fingerprint(request, said)
        replayed = promise.replay(marked)
        if replayed is not None:
            return replayed
        if asked.name in NEWEST:
            raise ConflictError(f"{asked.name} is a built-in preset", output="name")
        settings = _settings(said)
        number, was = await site.presets.newest(owner, asked.name)
        if was and (was.settings, was.description) == (settings, asked.description):
            return Response(preset_document(was).model_dump_json(), 200, None, "application/json")
        preset = Preset(
            owner=owner,
            name=asked.name,
            version=number + 1,
            description=asked.description,
            settings=settings,
            created_at=datetime.now(UTC),
        )
        answer = Answer(status=201, body=preset_document(preset).model_dump_json())
        await site.presets.add(preset, MOST_PRESETS, promise.reservation(marked, answer))
        promise.kept = True
        location = {"Location": f"/api/v1/presets/{preset.reference}"}
        return Response(answer.body, 201, location, "application/json")


def _settings(said: JsonValue) -> Settings:
    """A preset's settings as they came, if a request could be made of them alone.

    Raises:
        InvalidFieldsError: it could not.
    """
    given = said.get("settings") if isinstance(said, dict) else None
    settings: Settings = {**given} if isinstance(given, dict) else {}
    if not any(settings.values()):
        raise wrong("/settings", "a preset says something")
    try:
        checked(ConvertRequest, under(settings, {"input": "preset"})).recipe()
    except InvalidFieldsError as error:
        raise InvalidFieldsError(below(error.fields, "/settings")) from error
    return settings


async def _removed(site: Site, owner: str, reference: str) -> RemovedPreset:
    if "@" in reference:
        raise NotFoundError("a preset is deleted in all its versions, by its name")
    await site.presets.remove(owner, reference)
    return RemovedPreset(message="Preset deleted successfully", name=reference)
