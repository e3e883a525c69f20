import os
import struct
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from reelmill.ffmpeg.probe_layout import ends_inside_packet, is_fragmented, promised_bytes

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


def packets(length: int, count: int = 40) -> bytes:
    """Transport packets, some with sync bytes in their payload."""
    prefix = bytes(4) if length == 192 else b""
    size = length - len(prefix) - 1
    return b"".join(
        prefix + b"\x47" + (b"\x47" if number % 3 else b"\x00") * size for number in range(count)
    )


@pytest.mark.parametrize("length", [188, 192, 204])
@pytest.mark.parametrize("before", [b"", b"\x47" * 77])
def test_cut_transport_packets(opened: Opened, length: int, before: bytes) -> None:
    whole = before + packets(length)
    for kept, cut in ((0, False), (1, True), (5, True), (100, True), (length - 1, True)):
        content = whole + packets(length)[:kept]
        assert ends_inside_packet(opened(content), len(content)) is cut


@pytest.mark.parametrize(
    "content", [packets(188) + bytes(90), packets(188) + bytes(5000), packets(188, 3), bytes(9000)]
)
def test_padding_and_too_little_are_no_cut(opened: Opened, content: bytes) -> None:
    assert not ends_inside_packet(opened(content), len(content))
