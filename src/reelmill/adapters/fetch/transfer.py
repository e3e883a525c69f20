"""A file on its way: how much of it is here, whether it is the same one, and how fast it comes."""

import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from reelmill.adapters.fetch.policy import FetchPolicy
from reelmill.model.errors import FetchFailedError, FetchTimeoutError, TooLargeError

_CONTENT_RANGE = re.compile(r"bytes (\d{1,19})-\d{1,19}/(\d{1,19}|\*)")

Headers = dict[str, str]
Tell = Callable[[int, int | None], None]


@dataclass
class Transfer:
    """What has come of a file.

    Attributes:
        file: where it is written.
        most_bytes: more is refused.
        tell: is told how many bytes are here, and of how many, if that is known.
        total_bytes: what the other side said that it would be.
    """

    file: BinaryIO
    most_bytes: int
    policy: FetchPolicy
    tell: Tell
    clock: Callable[[], float] = time.monotonic
    size_bytes: int = 0
    total_bytes: int | None = None
    _validator: str | None = None

    def __post_init__(self) -> None:
        self._digest = hashlib.sha256()
        self._window = self.clock(), 0
        self._ends = self._window[0] + self.policy.total_seconds

    def wanted(self) -> Headers:
        """Request headers: the rest of it, as long as it is still the same (RFC 9110, 13.1.5)."""
        if not self.size_bytes or self._validator is None:
            return {}
        return {"Range": f"bytes={self.size_bytes}-", "If-Range": self._validator}

    def begin(self, status: int, headers: Headers) -> None:
        """An answer came: it goes on where we are, or begins anew.

        Raises:
            TooLargeError: it says that it is larger than it may be.
            FetchFailedError: it is coded, or a part that nobody asked for.
        """
        if headers.get("content-encoding", "identity").lower() not in ("", "identity"):
            raise FetchFailedError("the file comes in a coding that was not asked for")
        if status == 206:
            self._go_on(headers.get("content-range", ""))
        else:
            self._start_over(headers)
        if (self.total_bytes or 0) > self.most_bytes:
            raise TooLargeError(f"a file may have {self.most_bytes} bytes at most")

    def _go_on(self, content_range: str) -> None:
        found = _CONTENT_RANGE.fullmatch(content_range)
        if not self.size_bytes or found is None or int(found[1]) != self.size_bytes:
            raise FetchFailedError("the answer is another part of the file than was asked for")
        if found[2] != "*":
            if self.total_bytes not in (None, int(found[2])):
                raise FetchFailedError("the file changed while it was fetched")
            self.total_bytes = int(found[2])

    def _start_over(self, headers: Headers) -> None:
        self.file.seek(0)
        self.file.truncate()
        self.size_bytes, self._digest = 0, hashlib.sha256()
        self._window = self.clock(), 0
        length = headers.get("content-length", "")
        self.total_bytes = int(length) if length.isascii() and length.isdecimal() else None
        tag = headers.get("etag", "")
        strong = tag if tag.startswith('"') else None  # a weak one cannot join parts
        ranges = headers.get("accept-ranges", "bytes").lower() != "none"
        self._validator = (strong or headers.get("last-modified")) if ranges else None

    def take(self, data: bytes) -> None:
        """Some bytes came.

        Raises:
            TooLargeError: more than there may be, or than was said.
            FetchTimeoutError: they come too slowly, or it takes too long in all.
            OSError: the disk is full or broken.
        """
        self.size_bytes += len(data)
        if self.size_bytes > self.most_bytes:
            raise TooLargeError(f"a file may have {self.most_bytes} bytes at most")
        self.file.write(data)
        self._digest.update(data)
        now = self.clock()
        if now > self._ends:
            raise FetchTimeoutError(f"not here after {self.policy.total_seconds:g} s")
        since, had = self._window
        if now - since >= self.policy.slow_seconds:
            if self.size_bytes - had < self.policy.least_bytes_per_second * (now - since):
                raise FetchTimeoutError(
                    f"slower than {self.policy.least_bytes_per_second} bytes a second"
                )
            self._window = (now, self.size_bytes)
        self.tell(self.size_bytes, self.total_bytes)

    @property
    def seconds_left(self) -> float:
        """Of the time for all of it."""
        return self._ends - self.clock()

    @property
    def whole(self) -> bool:
        """Whether all that was announced is here."""
        return self.total_bytes is None or self.size_bytes == self.total_bytes

    @property
    def sha256(self) -> str:
        """Of what is here."""
        return self._digest.hexdigest()
