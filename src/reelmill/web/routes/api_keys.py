"""API keys, for administrators."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime, BaseModel, Field, IPvAnyNetwork

from reelmill.jobs.keys import hash_of, new_key, new_secret, text_of
from reelmill.jobs.ports import Answer
from reelmill.model.errors import NotFoundError
from reelmill.model.keys import ApiKey, KeyTerms
from reelmill.model.value import Said
from reelmill.recipes.recipe import stamp
from reelmill.web.caller import TheCaller
from reelmill.web.documents.job import moment
from reelmill.web.fields import wrong
from reelmill.web.gate import SECURITY, AdminRoute
from reelmill.web.idempotency import fingerprint, promised
from reelmill.web.options import PlainText
from reelmill.web.problems import responses
from reelmill.web.routes.numbers import UsageDocument, usage_document
from reelmill.web.site import Site, TheSite

router = APIRouter(
    prefix="/admin/api-keys", route_class=AdminRoute, dependencies=SECURITY, tags=["admin"]
)

SAVE = "Save this key securely - it won't be shown again"
SHOWN = "This key was shown when it was made; rotate it for another"


class KeyRequest(Said, KeyTerms):
    """What an administrator decides about a new key. What is left out is not limited."""

    name: Annotated[PlainText, Field(min_length=1, max_length=100, examples=["Production App"])]
    expires_at: AwareDatetime | None = None


class KeyChange(BaseModel):
    """What changes; null takes a limit away, what is left out stays."""

    model_config = {"extra": "forbid"}

    name: Annotated[PlainText, Field(min_length=1, max_length=100)] = ""
    admin: bool = False
    expires_at: AwareDatetime | None = None
    allowed_networks: tuple[IPvAnyNetwork, ...] = ()
    rate_limit_per_minute: int | None = Field(default=None, ge=1)
    rate_limit_per_hour: int | None = Field(default=None, ge=1)
    max_concurrent_jobs: int | None = Field(default=None, ge=1)
    monthly_minutes: float | None = Field(default=None, ge=0)


class Extension(BaseModel):
    """Until when a key opens."""

    model_config = {"extra": "forbid"}

    expires_at: AwareDatetime | None
    """None: for ever."""


class KeyDocument(BaseModel):
    """A key, without its secret."""

    key_id: str
    name: str
    admin: bool
    active: bool
    created_at: str
    expires_at: str | None
    revoked_at: str | None
    last_used_at: str | None
    allowed_networks: list[str]
    rate_limit_per_minute: int | None
    rate_limit_per_hour: int | None
    max_concurrent_jobs: int | None
    monthly_minutes: float | None


class NewKeyDocument(KeyDocument):
    """A key with its text, which is shown this once."""

    api_key: Annotated[str | None, Field(examples=["rm_0a1b2c3d4e5f_..."])]
    """None in an answer that is repeated for its Idempotency-Key."""
    warning: str


class KeyList(BaseModel):
    """All keys, newest first."""

    api_keys: list[KeyDocument]


@router.post(
    "",
    operation_id="createApiKey",
    summary="Make a key",
    status_code=201,
    response_model=NewKeyDocument,
    responses=responses(400, 409, 413, 422),
)
async def create_key(
    request: Request, asked: KeyRequest, site: TheSite, caller: TheCaller
) -> Response:
    """Its text is shown once, here; only a hash of it is kept."""
    async with promised(site, request, caller) as promise:
        marked = fingerprint(request, await request.json())
        replayed = promise.replay(marked)
        if replayed is not None:
            return replayed
        key, text = new_key(asked, datetime.now(UTC))
        await site.keys.add(key)
        location = {"Location": f"/api/v1/admin/api-keys/{key.key_id}"}
        # What is remembered for a repetition has no secret in it.
        answer = Answer(status=201, body=_with_text(key, None).model_dump_json())
        reservation = promise.reservation(marked, answer)
        if reservation is not None:
            await site.idempotency.settle(reservation)
            promise.kept = True
        said = _with_text(key, text).model_dump_json()
        return Response(said, 201, location, "application/json")


@router.get(
    "",
    operation_id="listApiKeys",
    summary="All keys",
    response_model=KeyList,
    responses=responses(),
)
async def list_keys(site: TheSite) -> KeyList:
    """Revoked ones too."""
    return KeyList(api_keys=[_told(one) for one in await site.keys.keys()])


@router.get(
    "/{key_id}",
    operation_id="getApiKey",
    summary="A key",
    response_model=KeyDocument,
    responses=responses(404),
)
async def get_key(key_id: str, site: TheSite) -> KeyDocument:
    """Without its secret, which nobody has."""
    return _told(await _key(site, key_id))


@router.patch(
    "/{key_id}",
    operation_id="changeApiKey",
    summary="Change what a key may do",
    response_model=KeyDocument,
    responses=responses(400, 404, 413),
)
async def change_key(key_id: str, asked: KeyChange, site: TheSite) -> KeyDocument:
    """Only the fields that are sent."""
    given = asked.model_fields_set
    if "name" in given and not asked.name:
        raise wrong("/name", "a key has a name")
    changes = {name: getattr(asked, name) for name in given}
    return _told(await site.keys.change(key_id, _terms(await _key(site, key_id)).but(**changes)))


@router.delete(
    "/{key_id}",
    operation_id="revokeApiKey",
    summary="Revoke a key",
    response_model=KeyDocument,
    responses=responses(404),
)
async def revoke_key(key_id: str, site: TheSite) -> KeyDocument:
    """It opens nothing from now on; its jobs go on."""
    return _told(await site.keys.revoke(key_id))


@router.post(
    "/{key_id}/rotate",
    operation_id="rotateApiKey",
    summary="Give a key another secret",
    response_model=NewKeyDocument,
    responses=responses(404),
)
async def rotate_key(key_id: str, site: TheSite) -> NewKeyDocument:
    """The old one is worth nothing from now on; the new one is shown once, here."""
    secret = new_secret()
    return _with_text(await site.keys.rotate(key_id, hash_of(secret)), text_of(key_id, secret))


@router.post(
    "/{key_id}/extend",
    operation_id="extendApiKey",
    summary="Let a key open until another moment",
    response_model=KeyDocument,
    responses=responses(400, 404, 413),
)
async def extend_key(key_id: str, asked: Extension, site: TheSite) -> KeyDocument:
    """Earlier, later, or for ever."""
    terms = _terms(await _key(site, key_id)).but(expires_at=asked.expires_at)
    return _told(await site.keys.change(key_id, terms))


@router.get(
    "/{key_id}/usage",
    operation_id="getApiKeyUsage",
    summary="What a key did per day",
    response_model=UsageDocument,
    responses=responses(400, 404),
)
async def get_key_usage(
    key_id: str, site: TheSite, days: Annotated[int, Query(ge=1, le=366)] = 30
) -> UsageDocument:
    """Newest day first."""
    return await usage_document(site, (await _key(site, key_id)).key_id, days)


async def _key(site: Site, key_id: str) -> ApiKey:
    key = await site.keys.key(key_id)
    if key is None:
        raise NotFoundError("there is no such key")
    return key


def _terms(key: ApiKey) -> KeyTerms:
    return KeyTerms.model_validate({name: getattr(key, name) for name in KeyTerms.model_fields})


def _fields(key: ApiKey) -> dict[str, object]:
    expired = key.expires_at is not None and key.expires_at <= datetime.now(UTC)
    same = ("key_id", "name", "admin", "max_concurrent_jobs", "monthly_minutes")
    return {
        **{name: getattr(key, name) for name in same},
        "rate_limit_per_minute": key.rate_limit_per_minute,
        "rate_limit_per_hour": key.rate_limit_per_hour,
        "active": key.revoked_at is None and not expired,
        "created_at": stamp(key.created_at),
        "expires_at": moment(key.expires_at),
        "revoked_at": moment(key.revoked_at),
        "last_used_at": moment(key.last_used_at),
        "allowed_networks": [str(one) for one in key.allowed_networks],
    }


def _told(key: ApiKey) -> KeyDocument:
    return KeyDocument.model_validate(_fields(key))


def _with_text(key: ApiKey, text: str | None) -> NewKeyDocument:
    warning = SAVE if text is not None else SHOWN
    return NewKeyDocument.model_validate({**_fields(key), "api_key": text, "warning": warning})
