"""Turns decoded frames into full-range R'G'B' by the file's own colour tags.

Done here in numpy and not by a library's scaler: a scaler that shares a bug, or a default,
with the encoder under test would hide a wrong tag.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

import av
import numpy as np
import numpy.typing as npt
from av.sidedata.sidedata import SideData
from av.sidedata.sidedata import Type as SideDataType

from .picture import Rgb

Plane = npt.NDArray[np.floating[Any]]

FULL_RANGE = 2
"""AVCOL_RANGE_JPEG."""
KR_KB = {
    1: (0.2126, 0.0722),
    4: (0.30, 0.11),
    5: (0.299, 0.114),
    6: (0.299, 0.114),
    7: (0.212, 0.087),
    9: (0.2627, 0.0593),
    10: (0.2627, 0.0593),
}
"""Luma weights of red and blue by the H.273 matrix number."""
UNTAGGED = 2
ONE = np.float32(1)


@dataclass(frozen=True)
class Tags:
    """H.273 numbers of the stream; 2 is unspecified. Range: 0 untagged, 1 limited, 2 full."""

    primaries: int
    transfer: int
    matrix: int
    range: int


def _guessed_matrix(width: int, height: int) -> int:
    """What players take when nothing is tagged: BT.601 for SD sizes, BT.709 above."""
    return 1 if max(width, height) > 1024 or min(width, height) >= 720 else 5


def _plane(frame: av.VideoFrame, index: int) -> npt.NDArray[np.float32]:
    """One component's plane at its own size, in stored levels."""
    component = frame.format.components[index]
    plane = frame.planes[component.plane]
    kind = np.dtype(np.uint8 if component.bits <= 8 else np.uint16)
    if frame.format.is_big_endian:
        kind = kind.newbyteorder(">")
    rows = np.frombuffer(memoryview(plane), kind)
    stride = plane.line_size // kind.itemsize
    table = rows[: stride * plane.height].reshape(plane.height, stride)
    return table[:, : plane.width].astype(np.float32)


def _planar_yuv(frame: av.VideoFrame) -> bool:
    kinds = frame.format.components
    return (
        not frame.format.is_rgb
        and not frame.format.has_palette
        and len({component.plane for component in kinds}) == len(kinds)
        and not frame.format.name.startswith("xyz")
    )


def _full(frame: av.VideoFrame) -> bool:
    return frame.color_range == FULL_RANGE or frame.format.name.startswith("yuvj")


def luma(frame: av.VideoFrame) -> npt.NDArray[np.uint8]:
    """Height x width brightness, stretched to full range."""
    if not _planar_yuv(frame):
        packed = frame.to_ndarray(format="gray")
        return packed.astype(np.uint8)
    return _bytes(_levels(frame)[0])


def _bytes(plane: Plane) -> npt.NDArray[np.uint8]:
    return np.round(np.clip(plane, 0.0, 1.0) * 255).astype(np.uint8)


def _levels(frame: av.VideoFrame) -> list[Plane]:
    """Luma in 0..1 and, where present, chroma in -0.5..0.5 at chroma's size."""
    depth = frame.format.components[0].bits
    scale = float(1 << (depth - 8))
    top = float((1 << depth) - 1)
    planes: list[Plane] = []
    for index in range(3 if len(frame.format.components) >= 3 else 1):
        levels = _plane(frame, index)
        if _full(frame):
            shift = 0.0 if index == 0 else float(1 << (depth - 1))
            planes.append((levels - np.float32(shift)) / np.float32(top))
        else:
            shift, span = (16.0, 219.0) if index == 0 else (128.0, 224.0)
            planes.append((levels - np.float32(shift * scale)) / np.float32(span * scale))
    return planes


def rgb(frame: av.VideoFrame, matrix: int | None = None) -> Rgb:
    """Height x width x 3; `matrix` (H.273) stands in for the frame's own tag."""
    if not _planar_yuv(frame):
        return frame.to_ndarray(format="rgb24").astype(np.uint8)
    planes = _levels(frame)
    y = planes[0]
    if len(planes) == 1:
        return np.repeat(_bytes(y)[:, :, None], 3, axis=2)
    tagged = frame.colorspace if matrix is None else matrix
    if tagged in (UNTAGGED, 3):
        tagged = _guessed_matrix(frame.width, frame.height)
    kr, kb = (np.float32(weight) for weight in KR_KB[tagged])
    # Nearest chroma is enough: colours are judged in the middle of flat areas.
    height, width = y.shape
    cb, cr = (_enlarged(plane, width, height) for plane in planes[1:])
    red = y + np.float32(2) * (ONE - kr) * cr
    blue = y + np.float32(2) * (ONE - kb) * cb
    green = (y - kr * red - kb * blue) / (ONE - kr - kb)
    return np.stack([_bytes(red), _bytes(green), _bytes(blue)], axis=2)


def _enlarged(plane: Plane, width: int, height: int) -> Plane:
    down, across = -(-height // plane.shape[0]), -(-width // plane.shape[1])
    return plane.repeat(down, axis=0).repeat(across, axis=1)[:height, :width]


def alpha(frame: av.VideoFrame) -> npt.NDArray[np.uint8] | None:
    """Height x width opacity, or None when the format has none."""
    if not any(component.is_alpha for component in frame.format.components):
        return None
    return frame.to_ndarray(format="rgba").astype(np.uint8)[:, :, 3]


def side_data(frame: av.VideoFrame) -> dict[SideDataType, bytes]:
    """What travels with the frame besides pixels: mastering data, display matrix, captions."""
    # PyAV iterates over entries, whatever the Mapping in its type says.
    entries = cast("Iterable[SideData]", frame.side_data)
    return {entry.type: bytes(entry) for entry in entries}


def display_matrix(frame: av.VideoFrame) -> tuple[int, ...] | None:
    """The nine numbers of the display matrix, or None where nothing is to be turned."""
    found = side_data(frame).get(SideDataType.DISPLAYMATRIX)
    if found is None:
        return None
    numbers = struct.unpack("<9i", found)
    identity = (65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30)
    return None if numbers == identity else numbers


def turned(picture: npt.NDArray[np.uint8], matrix: tuple[int, ...] | None) -> Rgb:
    """The picture as a player shows it: right-angle turns and mirrors applied."""
    if matrix is None:
        return picture
    a, b, c, d = (int(np.sign(matrix[index])) for index in (0, 1, 3, 4))
    if a == 0 and d == 0:
        # (x, y) goes to (c y, b x).
        picture = picture.swapaxes(0, 1)
        across, down = c, b
    else:
        across, down = a, d
    return picture[:: -1 if down < 0 else 1, :: -1 if across < 0 else 1]
