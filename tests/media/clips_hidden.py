"""Clips with something inside the picture stream that no encoder here writes.

CEA-608 captions are laid into H.264 as SEI messages, and a Dolby Vision configuration record
into an MP4's sample entry, byte by byte.
"""

from __future__ import annotations

import re
import struct
import tempfile
from dataclasses import replace
from pathlib import Path

from .clip import Clip, Step, reworked, truth_of
from .film import H264, Recipe, Shot, run
from .hdr import HDR_FILTERS, hdr_video, in_signal, pq

MOVIE = Shot(sound=None)
SHORT = Shot(count=25, sound=None)
CAPTION = "REELMILL"
CAPTION_FRAMES = (10, 40)
"""Shown from about the first frame to the second."""


def _odd_parity(value: int) -> int:
    return value | (0 if value.bit_count() % 2 else 0x80)


def _caption_pairs() -> dict[int, tuple[int, int]]:
    """The 608 byte pair of each frame that has one: load, text, show, erase."""
    load, row, show, erase = (0x14, 0x20), (0x14, 0x70), (0x14, 0x2F), (0x14, 0x2C)
    letters = [ord(letter) for letter in CAPTION]
    text = list(zip(letters[0::2], letters[1::2], strict=True))
    pairs = dict(enumerate([load, load, row, row, *text]))
    for first, command in zip(CAPTION_FRAMES, (show, erase), strict=True):
        pairs[first] = pairs[first + 1] = command
    return pairs


def _caption_sei(pair: tuple[int, int] | None) -> bytes:
    """An ATSC A/53 caption message for one frame, as an H.264 NAL unit with its start code."""
    first, second = pair or (0, 0)
    data = bytes([0xFC, _odd_parity(first), _odd_parity(second)])
    payload = b"\xb5\x00\x31GA94\x03" + bytes([0xC0 | 1, 0xFF]) + data + b"\xff"
    unit = b"\x06\x04" + bytes([len(payload)]) + payload + b"\x80"
    # A start code must not appear inside: an escape byte follows two zeros.
    return b"\0\0\0\1" + re.sub(rb"\x00\x00(?=[\x00-\x03])", b"\x00\x00\x03", unit)


def _captioned(ffmpeg: Path, source: Path, path: Path) -> None:
    data, pairs = source.read_bytes(), _caption_pairs()
    out, frame = bytearray(), 0
    for unit in re.split(rb"\x00\x00\x00?\x01", data)[1:]:
        if unit[0] & 0x1F in (1, 5):
            out += _caption_sei(pairs.get(frame))
            frame += 1
        out += b"\0\0\0\1" + unit
    with tempfile.TemporaryDirectory() as scratch:
        raw = Path(scratch, "raw.h264")
        raw.write_bytes(bytes(out))
        run(ffmpeg, ["-r", "25", "-i", str(raw), "-c", "copy", str(path)])


DOVI_5 = struct.pack(">BBHI", 1, 0, 5 << 9 | 1 << 3 | 1 << 2 | 1, 0) + bytes(16)
"""Version 1.0, profile 5, level 1, with RPU and base layer, compatible with nothing else."""


def _with_box(data: bytes, path: list[bytes], box: bytes) -> bytes:
    """MP4 boxes with `box` added at the end of the one that `path` leads to."""
    if not path:
        return data + box
    # Children of a sample description start after a count, of a sample entry after its fields.
    at = {b"stbl": 0, b"stsd": 8, b"hvc1": 78}
    out, place = bytearray(), 0
    while place + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, place)
        body = data[place + 8 : place + size]
        if kind == path[0]:
            head = at.get(kind, 0)
            body = body[:head] + _with_box(body[head:], path[1:], box)
            box = b""
        out += struct.pack(">I4s", len(body) + 8, kind) + body
        place += size
    return bytes(out) + data[place:]


def _dolby_vision() -> Step:
    way = [b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"hvc1"]
    record = struct.pack(">I4s", len(DOVI_5) + 8, b"dvcC") + DOVI_5

    def step(_ffmpeg: Path, source: Path, path: Path) -> None:
        # The index stands last, so growing it moves no sample.
        path.write_bytes(_with_box(source.read_bytes(), way, record))

    return step


CLIPS: tuple[Clip, ...] = (
    # Baseline without B-frames: coded order is shown order, one slice a frame.
    reworked(
        "cea_608",
        MOVIE,
        _captioned,
        Recipe(video=(*H264, "-bf", "0", "-x264-params", "slices=1"), muxer=("-f", "h264")),
        inner=".h264",
    ),
    reworked(
        "dolby_vision_5",
        SHORT,
        _dolby_vision(),
        Recipe(
            video=hdr_video(""),
            filters=HDR_FILTERS.format(transfer="smpte2084"),
            arrange=in_signal(pq),
            pixel_format="rgb48le",
            muxer=(),
        ),
        truth=replace(truth_of(SHORT), transfer="dolby vision 5", bar_tolerance=None),
    ),
)
