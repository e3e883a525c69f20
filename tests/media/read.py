"""Reads a finished file back as a player would show it: frames, numbers, colours and sync.

Times are seconds on the player's clock. MP4 and MOV place their streams absolutely through
edit lists, so their zero is kept; containers whose clock starts anywhere (MPEG-TS, HLS, a
10 h offset in Matroska) are counted from their first stream's start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import cast

import av
import av.container
import av.error
import numpy as np
import numpy.typing as npt
from PIL import Image

from . import look, planes
from .picture import Rgb

AV_TIME_BASE = 1_000_000
IMAGES = {".jpg", ".jpeg", ".png", ".webp"}


@dataclass(frozen=True)
class Seen:
    """One decoded frame, turned upright by the file's display matrix.

    Conversion waits until asked: numbers need luma only.
    """

    time: Fraction
    """Seconds at which it is shown."""
    frame: av.VideoFrame
    upright: bool = True

    def _turned(self, picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        matrix = planes.display_matrix(self.frame) if self.upright else None
        return planes.turned(picture, matrix)

    @cached_property
    def luma(self) -> look.Luma:
        """Height x width, full range."""
        return self._turned(planes.luma(self.frame))

    @cached_property
    def rgb(self) -> Rgb:
        """Height x width x 3, full range, by the file's own matrix and range tags."""
        return self._turned(planes.rgb(self.frame))

    @property
    def number(self) -> int | None:
        """The frame number in the bar code."""
        return look.frame_number(self.luma)

    @property
    def tags(self) -> planes.Tags:
        """Colour tags as the decoder saw them."""
        frame = self.frame
        return planes.Tags(
            frame.color_primaries, frame.color_trc, frame.colorspace, frame.color_range
        )


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


def _decoded(
    container: av.container.InputContainer, kind: str, index: int, tolerant: bool
) -> Iterator[av.VideoFrame | av.AudioFrame]:
    """Frames of the index-th stream of a kind; `tolerant` steps over what fails."""
    streams = [
        stream
        for stream in container.streams
        if stream.type == kind and not stream.disposition & av.stream.Disposition.attached_pic
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


def iter_frames(
    path: Path, *, stream: int = 0, upright: bool = True, tolerant: bool = False
) -> Iterator[Seen]:
    """The frames of a video stream (attached pictures do not count) in shown order."""
    if path.suffix.lower() in IMAGES:
        picture = np.asarray(Image.open(path).convert("RGB"))
        yield Seen(Fraction(0), av.VideoFrame.from_ndarray(picture, "rgb24"))
        return
    with open_media(path) as container:
        zero = clock_zero(container)
        rate = None
        due = zero
        for frame in _decoded(container, "video", stream, tolerant):
            assert isinstance(frame, av.VideoFrame)
            if rate is None:
                rate = container.streams.video[stream].average_rate or Fraction(25)
            # Raw streams have no stamps: frames then follow at the nominal rate.
            stamp = due if frame.pts is None else frame.pts * Fraction(frame.time_base)
            due = stamp + 1 / rate
            yield Seen(stamp - zero, frame, upright)


def decode_frames(path: Path, *, stream: int = 0, tolerant: bool = False) -> list[Seen]:
    """All frames, each with `.time` in seconds and `.rgb`."""
    return list(iter_frames(path, stream=stream, tolerant=tolerant))


def frame_numbers(path: Path, *, tolerant: bool = False) -> list[int | None]:
    """The bar codes in shown order; None for a frame whose code cannot be trusted."""
    return [seen.number for seen in iter_frames(path, tolerant=tolerant)]


def frame_times(path: Path, *, tolerant: bool = False) -> list[Fraction]:
    """Seconds at which each frame is shown."""
    return [seen.time for seen in iter_frames(path, tolerant=tolerant)]


def first_frame(path: Path, *, upright: bool = True) -> Seen:
    """The first frame that decodes."""
    return next(iter_frames(path, upright=upright, tolerant=True))


def colour_bars(source: Path | Seen | Rgb) -> list[tuple[float, float, float]]:
    """The seven bars' mean R'G'B', 0..255, through the file's own colour tags."""
    return look.bars_in(_picture(source))


def orientation(source: Path | Seen | Rgb) -> look.Orientation:
    """How the picture stands when played."""
    return look.orientation(_picture(source))


def squareness(source: Path | Seen | Rgb, sar: float = 1.0) -> float:
    """Shown width over height of what was drawn square; `sar` as the file declares."""
    return look.squareness(_picture(source), sar)


def _picture(source: Path | Seen | Rgb) -> Rgb:
    if isinstance(source, Path):
        source = first_frame(source)
    return source.rgb if isinstance(source, Seen) else source


def audio_frames(
    path: Path, *, stream: int = 0, tolerant: bool = False
) -> Iterator[tuple[Fraction, npt.NDArray[np.float32], int]]:
    """(seconds, samples of channels x count in -1..1, rate) of each sound frame.

    Encoder delay is already gone: the demuxer marks it and the decoder drops it.
    """
    with open_media(path) as container:
        zero = clock_zero(container)
        for frame in _decoded(container, "audio", stream, tolerant):
            assert isinstance(frame, av.AudioFrame)
            stamp = Fraction(frame.pts or 0) * Fraction(frame.time_base)
            yield stamp - zero, _floats(frame), frame.sample_rate


def _floats(frame: av.AudioFrame) -> npt.NDArray[np.float32]:
    table = frame.to_ndarray()
    if not frame.format.is_planar:
        table = table.reshape(-1, frame.layout.nb_channels).T
    if table.dtype == np.int16:
        return table.astype(np.float32) / np.float32(32768)
    if table.dtype == np.int32:
        return table.astype(np.float32) / np.float32(2**31)
    return table.astype(np.float32)


