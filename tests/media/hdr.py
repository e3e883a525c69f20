"""Puts drawn SDR frames into HDR signals so that their intended SDR look stays known.

SDR white is laid at 203 nits (ITU-R BT.2408), which is 58 % of PQ and 75 % of HLG: a tone
mapper that keeps reference white should give bars near those that were drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from .film import Pixels, to_yuv
from .picture import Rgb

Light = npt.NDArray[np.float64]

WHITE_NITS = 203.0
BT709_TO_BT2020 = np.array(
    [[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]]
)


def _nits(rgb: Rgb) -> Light:
    """Display light in BT.2020 primaries; BT.1886 shown on an ideal screen."""
    light = (rgb.astype(np.float64) / 255) ** 2.4 * WHITE_NITS
    return np.asarray(light @ BT709_TO_BT2020.T, np.float64)


def pq(rgb: Rgb) -> Light:
    """SMPTE ST 2084 signal, 0..1."""
    m1, m2 = 2610 / 16384, 2523 / 4096 * 128
    c1, c2, c3 = 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
    powered = np.clip(_nits(rgb) / 10_000, 0, 1) ** m1
    return ((c1 + c2 * powered) / (1 + c3 * powered)) ** m2


def hlg(rgb: Rgb) -> Light:
    """ARIB STD-B67 signal, 0..1, for a screen of 1000 nits (system gamma 1.2)."""
    shown = np.clip(_nits(rgb) / 1000, 0, 1)
    luminance = shown @ np.array([0.2627, 0.6780, 0.0593])
    scene = shown * np.maximum(luminance, 1e-6)[..., None] ** (1 / 1.2 - 1)
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    low = np.sqrt(3 * np.clip(scene, 0, 1 / 12))
    high = a * np.log(np.maximum(12 * scene - b, 1e-6)) + c
    return np.where(scene <= 1 / 12, low, np.minimum(high, 1.0))


def _stored(rgb: Rgb, signal: Callable[[Rgb], Light]) -> npt.NDArray[np.uint16]:
    """Frames hold few colours: each is converted once and looked up."""
    packed = rgb.astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
    colours, where = np.unique(packed, return_inverse=True)
    unpacked = np.stack([colours >> 16 & 255, colours >> 8 & 255, colours & 255], axis=1)
    table = np.round(signal(unpacked.astype(np.uint8)) * 65535).astype(np.uint16)
    return table[where.reshape(packed.shape)]


def in_signal(signal: Callable[[Rgb], Light]) -> Callable[[Iterator[Rgb]], Iterator[Pixels]]:
    """Arranges frames as 16-bit R'G'B' (rgb48le) of that signal."""

    def arrange(frames: Iterator[Rgb]) -> Iterator[Pixels]:
        for frame in frames:
            yield _stored(frame, signal)

    return arrange


@lru_cache(maxsize=4)
def bars_as(
    signal: Callable[[Rgb], Light], bars: tuple[tuple[int, int, int], ...]
) -> list[tuple[float, float, float]]:
    """What SDR bars become in the signal, in 0..255."""
    table = signal(np.array(bars, np.uint8)) * 255
    return [(float(r), float(g), float(b)) for r, g, b in table]


HDR_FILTERS = to_yuv("yuv420p10le", "bt2020nc", transfer="{transfer}", primaries="bt2020")


def hdr_video(extra: str) -> tuple[str, ...]:
    """x265 of 10 bits with further `extra` parameters, each led by a colon."""
    params = f"log-level=error:repeat-headers=1{extra}"
    coder = ("-c:v", "libx265", "-preset", "ultrafast", "-crf", "14", "-tag:v", "hvc1")
    return (*coder, "-x265-params", params)
