"""Parts of files, as RFC 9110 has them."""

import re
from dataclasses import dataclass

_RANGE = re.compile(r"bytes\s*=\s*(\d{0,19})\s*-\s*(\d{0,19})", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Span:
    """Bytes of a file, `end` not included."""

    start: int
    end: int


class UnsatisfiableRangeError(Exception):
    """The file has no such bytes."""


def wanted(header: str | None, size: int) -> Span | None:
    """What a Range header asks for; None: the whole file.

    A header that is malformed, or asks for several ranges, is not obeyed: RFC 9110 allows it.

    Raises:
        UnsatisfiableRangeError: nothing that is there.
    """
    found = _RANGE.fullmatch(header.strip()) if header else None
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:  # the last bytes
        length = int(found[2])
        if not length or not size:
            raise UnsatisfiableRangeError
        return Span(max(0, size - length), size)
    start = int(found[1])
    last = int(found[2]) if found[2] else size - 1
    if found[2] and last < start:
        return None
    if start >= size:
        raise UnsatisfiableRangeError
    return Span(start, min(last, size - 1) + 1)


def matches(header: str, etag: str) -> bool:
    """Whether If-None-Match names this version."""
    tags = [tag.strip().removeprefix("W/") for tag in header.split(",")]
    return "*" in tags or etag in tags
