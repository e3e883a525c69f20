"""The gate: nobody reaches an endpoint without a key, within limits, and with a sound body."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import structlog
from fastapi import Request, Response, Security
from fastapi.routing import APIRoute
from fastapi.security import APIKeyHeader, HTTPBearer
from pydantic import JsonValue
from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope

from reelmill.model.errors import (
    ForbiddenError,
    InvalidRequestError,
    TooLargeError,
    UnauthorizedError,
)
from reelmill.model.keys import ApiKey
from reelmill.web import body
from reelmill.web.addresses import address_of
from reelmill.web.caller import Caller, authenticate, text_of
from reelmill.web.rates import Rates, limited
from reelmill.web.site import Site, site_of

SECURITY = [
    Security(APIKeyHeader(name="X-API-Key", scheme_name="ApiKey", auto_error=False)),
    Security(HTTPBearer(scheme_name="Bearer", auto_error=False)),
]
"""For the description only: the gate itself stands before all dependencies."""

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
Identify = Callable[[Site, HTTPConnection, str | None], Awaitable[ApiKey]]


class ReadRequest(Request):
    """A request whose JSON was read and judged already."""

    def __init__(self, scope: Scope, receive: Receive, raw: bytes) -> None:
        super().__init__(scope, receive)
        self._raw = raw
        self._value = body.parse(raw) if raw else None

    async def body(self) -> bytes:
        """As it came."""
        return self._raw

    async def json(self) -> JsonValue:
        """What it says."""
        return self._value


class GuardedRoute(APIRoute):
    """An endpoint that needs a key."""

    admin = False

    async def identify(self, site: Site, request: HTTPConnection, address: str | None) -> ApiKey:
        """The key that a request comes with.

        Raises:
            UnauthorizedError: none.
            ForbiddenError: not from this address.
        """
        return await authenticate(site, text_of(request), address)

    def get_route_handler(self) -> Handler:
        """The endpoint behind the gate."""
        handler = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            site = await site_of(request)
            caller = await enter(site, request, self.operation_id or self.name, self.identify)
            request.state.caller = caller
            if self.admin:
                caller.check_admin()
            if self.body_field is None:
                return await handler(request)
            return await handler(ReadRequest(request.scope, request.receive, await _read(request)))

        return guarded


class AdminRoute(GuardedRoute):
    """An endpoint that needs an admin key."""

    admin = True


async def enter(site: Site, request: HTTPConnection, operation: str, identify: Identify) -> Caller:
    """Who asks, if they may now.

    Raises:
        UnauthorizedError, ForbiddenError: they may not.
        RateLimitedError: not so often.
    """
    rates: Rates = request.app.state.rates
    address = address_of(request, site.config)
    await rates.check_address(address)
    try:
        key = await identify(site, request, address)
    except (UnauthorizedError, ForbiddenError):
        await rates.failed(address)
        raise
    structlog.contextvars.bind_contextvars(key_id=key.key_id)
    admission = await rates.admit(key, operation)
    request.state.rate_limit_headers = admission.headers
    if admission.wait_seconds is not None:
        raise limited("more requests than this key may make", admission.wait_seconds)
    return Caller(key)


async def _read(request: Request) -> bytes:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise InvalidRequestError("send JSON, as Content-Type: application/json")
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > body.MOST_BYTES:
        raise TooLargeError(f"this body may have {body.MOST_BYTES} bytes at most")
    read = await body.read(request.stream())
    request.state.unread = False
    return read
