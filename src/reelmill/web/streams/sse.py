"""Server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html)."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

import anyio
from fastapi import Response
from starlette.types import Receive, Scope, Send

from reelmill.web.streams.messages import Message
from reelmill.web.streams.seats import Seats

HEADERS = {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-cache, no-store, no-transform",
    "X-Accel-Buffering": "no",  # nginx would otherwise collect what is to be told at once
}
RETRY = b"retry: 2000\n\n"
"""Milliseconds until a browser comes back."""
SEND_SECONDS = 30.0
"""Who does not take in anything for so long is left: it can come back, and misses nothing."""


def text_of(message: Message) -> bytes:
    """A message as it is sent. Only events have an id: what comes between is never replayed."""
    if message.name == "heartbeat":
        return b": heartbeat\n\n"
    data: dict[str, object] = {"job_id": message.job_id, "sequence": message.sequence}
    data |= message.data
    if message.failure is not None:
        data["error"] = message.failure
    number = f"id: {message.cursor}\n" if message.numbered else ""
    said = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"event: {message.name}\n{number}data: {said}\n\n".encode()


class EventStream(Response):
    """An answer that lasts as long as there is something to tell, and somebody to hear it."""

    def __init__(self, messages: AsyncGenerator[Message], seats: Seats, key_id: str) -> None:
        super().__init__(headers=HEADERS)
        del self.headers["content-length"]
        self._messages, self._seats, self._key_id = messages, seats, key_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Tell it."""
        del scope
        with self._seats.taken(self._key_id):
            async with anyio.create_task_group() as group, aclosing(self._messages):
                group.start_soon(_watch, receive, group.cancel_scope)
                with suppress(OSError):  # a slow client, or no store: either may come back
                    await self._tell(send)
                group.cancel_scope.cancel()

    async def _tell(self, send: Send) -> None:
        begin = {"type": "http.response.start", "status": self.status_code}
        await send({**begin, "headers": self.raw_headers})
        await _send(send, RETRY)
        async for message in self._messages:
            await _send(send, text_of(message))
        await _send(send, b"", more=False)


async def _send(send: Send, text: bytes, *, more: bool = True) -> None:
    async with asyncio.timeout(SEND_SECONDS):
        await send({"type": "http.response.body", "body": text, "more_body": more})


async def _watch(receive: Receive, scope: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()
