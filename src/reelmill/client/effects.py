"""What a call wants of whoever runs it: the one place where both clients meet.

A call is a generator that does no input or output of its own. It yields what it wants, is sent
what came of it (or is thrown `httpx.TransportError`), and returns its result.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import httpx

T = TypeVar("T")


@dataclass(frozen=True)
class Ask:
    """One request, to be answered by an `httpx.Response`.

    Attributes:
        streamed: whether the body is to be read bit by bit, by `Read`. The stream before it is
            closed; errors are read whole.
    """

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    content: bytes | None = None
    params: Mapping[str, str] = field(default_factory=dict[str, str])
    streamed: bool = False


@dataclass(frozen=True)
class Read:
    """The next bytes of the stream that is open; none at its end."""


@dataclass(frozen=True)
class Pause:
    """Nothing for a while."""

    seconds: float


@dataclass(frozen=True)
class Tell:
    """Something for whoever iterates over the call."""

    value: Any


Effect = Ask | Read | Pause | Tell
Call = Generator[Effect, Any, T]


def read() -> Call[bytes]:
    """The next bytes of the stream; none at its end."""
    data: bytes = yield Read()
    return data


class Course(Generic[T]):
    """A call on its way.

    Attributes:
        want: what it waits for; None: it is over.
    """

    def __init__(self, call: Call[T]) -> None:
        self._call = call
        self._result: T | None = None
        self.want: Effect | None = None
        self.go_on(None)

    def go_on(self, came: object) -> None:
        """What it wanted is here."""
        try:
            self.want = self._call.send(came)
        except StopIteration as end:
            self.want, self._result = None, end.value

    def fail(self, error: httpx.TransportError) -> None:
        """What it wanted could not be had."""
        try:
            self.want = self._call.throw(error)
        except StopIteration as end:
            self.want, self._result = None, end.value

    def close(self) -> None:
        """Nobody wants it any more."""
        self._call.close()

    @property
    def result(self) -> T:
        """What came of it, once it is over."""
        result: T = self._result  # pyright: ignore[reportAssignmentType]  # None only where T is
        return result
