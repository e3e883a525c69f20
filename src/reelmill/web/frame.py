"""Around every request: its id, its line in the log, and the headers that all answers have."""

import re
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reelmill.model.errors import InternalError
from reelmill.web import lingering, problems

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_BOUND = ("request_id", "key_id", "job_id", "batch_id")
_CLOSED = 499
log: structlog.stdlib.BoundLogger = structlog.get_logger("reelmill.web")

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
"""Unless the answer has its own."""


class Frame:
    """The outermost middleware."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] == "websocket":
            await self._socket(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        request_id = given if _ID.fullmatch(given) else uuid.uuid4().hex
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        state["unread"] = lingering.has_body(headers)
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started, status = time.monotonic(), 0

        async def framed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _complete(MutableHeaders(scope=message), request_id, state)
            elif state["unread"] and not message.get("more_body", False):
                await lingering.end(message, receive, send)
                return
            await send(message)

        try:
            await self._app(scope, receive, framed)
        except ClientDisconnect:
            status = _CLOSED
        except Exception as error:  # whatever it is, it is told as a fault of ours
            log.exception("fault", fault=type(error).__name__)
            if status:
                raise  # the answer has begun: only a broken connection tells that it is not whole
            fault = InternalError("something went wrong here; the log has the request id")
            await problems.answer(scope, fault)(scope, receive, framed)
        finally:
            log.info(
                "request",
                method=scope["method"],
                path=problems.shown_path(scope["path"]),
                status=status,
                seconds=round(time.monotonic() - started, 4),
            )
            structlog.contextvars.unbind_contextvars(*_BOUND)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One WebSocket: its line says with which code we closed it, 0 if the client did."""
        state = scope.setdefault("state", {})
        state["request_id"] = uuid.uuid4().hex
        structlog.contextvars.bind_contextvars(request_id=state["request_id"])
        started, code = time.monotonic(), 0

        async def framed(message: Message) -> None:
            nonlocal code
            if message["type"] == "websocket.close":
                code = message.get("code", 1000)
            await send(message)

        try:
            await self._app(scope, receive, framed)
        except Exception as error:  # whatever it is, it is told as a fault of ours
            log.exception("fault", fault=type(error).__name__)
            with suppress(Exception):
                await framed({"type": "websocket.close", "code": 1011})
        finally:
            log.info(
                "socket",
                path=scope["path"],
                code=code,
                seconds=round(time.monotonic() - started, 4),
            )
            structlog.contextvars.unbind_contextvars(*_BOUND)


def _complete(headers: MutableHeaders, request_id: str, state: Mapping[str, Any]) -> None:
    headers["X-Request-Id"] = request_id
    for name, value in ALWAYS.items():
        headers.setdefault(name, value)
    headers.update(state.get("rate_limit_headers", {}))
    if state.get("unread"):  # nobody reads what the client still sends
        headers["Connection"] = "close"
