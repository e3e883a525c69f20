"""Which characters the fonts of a host have, as ranges of code points in one short text."""

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable

UNSEEN = frozenset(("Cc", "Cf", "Zs", "Zl", "Zp", "Mn", "Cs"))
"""Categories that need no glyph of their own: controls, joiners, spaces, variation selectors."""


def compacted(points: Iterable[int]) -> str:
    """Code points as "20-7e a0 a2-2ff", in hexadecimal."""
    ranges: list[tuple[int, int]] = []
    for point in sorted(set(points)):
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1] = (ranges[-1][0], point)
        else:
            ranges.append((point, point))
    return " ".join(f"{low:x}" if low == high else f"{low:x}-{high:x}" for low, high in ranges)


def missing(words: str, glyphs: str) -> tuple[str, ...]:
    """The characters that no font has, each once; none where nobody knows what fonts there are."""
    if not glyphs:
        return ()
    ranges = [part.partition("-") for part in glyphs.split()]
    lows = [int(low, 16) for low, _, _ in ranges]
    highs = [int(high or low, 16) for low, _, high in ranges]

    def lacks(one: str) -> bool:
        place = bisect_right(lows, ord(one)) - 1
        return place < 0 or highs[place] < ord(one)

    seen = (one for one in dict.fromkeys(words) if unicodedata.category(one) not in UNSEEN)
    return tuple(one for one in seen if lacks(one))
