"""Who calls: the key of a request, and what it may see."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hmac import compare_digest
from typing import Annotated

from fastapi import Depends, Request
from starlette.requests import HTTPConnection

from reelmill.jobs.keys import ADMIN_ID, check_key, check_terms, hash_of, parts_of
from reelmill.model.errors import ForbiddenError, UnauthorizedError
from reelmill.model.keys import ApiKey
from reelmill.web.rates import limited
from reelmill.web.site import Site

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Caller:
    """A key that was accepted."""

    key: ApiKey

    @property
    def scope(self) -> str | None:
        """Whose jobs it sees; None: everybody's."""
        return None if self.key.admin else self.key.key_id

    def check_admin(self) -> None:
        """Refuse who is no admin.

        Raises:
            ForbiddenError: who asks is none.
        """
        if not self.key.admin:
            raise ForbiddenError("this needs an admin key")

    async def check_minutes(self, site: Site) -> None:
        """Refuse work to a key that has used up its minutes of the month.

        Raises:
            RateLimitedError: it has.
        """
        minutes = self.key.monthly_minutes
        if minutes is None:
            return
        now = datetime.now(UTC)
        first = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        used = await site.keys.usage(self.key.key_id, first.date())
        if sum(one.processing_seconds for one in used) >= minutes * 60:
            after = (first + timedelta(days=32)).replace(day=1)
            message = f"the {minutes:g} minutes of this month are used up"
            raise limited(message, (after - now).total_seconds())


def text_of(request: HTTPConnection) -> str:
    """The key of a request as it was sent.

    Raises:
        UnauthorizedError: there is none.
    """
    given = request.headers.get("x-api-key")
    if given is not None:
        return given
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token:
        return token.strip()
    raise UnauthorizedError("send a key, as X-API-Key or as Authorization: Bearer")


async def authenticate(site: Site, text: str, address: str | None) -> ApiKey:
    """The key that a text opens.

    Raises:
        UnauthorizedError: none.
        ForbiddenError: not from this address.
    """
    hashed = site.config.admin_secret_hash
    if hashed is not None and compare_digest(hashed, hash_of(text)):
        return _operator(hashed)
    key_id, secret = parts_of(text)
    now = datetime.now(UTC)
    key = check_key(await site.keys.key(key_id), secret, address, now)
    return await _used(site, key, now)


async def stood_for(site: Site, key_id: str, address: str | None) -> ApiKey:
    """The key that somebody was given a token for.

    Raises:
        UnauthorizedError: it opens nothing any more.
        ForbiddenError: not from this address.
    """
    if key_id == ADMIN_ID and site.config.admin_secret_hash is not None:
        return _operator(site.config.admin_secret_hash)
    now = datetime.now(UTC)
    key = await site.keys.key(key_id)
    if key is None:
        raise UnauthorizedError("this API key opens nothing")
    return await _used(site, check_terms(key, address, now), now)


def _operator(hashed: str) -> ApiKey:
    return ApiKey(
        key_id=ADMIN_ID, name="operator", admin=True, secret_hash=hashed, created_at=BEGINNING
    )


async def _used(site: Site, key: ApiKey, now: datetime) -> ApiKey:
    if key.last_used_at is None or now - key.last_used_at >= timedelta(minutes=1):
        await site.keys.used(key.key_id, now)
    return key


async def caller_of(request: Request) -> Caller:  # a plain function would be run in a thread
    """Who was let in by the gate."""
    caller: Caller = request.state.caller
    return caller


TheCaller = Annotated[Caller, Depends(caller_of)]
