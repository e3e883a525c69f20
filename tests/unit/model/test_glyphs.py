"""What fonts have, and what words need."""

from hypothesis import given
from hypothesis import strategies as st

from reelmill.model.glyphs import compacted, missing


def test_ranges() -> None:
    assert compacted((0x41, 0x42, 0x43, 0x20, 0xA0)) == "20 41-43 a0"
    assert compacted(()) == ""


def test_marks_joiners_and_spaces_need_no_glyph() -> None:
    assert missing("a b\n\u200d\ufe0f\u0301\u00a0", "61-62") == ()


def test_missing_ones_are_told_once() -> None:
    assert missing("\u65e5a\u672c\u65e5", "20-7e") == ("\u65e5", "\u672c")


def test_unknown_fonts_lack_nothing() -> None:
    assert missing("\u65e5", "") == ()


@given(st.sets(st.integers(0x21, 0x3FF)), st.text(st.characters(codec="utf-8", categories=["L"])))
def test_what_is_covered_is_not_missing(points: set[int], words: str) -> None:
    found = missing(words, compacted(points))

    assert set(found) == ({one for one in words if ord(one) not in points} if points else set())
