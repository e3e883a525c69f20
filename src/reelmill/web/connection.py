"""A connection with limits that uvicorn has not: on heads of requests, and on slow clients."""

import asyncio
from collections.abc import Mapping

from starlette.types import Scope
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from reelmill.model.errors import InvalidRequestError, ReelmillError
from reelmill.web import problems

MOST_TARGET_BYTES, MOST_HEAD_BYTES, MOST_HEADERS = 8 << 10, 64 << 10, 100
"""Of a request: its target (RFC 9112, 3.2), all before its body, and how many fields that has."""
HEAD_SECONDS = 20.0
"""From the first moment of a connection, or the first byte of a later request, to its body."""
BODY_SECONDS, LEAST_BODY_BYTES = 30.0, 8 << 10
"""In each stretch of so long, so much of a body must come, as long as somebody reads it."""


class HeadTooLargeError(InvalidRequestError):
    """More header fields than anybody needs."""

    code = "head_too_large"


class TargetTooLongError(InvalidRequestError):
    """The path with its query."""

    code = "target_too_long"


class TooSlowError(InvalidRequestError):
    """The client takes too long to say what it wants."""

    code = "request_timeout"


class Connection(HttpToolsProtocol):
    """Refuses what is too large or too slow before the application hears of it."""

    _timer: asyncio.TimerHandle | None = None
    _in_head = True
    _raw_bytes = _head_bytes = _fields = _body_bytes = 0
    _refusal: ReelmillError | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        """It begins."""
        super().connection_made(transport)
        self._wait(HEAD_SECONDS)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Some bytes came."""
        if self._in_head:
            self._raw_bytes += len(data)
            if self._timer is None:
                self._wait(HEAD_SECONDS)
        else:
            self._body_bytes += len(data)
        super().data_received(data)
        # A field that never ends is told to nobody, but is kept by the parser.
        if self._in_head and self._raw_bytes > MOST_HEAD_BYTES and not self.transport.is_closing():
            self._refuse(HeadTooLargeError(f"a head has {MOST_HEAD_BYTES} bytes at most"))

    def on_message_begin(self) -> None:
        """A request begins."""
        self._in_head, self._fields, self._head_bytes = True, 0, 0
        super().on_message_begin()

    def on_url(self, url: bytes) -> None:
        """A part of its target."""
        super().on_url(url)
        if len(self.url) > MOST_TARGET_BYTES:
            message = f"a path with its query has {MOST_TARGET_BYTES} bytes at most"
            self._refusal = TargetTooLongError(message)
            raise self._refusal

    def on_header(self, name: bytes, value: bytes) -> None:
        """One of its fields."""
        super().on_header(name, value)
        self._fields += 1
        self._head_bytes += len(name) + len(value)
        if self._fields > MOST_HEADERS or self._head_bytes > MOST_HEAD_BYTES:
            message = f"a head has {MOST_HEADERS} fields and {MOST_HEAD_BYTES} bytes at most"
            self._refusal = HeadTooLargeError(message)
            raise self._refusal

    def on_headers_complete(self) -> None:
        """Its body comes now, if it has one."""
        self._in_head, self._body_bytes = False, 0
        self._stop_waiting()
        super().on_headers_complete()
        self._wait(BODY_SECONDS)

    def on_message_complete(self) -> None:
        """It is whole."""
        self._in_head, self._raw_bytes = True, 0
        self._stop_waiting()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """It goes on as something else, with limits of its own."""
        self._stop_waiting()
        super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's words are not ours
        """The parser says no, or one of the callbacks above."""
        self._refuse(self._refusal or InvalidRequestError("this is not HTTP"))

    def _wait(self, seconds: float) -> None:
        self._stop_waiting()
        self._timer = self.loop.call_later(seconds, self._waited)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _waited(self) -> None:
        self._timer = None
        if self._in_head:
            self._refuse(TooSlowError(f"the head of a request takes {HEAD_SECONDS:g} s at most"))
        elif self.flow.read_paused or self._body_bytes >= LEAST_BODY_BYTES:
            self._body_bytes = 0  # it is we who are slow, or it is fast enough
            self._wait(BODY_SECONDS)
        else:
            self.transport.abort()  # who reads the body is told that the client is gone

    def _refuse(self, error: ReelmillError) -> None:
        """Answer and close; where an earlier request is being answered, only close."""
        self._stop_waiting()
        if self.cycle is None or self.cycle.response_complete:  # pyright: ignore[reportUnnecessaryComparison]  # None before the first
            self.transport.write(_answer(error))
        self.transport.close()


def _answer(error: ReelmillError) -> bytes:
    scope: Scope = {"path": ""}
    answer = problems.answer(scope, error)
    fields: Mapping[str, str] = {**answer.headers, "connection": "close"}
    lines = [f"HTTP/1.1 {answer.status_code} Refused", *(f"{k}: {v}" for k, v in fields.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + bytes(answer.body)
