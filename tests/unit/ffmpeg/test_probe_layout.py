import os
import struct
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from reelmill.ffmpeg.probe_layout import is_fragmented, promised_bytes

Opened = Callable[[bytes], int]


@pytest.fixture
def opened(tmp_path: Path) -> Generator[Opened]:
    descriptors: list[int] = []

    def write(content: bytes) -> int:
        path = tmp_path / f"{len(descriptors)}"
        path.write_bytes(content)
        descriptors.append(os.open(path, os.O_RDONLY))
        return descriptors[-1]

    yield write
    for descriptor in descriptors:
        os.close(descriptor)


def box(kind: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I4s", 8 + len(body), kind) + body


def large_box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I4sQ", 1, kind, 16 + len(body)) + body


@pytest.mark.parametrize(
    ("content", "fragmented"),
    [
        (box(b"ftyp", b"isom") + box(b"moov", bytes(100)) + box(b"mdat", bytes(9)), False),
        (box(b"ftyp", b"isom") + box(b"moov") + box(b"moof", bytes(20)), True),
        (large_box(b"mdat", bytes(1000)) + box(b"moof"), True),
        (struct.pack(">I4s", 0, b"mdat") + box(b"moof"), False),
        (struct.pack(">I4s", 3, b"mdat") + box(b"moof"), False),
        (b"", False),
    ],
)
def test_fragments(opened: Opened, content: bytes, fragmented: bool) -> None:
    assert is_fragmented(opened(content)) is fragmented


EBML = b"\x1a\x45\xdf\xa3\x84abcd"
SEGMENT = b"\x18\x53\x80\x67"


@pytest.mark.parametrize(
    ("content", "promised"),
    [
        (b"RIFF" + struct.pack("<I", 92) + b"AVI ", 100),
        (b"RIFF\xff\xff\xff\xffWAVE", None),
        (EBML + SEGMENT + b"\x85", 9 + 4 + 1 + 5),
        (EBML + SEGMENT + b"\x01\x00\x00\x00\x00\x00\x01\x00", 9 + 4 + 8 + 256),
        (EBML + SEGMENT + b"\x01\xff\xff\xff\xff\xff\xff\xff", None),
        (EBML + SEGMENT, None),
        (b"\x1a\x45\xdf\xa3", None),
        (b"anything", None),
    ],
)
def test_promised_bytes(opened: Opened, content: bytes, promised: int | None) -> None:
    assert promised_bytes(opened(content)) == promised
