"""A WebSocket that tells of jobs (RFC 6455); the client says little: ping."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from datetime import UTC, datetime
from typing import Any

import anyio
from fastapi import WebSocket, WebSocketDisconnect

from reelmill.jobs.follow import Follower
from reelmill.model.errors import ReelmillError
from reelmill.model.jobs import FINAL
from reelmill.web.documents.job import moment
from reelmill.web.problems import status_of
from reelmill.web.streams.messages import Message

SEND_SECONDS = 30.0
"""Who does not take in anything for so long is left: it can come back, and misses nothing."""
WINDOW_SECONDS, MOST_SAID = 10.0, 50
"""What a client may say in so many seconds."""

DONE, POLICY, FAULT, RESTART = 1000, 1008, 1011, 1012
CODES = {400: POLICY, 401: 4401, 403: 4403, 404: 4404, 429: POLICY, 503: 1013}
"""By HTTP status; RFC 6455, section 7.4, and its private numbers."""


def document_of(message: Message, *, cursors: bool) -> dict[str, Any]:
    """A message as it is sent. A failed task is an `error`; an end is a `status`."""
    data = {**message.data}
    at = data.pop("at", None) or _now()
    name = message.name
    if name == "progress":
        data["estimated_time_remaining"] = data.pop("eta_seconds")
    elif message.failure is not None:
        if name == "task":
            name = "error"
        data["error_code"] = message.failure["code"]
        data["error_message"] = message.failure["message"]
        data["is_recoverable"] = message.failure["retryable"]
    if name in FINAL:
        name = "status"
        data.pop("eta_seconds", None)
    head: dict[str, Any] = {"type": name, "sequence": message.sequence, "timestamp": at}
    if message.job_id:
        head["job_id"] = message.job_id
    if cursors and message.cursor:
        head["cursor"] = message.cursor
    return {**head, **data}


class Socket:
    """One that was accepted."""

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket
        self._sequence = 0
        self._sending = asyncio.Lock()
        self._closed = False

    async def say(self, document: dict[str, Any]) -> None:
        """Send a message.

        Raises:
            TimeoutError: nobody takes it.
            WebSocketDisconnect: nobody is there.
        """
        self._sequence = document.get("sequence", self._sequence)
        async with asyncio.timeout(SEND_SECONDS), self._sending:
            if self._closed:
                return
            await self._websocket.send_text(json.dumps(document, ensure_ascii=False))

    async def refuse(self, error: ReelmillError) -> None:
        """Say why not, and close."""
        said = {"error_code": error.code, "error_message": error.message}
        head = {"type": "error", "sequence": 0, "timestamp": _now()}
        with suppress(WebSocketDisconnect, OSError):
            await self.say({**head, **said, "is_recoverable": error.retryable})
            # RFC 6455, section 5.5.1: 123 bytes at most.
            reason = error.message.encode()[:120].decode(errors="ignore")
            await self._close(CODES.get(status_of(error), FAULT), reason)

    async def tell(
        self,
        hello: dict[str, Any],
        messages: AsyncGenerator[Message],
        follower: Follower,
        *,
        cursors: bool = False,
    ) -> None:
        """Tell it all, hearing the client at the same time, and close.

        Args:
            hello: what is told first.
            messages: the rest.
            follower: where they come from; if it is closed, the service stops.
            cursors: whether messages have one.
        """
        async with anyio.create_task_group() as group, aclosing(messages):
            group.start_soon(self._hear, group.cancel_scope)
            with suppress(WebSocketDisconnect, OSError):
                await self.say({"type": "connected", "timestamp": _now(), **hello})
                last = None
                async for message in messages:
                    last = message
                    await self.say(document_of(message, cursors=cursors))
                await self._close(_code_after(last, follower))
            group.cancel_scope.cancel()

    async def _hear(self, scope: anyio.CancelScope) -> None:
        said, since = 0, time.monotonic()
        with suppress(WebSocketDisconnect, OSError):
            while (message := await self._websocket.receive())["type"] != "websocket.disconnect":
                if time.monotonic() > since + WINDOW_SECONDS:
                    said, since = 0, time.monotonic()
                said += 1
                if said > MOST_SAID:
                    await self._close(POLICY, "too many messages")
                    break
                if _kind(message.get("text")) == "ping":
                    await self.say(
                        {"type": "pong", "sequence": self._sequence, "timestamp": _now()}
                    )
        scope.cancel()

    async def _close(self, code: int, reason: str = "") -> None:
        async with asyncio.timeout(SEND_SECONDS), self._sending:
            if not self._closed:
                self._closed = True
                await self._websocket.close(code, reason)


def _code_after(last: Message | None, follower: Follower) -> int:
    if last is not None and last.name == "removed":
        return CODES[404]
    over = last is not None and last.final
    return RESTART if follower.closed and not over else DONE


def _now() -> str | None:
    return moment(datetime.now(UTC))


def _kind(text: str | None) -> object:
    if text is None:
        return None
    try:
        said: object = json.loads(text)
    except (ValueError, RecursionError):
        return "ping" if text == "ping" else None
    return said.get("type") if isinstance(said, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]  # any JSON
