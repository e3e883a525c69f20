"""Changes to the index of an MP4 (ISO/IEC 14496-12) that no muxer here makes."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence

CONTAINERS = {b"moov": 0, b"trak": 0, b"edts": 0, b"mdia": 0, b"minf": 0, b"stbl": 0}
"""Boxes that hold boxes, and the bytes of their own before those."""
ENTRIES = {b"stsd": 8, b"avc1": 78}
Edit = Callable[[bytes], bytes]
"""From a box's content to another."""
Part = tuple[float, int]
"""Seconds that are shown, and the media time (in its own ticks) from which; -1: nothing is."""


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        yield kind, data[at + 8 : at + size]
        at += size


def box(kind: bytes, content: bytes) -> bytes:
    """A box."""
    return struct.pack(">I4s", len(content) + 8, kind) + content


def edited(data: bytes, kinds: Sequence[bytes], edit: Edit) -> bytes:
    """The file with the content of boxes of some kinds changed; its index must stand last."""
    inside = {**CONTAINERS, **ENTRIES}
    out = bytearray()
    for kind, found in _boxes(data):
        content = edit(found) if kind in kinds else found
        if (own := inside.get(kind)) is not None:
            content = content[:own] + edited(content[own:], kinds, edit)
        out += box(kind, content)
    return bytes(out)


def stating(data: bytes, seconds: float) -> bytes:
    """The file with headers that state another length; what its edit lists show stays."""

    def state(content: bytes) -> bytes:
        (scale,) = struct.unpack_from(">I", content, 12)
        return content[:16] + struct.pack(">I", round(seconds * scale)) + content[20:]

    return edited(data, (b"mvhd", b"mdhd"), state)


def showing(data: bytes, parts: Sequence[Part], *, sound: Sequence[Part] | None = None) -> bytes:
    """The file with other edit lists: of its first track, and of its second if that is given."""
    header = next(content for kind, content in _boxes(data) if kind == b"moov")
    movie = next(content for kind, content in _boxes(header) if kind == b"mvhd")
    (scale,) = struct.unpack_from(">I", movie, 12)
    wanted = iter([parts, sound])

    def show(content: bytes) -> bytes:
        given = next(wanted, None)
        if given is None:
            return content
        rows = [struct.pack(">IiI", round(one[0] * scale), one[1], 1 << 16) for one in given]
        return struct.pack(">II", 0, len(rows)) + b"".join(rows)

    return edited(data, (b"elst",), show)


def cropped(data: bytes, width: int, height: int, across: int, down: int) -> bytes:
    """The file with a clean aperture: what is shown of each frame, and how far off its middle."""
    halves = struct.pack(">8I", width, 1, height, 1, across, 2, down, 2)
    return edited(data, (b"avc1",), lambda content: content + box(b"clap", halves))
