"""Reads a finished file's pictures back as a player would show them.

Times are seconds on the player's clock, see `opening`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from PIL import Image

from . import look, planes
from .opening import clock_zero, decoded, open_media, seconds
from .picture import Rgb

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
        for frame in decoded(container, "video", stream, tolerant):
            assert isinstance(frame, av.VideoFrame)
            if rate is None:
                rate = container.streams.video[stream].average_rate or Fraction(25)
            # Raw streams have no stamps: frames then follow at the nominal rate.
            stamp = due if frame.pts is None else seconds(frame)
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
