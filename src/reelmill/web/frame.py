"""Around every request: its id, its line in the log, and the headers that all answers have."""

import re
import time
import uuid
from collections.abc import Mapping
from typing import Any

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reelmill.model.errors import InternalError
from reelmill.web import problems

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_BOUND = ("request_id", "key_id", "job_id")
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
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _ID.fullmatch(given) else uuid.uuid4().hex
        state = scope.setdefault("state", {})
        state["request_id"] = request_id
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started, status = time.monotonic(), 0

        async def framed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                _complete(MutableHeaders(scope=message), request_id, state)
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


def _complete(headers: MutableHeaders, request_id: str, state: Mapping[str, Any]) -> None:
    headers["X-Request-Id"] = request_id
    for name, value in ALWAYS.items():
        headers.setdefault(name, value)
    headers.update(state.get("rate_limit_headers", {}))
    if state.get("unread"):  # what the client still sends is nobody's to read
        headers["Connection"] = "close"
