"""Opens a finished file and decodes one stream of it, on the clock a player shows.

MP4 and MOV place their streams absolutely through edit lists, so their zero is kept;
containers whose clock starts anywhere (MPEG-TS, HLS, a 10 h offset in Matroska) are counted
from their first stream's start.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import av.container
import av.error
from av.stream import Disposition

AV_TIME_BASE = 1_000_000


def open_media(path: Path) -> av.container.InputContainer:
    """The file or playlist, opened with segments of any extension allowed."""
    options = {}
    if path.suffix == ".m3u8":
        options = {
            "allowed_extensions": "ALL",
            "allowed_segment_extensions": "ALL",
            "extension_picky": "0",
            "protocol_whitelist": "file,crypto,data",
        }
    # An absolute path with its protocol: a name may hold a colon or lead with a dash.
    return av.open(f"file:{path.resolve()}", options=options)


def clock_zero(container: av.container.InputContainer) -> Fraction:
    """Seconds in the file's own clock that a player shows as zero."""
    if "mp4" in container.format.name.split(","):
        return Fraction(0)
    start = Fraction(cast("int | None", container.start_time) or 0, AV_TIME_BASE)
    # Matroska's negative start is encoder delay, which is not shown.
    return max(start, Fraction(0)) if "matroska" in container.format.name else start


def seconds(frame: av.VideoFrame | av.AudioFrame) -> Fraction:
    """The frame's stamp on the file's own clock."""
    return (frame.pts or 0) * (frame.time_base or Fraction(0))


def decoded(
    container: av.container.InputContainer, kind: str, index: int, tolerant: bool
) -> Iterator[av.VideoFrame | av.AudioFrame]:
    """Frames of the index-th stream of a kind; `tolerant` steps over what fails."""
    streams = [
        stream
        for stream in container.streams
        if stream.type == kind and not stream.disposition & Disposition.attached_pic
    ]
    if index >= len(streams):
        return
    packets = container.demux(streams[index])
    while True:
        try:
            packet = next(packets)
            yield from cast("list[av.VideoFrame | av.AudioFrame]", packet.decode())
        except StopIteration:
            return
        except av.error.FFmpegError:
            if not tolerant:
                raise
