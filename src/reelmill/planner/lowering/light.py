"""Colours that are drawn, as the picture codes them: white on HDR is paper, not the sun.

Diffuse white is 203 cd/m2, which is 58 % of PQ's signal and 75 % of HLG's (ITU-R BT.2408).
"""

from math import log

from reelmill.planner.lowering.picture import WHITE_NITS
from reelmill.planner.tracks import Picture

PQ_PEAK_NITS = 10_000.0
HLG_WHITE = 0.265
"""Of the scene's light, where the signal is 75 %."""


def drawn_colour(colour: str, picture: Picture) -> str:
    """The colour "#rrggbb" (sRGB), so that it looks like that on this picture.

    Gamuts are not converted: on BT.2020 a saturated colour is a little more so.
    """
    if picture.hdr is None:
        return colour
    code = _hlg if picture.colour.transfer == "arib-std-b67" else _pq
    levels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return "#" + "".join(f"{round(255 * code(_linear(level))):02x}" for level in levels)


def _linear(level: float) -> float:
    """IEC 61966-2-1."""
    return level / 12.92 if level <= 0.04045 else ((level + 0.055) / 1.055) ** 2.4


def _pq(light: float) -> float:
    """SMPTE ST 2084, the inverse of its EOTF."""
    power = (light * WHITE_NITS / PQ_PEAK_NITS) ** (2610 / 16384)
    return ((0.8359375 + 18.8515625 * power) / (1 + 18.6875 * power)) ** 78.84375


def _hlg(light: float) -> float:
    """ITU-R BT.2100, its OETF."""
    scene = light * HLG_WHITE
    if scene <= 1 / 12:
        return (3 * scene) ** 0.5
    return 0.17883277 * log(12 * scene - 0.28466892) + 0.55991073
