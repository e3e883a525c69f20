"""Server-sent events, read as they come.

https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
"""

import re
from dataclasses import dataclass

_LINE_END = re.compile(rb"\r\n|\n|\r(?=.)", re.DOTALL)
"""A CR at the end of what came may be half of a CRLF."""


@dataclass(frozen=True)
class Block:
    """One event, as it stood in the stream."""

    name: str
    data: str
    id: str | None = None


class Reader:
    """Makes events of bytes. What a connection that was cut left half is never told."""

    def __init__(self) -> None:
        self._rest = b""
        self._begin()

    def feed(self, data: bytes) -> list[Block]:
        """The events that are whole now."""
        *lines, self._rest = _LINE_END.split(self._rest + data)
        return [block for line in lines if (block := self._line(line.decode(errors="replace")))]

    def _begin(self) -> None:
        self._name, self._data, self._id = "message", list[str](), None

    def _line(self, line: str) -> Block | None:
        if not line:
            data = "\n".join(self._data)
            block = Block(self._name, data, self._id) if self._data else None
            self._begin()
            return block
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            self._name = value
        elif name == "data":
            self._data.append(value)
        elif name == "id":
            self._id = value
        return None
