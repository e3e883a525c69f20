"""An answer before its request is over: sent at once, and kept from being lost.

A server that closes a connection with bytes still unread resets it, and a client that is busy
sending never sees why. So the answer is sent whole, what still comes is thrown away for a while,
and only then is the connection closed.
"""

import time

import anyio
from starlette.datastructures import Headers
from starlette.types import Message, Receive, Send

IDLE_SECONDS, MOST_SECONDS, MOST_BYTES = 1.0, 10.0, 64 << 20


def has_body(headers: Headers) -> bool:
    """Whether a body comes with a request."""
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


async def end(message: Message, receive: Receive, send: Send) -> None:
    """Send the last part of an answer, then wait until the client has stopped sending."""
    await send({**message, "more_body": True})
    began, left = time.monotonic(), MOST_BYTES
    while left > 0 and time.monotonic() - began < MOST_SECONDS:
        with anyio.move_on_after(IDLE_SECONDS) as waiting:
            more = await receive()
            left -= len(more.get("body", b""))
            if more["type"] == "http.disconnect" or not more.get("more_body", False):
                break
        if waiting.cancelled_caught:
            break
    await send({"type": "http.response.body", "body": b""})
