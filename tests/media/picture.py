"""Test frames that say who they are: number, orientation, geometry, colours and a sync flash.

Positions are fractions of the frame, so one layout serves every size from a thumbnail to
32:9. Frames are drawn at the stored size; `sar` says how wide a stored pixel is shown, and
only the square depends on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Rgb = npt.NDArray[np.uint8]
"""Height x width x 3, full-range R'G'B' of 8 bits."""


class Box(NamedTuple):
    """A rectangle in fractions of the frame."""

    left: float
    top: float
    right: float
    bottom: float

    def slices(self, width: int, height: int, inset: float = 0.0) -> tuple[slice, slice]:
        """Rows and columns of the box; `inset` drops that fraction of each side's length."""
        dx, dy = (self.right - self.left) * inset, (self.bottom - self.top) * inset
        return (
            slice(round((self.top + dy) * height), round((self.bottom - dy) * height)),
            slice(round((self.left + dx) * width), round((self.right - dx) * width)),
        )

    def column(self, index: int, count: int) -> Box:
        """The index-th of `count` equal columns of this box."""
        step = (self.right - self.left) / count
        left = self.left + index * step
        return Box(left, self.top, left + step, self.bottom)


RED_MARK = Box(0.06, 0.06, 0.20, 0.22)
GREEN_MARK = Box(0.80, 0.06, 0.94, 0.22)
FLASH_PATCH = Box(0.34, 0.06, 0.66, 0.22)
CODE = Box(0.06, 0.27, 0.94, 0.41)
SQUARE_FIELD = Box(0.28, 0.45, 0.72, 0.67)
MOTION = Box(0.06, 0.695, 0.94, 0.725)
BARS = Box(0.05, 0.75, 0.95, 0.94)

CODE_BITS = 14
CODE_CELLS = CODE_BITS + 4
"""White, black, the bits from the highest, even parity, white."""

BAR_LEVEL = 191
BAR_COLOURS: tuple[tuple[int, int, int], ...] = tuple(
    (BAR_LEVEL * r, BAR_LEVEL * g, BAR_LEVEL * b)
    for r, g, b in (
        (1, 1, 1), (1, 1, 0), (0, 1, 1), (0, 1, 0), (1, 0, 1), (1, 0, 0), (0, 0, 1),
    )
)  # fmt: skip
"""75 % bars from the left: white, yellow, cyan, green, magenta, red, blue."""

BACKGROUND = 60
SQUARE_SHARE = 0.18
"""The square's side as a share of the shown frame's short side."""

MARKS_FROM = 64
"""Frames with a side below this many pixels carry no marks: one flat colour instead."""


@dataclass(frozen=True)
class Canvas:
    """The stored size in pixels and how wide a pixel is shown."""

    width: int
    height: int
    sar: Fraction = Fraction(1)


def code_cells(number: int) -> list[bool]:
    """The bar code of a frame number from the left, True for white."""
    bits = [bool(number >> shift & 1) for shift in reversed(range(CODE_BITS))]
    return [True, False, *bits, sum(bits) % 2 == 1, True]


@lru_cache(maxsize=8)
def _still_part(canvas: Canvas) -> Rgb:
    """All that does not change from frame to frame."""
    width, height = canvas.width, canvas.height
    frame = np.full((height, width, 3), BACKGROUND, np.uint8)
    if min(width, height) < MARKS_FROM:
        return frame
    # A slow ramp: flat grey would let an encoder skip everything.
    ramp = np.linspace(-12, 12, height)[:, None] + np.linspace(-8, 8, width)[None, :]
    frame = (frame + ramp[:, :, None]).astype(np.uint8)
    frame[RED_MARK.slices(width, height)] = (230, 0, 0)
    frame[GREEN_MARK.slices(width, height)] = (0, 230, 0)
    frame[FLASH_PATCH.slices(width, height)] = 0
    frame[CODE.slices(width, height)] = 0
    frame[SQUARE_FIELD.slices(width, height)] = 0
    frame[MOTION.slices(width, height)] = 20
    side = SQUARE_SHARE * min(width * canvas.sar, height)
    tall, wide = round(side), round(side / canvas.sar)
    top = round(height * (SQUARE_FIELD.top + SQUARE_FIELD.bottom) / 2 - tall / 2)
    left = round(width / 2 - wide / 2)
    frame[top : top + tall, left : left + wide] = 235
    for index, colour in enumerate(BAR_COLOURS):
        frame[BARS.column(index, len(BAR_COLOURS)).slices(width, height)] = colour
    return frame


def draw(number: int, canvas: Canvas, flash: bool = False) -> Rgb:
    """Frame `number`, upright, with the patch white when `flash`."""
    frame = _still_part(canvas).copy()
    width, height = canvas.width, canvas.height
    if min(width, height) < MARKS_FROM:
        return frame
    for index, white in enumerate(code_cells(number)):
        if white:
            frame[CODE.column(index, CODE_CELLS).slices(width, height)] = 255
    if flash:
        frame[FLASH_PATCH.slices(width, height)] = 255
    frame[MOTION.column(number % 22, 22).slices(width, height)] = 150
    return frame
