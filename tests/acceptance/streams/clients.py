"""Clients that know nothing of the service's own libraries: raw lines, and wsproto by hand."""

from __future__ import annotations

import json
import socket
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from wsproto import ConnectionType, WSConnection
from wsproto.events import (
    AcceptConnection,
    CloseConnection,
    Event,
    Message,
    Ping,
    RejectConnection,
    Request,
    TextMessage,
)

from tests.acceptance.running import NO_TLS

SECONDS = 30.0


@dataclass
class Told:
    """One event of a stream, as HTML's rules read it."""

    name: str
    id: str | None
    data: dict[str, Any]


class Lines:
    """A stream of server-sent events.

    Attributes:
        last_id: what a browser would come back with.
        comments: lines that are for nobody.
        retry: milliseconds.
    """

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.last_id = ""
        self.comments: list[str] = []
        self.retry: int | None = None

    def __iter__(self) -> Iterator[Told]:
        name, own, data = "", None, ""
        for line in self.answer.iter_lines():
            field, _, value = line.partition(":")
            value = value.removeprefix(" ")
            match field:
                case "" if line:
                    self.comments.append(value)
                case "event":
                    name = value
                case "id":
                    own = value
                case "data":
                    data += value
                case "retry":
                    self.retry = int(value)
                case _:
                    if data:
                        self.last_id = own if own is not None else self.last_id
                        yield Told(name, own, json.loads(data))
                    name, own, data = "", None, ""


@contextmanager
def listening(
    url: str, headers: Mapping[str, str], last_id: str = "", **query: str
) -> Generator[Lines]:
    """An EventSource."""
    sent = {**headers, "Accept": "text/event-stream"}
    if last_id:
        sent["Last-Event-ID"] = last_id
    words: dict[str, Any] = {"headers": sent, "params": query or None, "verify": NO_TLS}
    with httpx.stream("GET", url, timeout=SECONDS, **words) as answer:
        yield Lines(answer)


class Closed(Exception):  # noqa: N818 - it is how a conversation ends
    def __init__(self, code: int, reason: str | None = None) -> None:
        super().__init__(f"{code} {reason}")
        self.code, self.reason = code, reason


class Talk:
    """A WebSocket."""

    def __init__(self, url: str, headers: Mapping[str, str] | None = None) -> None:
        parts = urlsplit(url)
        assert parts.hostname is not None
        self._socket = socket.create_connection((parts.hostname, parts.port or 80), SECONDS)
        self._protocol = WSConnection(ConnectionType.CLIENT)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        extra = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
        asked = Request(host=parts.netloc, target=target, extra_headers=extra)
        self._socket.sendall(self._protocol.send(asked))
        self._events: Iterator[Event] = self._all()
        first = next(self._events)
        if isinstance(first, RejectConnection):
            raise Closed(first.status_code)
        assert isinstance(first, AcceptConnection), first

    def say(self, text: str) -> None:
        self._socket.sendall(self._protocol.send(Message(data=text)))

    def hear(self) -> dict[str, Any]:
        """The next message.

        Raises:
            Closed: there is none.
        """
        text = ""
        for event in self._events:
            match event:
                case TextMessage():
                    text += event.data
                    if event.message_finished:
                        return json.loads(text)
                case CloseConnection():
                    with suppress(ConnectionError):  # whoever closed may be gone already
                        self._socket.sendall(self._protocol.send(event.response()))
                    raise Closed(event.code, event.reason)
                case Ping():
                    self._socket.sendall(self._protocol.send(event.response()))
                case _:
                    raise AssertionError(event)
        raise Closed(1006)

    def closed(self) -> Closed:
        """How it ends, whatever is said before."""
        try:
            while True:
                self.hear()
        except Closed as closed:
            return closed

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """All messages until a normal end."""
        while True:
            try:
                yield self.hear()
            except Closed as closed:
                if closed.code != 1000:
                    raise
                return

    def cut(self) -> None:
        """Go, without a word."""
        self._socket.close()

    def _all(self) -> Iterator[Event]:
        while True:
            try:
                data = self._socket.recv(65536)
            except ConnectionError:
                return
            if not data:
                return
            self._protocol.receive_data(data)
            yield from self._protocol.events()


@contextmanager
def talking(url: str, headers: Mapping[str, str] | None = None) -> Generator[Talk]:
    talk = Talk(url, headers)
    try:
        yield talk
    finally:
        talk.cut()


def numbers(events: Iterable[Told]) -> list[int]:
    """Of those that have one."""
    return [one.data["sequence"] for one in events if one.id is not None]
