from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmill.web.ranges import Span, UnsatisfiableRangeError, matches, wanted


@pytest.mark.parametrize(
    ("header", "span"),
    [
        (None, None),
        ("", None),
        ("bytes=0-0", Span(0, 1)),
        ("bytes=2-4", Span(2, 5)),
        ("bytes=2-", Span(2, 10)),
        ("Bytes = 2 - 4", Span(2, 5)),
        ("bytes=5-99", Span(5, 10)),
        ("bytes=-3", Span(7, 10)),
        ("bytes=-99", Span(0, 10)),
        ("bytes=-", None),
        ("bytes=4-2", None),
        ("bytes=0-1,3-4", None),
        ("lines=0-1", None),
        ("bytes=a-b", None),
        ("bytes=" + "9" * 30 + "-", None),
    ],
)
def test_wanted(header: str | None, span: Span | None) -> None:
    assert wanted(header, 10) == span


@pytest.mark.parametrize(("header", "size"), [("bytes=10-", 10), ("bytes=-0", 10), ("bytes=-1", 0)])
def test_not_there(header: str, size: int) -> None:
    with pytest.raises(UnsatisfiableRangeError):
        wanted(header, size)


@given(st.from_regex(r"bytes=\d{0,4}-\d{0,4}", fullmatch=True), st.integers(0, 100))
def test_a_span_is_always_inside(header: str, size: int) -> None:
    try:
        span = wanted(header, size)
    except UnsatisfiableRangeError:
        return
    assert span is None or 0 <= span.start < span.end <= size


def test_tags() -> None:
    assert matches('"a", W/"b"', '"b"')
    assert matches("*", '"b"')
    assert not matches("", '"b"')
