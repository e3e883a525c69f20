"""Connections for which all time together is limited, and which somebody may end.

httpcore limits the silence between two bytes only: a peer that sends one a second would hold us
for ever.
"""

import ssl
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import httpcore

from reelmill.model.errors import CancelledError

LOOK_SECONDS = 0.25
"""How soon it is noticed that somebody ends it."""


@dataclass(frozen=True)
class Deadline:
    """When it is over.

    Attributes:
        at: of the monotonic clock.
        stop: ends it before.
    """

    at: float
    stop: threading.Event
    clock: Callable[[], float] = time.monotonic

    def left(self) -> float:
        """Seconds that are left.

        Raises:
            httpcore.ReadTimeout: none.
            CancelledError: it was ended.
        """
        if self.stop.is_set():
            raise CancelledError("the request was stopped")
        seconds = self.at - self.clock()
        if seconds <= 0:
            raise httpcore.ReadTimeout("the time is over")
        return seconds


class DeadlineBackend(httpcore.NetworkBackend):
    """Connects by another backend."""

    def __init__(self, inner: httpcore.NetworkBackend, deadline: Deadline) -> None:
        self._inner, self._deadline = inner, deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """As the inner one, for as long as there is time."""
        seconds = min(self._deadline.left(), timeout or self._deadline.left())
        stream = self._inner.connect_tcp(host, port, seconds, local_address, socket_options)
        return _DeadlineStream(stream, self._deadline)

    def sleep(self, seconds: float) -> None:
        """As httpcore asks."""
        self._inner.sleep(seconds)


class _DeadlineStream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner, self._deadline = inner, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        del timeout  # all together count, not each
        while True:
            seconds = min(LOOK_SECONDS, self._deadline.left())
            try:
                return self._inner.read(max_bytes, seconds)
            except httpcore.ReadTimeout:
                continue  # nothing was read: what comes next is whole

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        del timeout
        self._inner.write(buffer, self._deadline.left())

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        del timeout
        inner = self._inner.start_tls(ssl_context, server_hostname, self._deadline.left())
        return _DeadlineStream(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
