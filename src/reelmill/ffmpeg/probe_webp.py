"""Animated WebP, which the FFmpeg 8 inside PyAV names but cannot read (FFmpeg 9 can)."""

import os
import struct
from fractions import Fraction
from typing import NamedTuple

_ANIMATION, _ALPHA = 0x02, 0x10


class Animation(NamedTuple):
    """The canvas, and how long each frame is shown, in milliseconds."""

    width: int
    height: int
    has_alpha: bool
    frame_milliseconds: tuple[int, ...]

    @property
    def seconds(self) -> Fraction:
        """The length of one run."""
        return Fraction(sum(self.frame_milliseconds), 1000)


def read_animation(descriptor: int) -> Animation | None:
    """The animation in a WebP file; None: it is not an animated WebP.

    Source: RFC 9649 (WebP), sections 2.7.1 (VP8X) and 2.7.1.1 (ANMF).
    """
    head = os.pread(descriptor, 30, 0)
    if head[:4] + head[8:16] != b"RIFFWEBPVP8X" or len(head) < 30 or not head[20] & _ANIMATION:
        return None
    frames: list[int] = []
    position = 12
    while len(chunk := os.pread(descriptor, 24, position)) >= 8:
        name, size = struct.unpack_from("<4sI", chunk)
        if name == b"ANMF" and len(chunk) == 24:
            frames.append(_uint24(chunk, 20))
        position += 8 + size + size % 2
    return Animation(
        width=_uint24(head, 24) + 1,
        height=_uint24(head, 27) + 1,
        has_alpha=bool(head[20] & _ALPHA),
        frame_milliseconds=tuple(frames),
    )


def _uint24(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 3], "little")
