"""Reads the marks of `picture` back from decoded frames of any size."""

from __future__ import annotations

from enum import Enum
from typing import cast

import numpy as np
import numpy.typing as npt

from .picture import (
    BAR_COLOURS,
    BARS,
    CODE,
    CODE_BITS,
    CODE_CELLS,
    FLASH_PATCH,
    GREEN_MARK,
    MARKS_FROM,
    RED_MARK,
    SQUARE_FIELD,
    Box,
    Rgb,
)

Luma = npt.NDArray[np.uint8]
"""Height x width, full range."""


class Orientation(Enum):
    """How the picture stands, as what was done to an upright one."""

    UPRIGHT = "upright"
    CLOCKWISE_90 = "90 clockwise"
    HALF_TURN = "180"
    CLOCKWISE_270 = "270 clockwise"
    MIRRORED = "mirrored left to right"
    UPSIDE_DOWN = "mirrored top to bottom"
    TRANSPOSED = "mirrored, then 90 anticlockwise"
    TRANSVERSED = "mirrored, then 90 clockwise"
    UNKNOWN = "no marks found"


def luma_of(picture: npt.NDArray[np.uint8]) -> Luma:
    """Rough brightness: green weighs most, and black and white stay exact."""
    if picture.ndim == 2:
        return picture
    wide = picture.astype(np.uint16)
    return ((wide[:, :, 0] + 2 * wide[:, :, 1] + wide[:, :, 2]) // 4).astype(np.uint8)


def _mean(plane: npt.NDArray[np.uint8], box: Box, inset: float = 0.25) -> float:
    height, width = plane.shape[:2]
    return float(np.mean(plane[box.slices(width, height, inset)]))


def frame_number(picture: npt.NDArray[np.uint8]) -> int | None:
    """The number in the bar code of an RGB or luma frame; None if it cannot be trusted."""
    luma = luma_of(picture)
    if min(luma.shape) < MARKS_FROM:
        return None
    cells = [_mean(luma, CODE.column(index, CODE_CELLS)) for index in range(CODE_CELLS)]
    white, black = cells[0], cells[1]
    if white - black < 64:
        return None
    levels = [(cell - black) / (white - black) for cell in cells]
    if any(0.35 < level < 0.65 for level in levels):
        return None  # two frames blended or woven
    bits = [level > 0.5 for level in levels]
    number = sum(bit << CODE_BITS - 1 - index for index, bit in enumerate(bits[2:-2]))
    return number if bits[-1] and (sum(bits[2:-1]) % 2 == 0) else None


def flashes(picture: npt.NDArray[np.uint8]) -> bool:
    """Whether the sync patch is white."""
    luma = luma_of(picture)
    return min(luma.shape) >= MARKS_FROM and _mean(luma, FLASH_PATCH) > 127


def bars_in(rgb: Rgb) -> list[tuple[float, float, float]]:
    """The mean R'G'B' of the seven bars, 0..255, from their middles."""
    height, width = rgb.shape[:2]
    found: list[tuple[float, float, float]] = []
    for index in range(len(BAR_COLOURS)):
        rows, columns = BARS.column(index, len(BAR_COLOURS)).slices(width, height, 0.3)
        red, green, blue = cast(list[float], rgb[rows, columns].mean(axis=(0, 1)).tolist())
        found.append((red, green, blue))
    return found


def bar_error(
    found: list[tuple[float, float, float]],
    wanted: tuple[tuple[int, int, int], ...] = BAR_COLOURS,
) -> float:
    """The largest difference of any channel of any bar, in 8-bit levels."""
    return float(np.abs(np.array(found) - np.array(wanted)).max())


def _upright(rgb: npt.NDArray[np.float64]) -> bool:
    height, width = rgb.shape[:2]
    red = rgb[RED_MARK.slices(width, height, 0.25)].mean(axis=(0, 1))
    green = rgb[GREEN_MARK.slices(width, height, 0.25)].mean(axis=(0, 1))
    return bool(red[0] - max(red[1], red[2]) > 60 and green[1] - max(green[0], green[2]) > 60)


def orientation(rgb: Rgb) -> Orientation:
    """Which of the eight ways of standing puts the marks back where they were drawn."""
    picture = rgb.astype(np.float64)
    mirrored = picture[:, ::-1]
    undone = {
        Orientation.UPRIGHT: picture,
        Orientation.CLOCKWISE_90: np.rot90(picture, 1),
        Orientation.HALF_TURN: np.rot90(picture, 2),
        Orientation.CLOCKWISE_270: np.rot90(picture, 3),
        Orientation.MIRRORED: mirrored,
        Orientation.UPSIDE_DOWN: picture[::-1],
        Orientation.TRANSPOSED: np.rot90(picture, 3)[:, ::-1],
        Orientation.TRANSVERSED: np.rot90(picture, 1)[:, ::-1],
    }
    for name, candidate in undone.items():
        if _upright(candidate):
            return name
    return Orientation.UNKNOWN


def _extent(profile: npt.NDArray[np.float64]) -> float:
    """Length in pixels, edges counted by their grey level."""
    low, high = float(profile.min()), float(np.percentile(profile, 95))
    high = max(high, float(profile[len(profile) // 2]))
    return float(np.clip((profile - low) / max(high - low, 1.0), 0.0, 1.0).sum())


def squareness(picture: npt.NDArray[np.uint8], sar: float = 1.0) -> float:
    """Shown width over height of the white square: 1.0 when the picture is not stretched.

    `sar` is the sample aspect the file declares; leave it at 1 to judge the stored pixels.
    """
    luma = luma_of(picture).astype(np.float64)
    height, width = luma.shape
    rows, columns = SQUARE_FIELD.slices(width, height, 0.04)
    field = luma[rows, columns]
    middle_row, middle_column = field.shape[0] // 2, field.shape[1] // 2
    across = field[middle_row - 2 : middle_row + 3].mean(axis=0)
    down = field[:, middle_column - 2 : middle_column + 3].mean(axis=1)
    return _extent(across) * sar / _extent(down)
