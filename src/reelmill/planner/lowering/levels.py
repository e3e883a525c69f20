"""H.264 levels: what a decoder of a level must manage (ITU-T H.264, table A-1)."""

from fractions import Fraction
from math import ceil

LEVELS: tuple[tuple[str, int, int], ...] = (
    # level, macroblocks a second, macroblocks a frame
    ("3.0", 40_500, 1_620),
    ("3.1", 108_000, 3_600),
    ("3.2", 216_000, 5_120),
    ("4.0", 245_760, 8_192),
    ("4.1", 245_760, 8_192),
    ("4.2", 522_240, 8_704),
    ("5.0", 589_824, 22_080),
    ("5.1", 983_040, 36_864),
    ("5.2", 2_073_600, 36_864),
    ("6.0", 4_177_920, 139_264),
    ("6.1", 8_355_840, 139_264),
    ("6.2", 16_711_680, 139_264),
)


def h264_level(asked: str, width: int, height: int, rate: Fraction | None) -> str:
    """The asked level, or the lowest above it that the size and rate fit in."""
    frame = ceil(width / 16) * ceil(height / 16)
    second = frame * (rate or 0)
    names = [name for name, _, _ in LEVELS]
    above = LEVELS[names.index(asked) :] if asked in names else ()
    fits = (name for name, seconds, frames in above if second <= seconds and frame <= frames)
    return next(fits, asked)
