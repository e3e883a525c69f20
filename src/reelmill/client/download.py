"""A download: goes on where it broke off, and appears under its name when it is whole."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import httpx

PARTIAL_CONTENT = 206


class Download:
    """A file on its way.

    Args:
        into: where it will be.
    """

    def __init__(self, into: Path) -> None:
        self._into = into
        self._draft = into.with_name(f".{into.name}.{os.getpid()}.part")
        self._etag = ""
        self._total: int | None = None

    def headers(self) -> dict[str, str]:
        """The rest of it, as long as it is still the same (RFC 9110, 13.1.5)."""
        if not self._etag or not self._draft.exists():
            return {}
        return {"Range": f"bytes={self._draft.stat().st_size}-", "If-Range": self._etag}

    @contextmanager
    def part(self, answer: httpx.Response) -> Generator[BinaryIO]:
        """Where the bytes of an answer go."""
        self._etag = answer.headers.get("etag", "")
        goes_on = answer.status_code == PARTIAL_CONTENT
        length = int(answer.headers.get("content-length", "0"))
        had = self._draft.stat().st_size if goes_on else 0
        self._total = had + length
        with self._draft.open("ab" if goes_on else "wb") as file:
            yield file

    def whole(self) -> bool:
        """Whether all that was announced is here."""
        return self._total is not None and self._draft.stat().st_size == self._total

    def done(self) -> Path:
        """Give it its name."""
        return self._draft.replace(self._into)
