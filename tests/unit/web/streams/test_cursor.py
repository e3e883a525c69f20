from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmill.web.fields import InvalidFieldsError
from reelmill.web.streams.cursor import MOST_ENDED, Cursor, parse
from reelmill.web.streams.messages import Message

PLACES = st.dictionaries(st.integers(1, 60), st.integers(0, 3), max_size=40)


@given(st.integers(0, 10**9), PLACES)
def test_it_comes_back_as_it_was(newest: int, seen: dict[int, int]) -> None:
    cursor = parse(Cursor(newest, seen).text())
    assert (cursor.newest, cursor.seen) == (newest, seen)


def test_jobs_that_wait_are_one_entry() -> None:
    assert Cursor(1000, dict.fromkeys(range(1, 1001), 1)).text() == "rs.1-rs:1"


@pytest.mark.parametrize(
    "text", ["", ".", "1.", "A", "1.2", "1.1-zzzzzzzzzzzz:1", "1.2:1;", "\u0661", "1" * 9000]
)
def test_what_is_none(text: str) -> None:
    with pytest.raises(InvalidFieldsError):
        parse(text)


def told(name: str, sequence: int) -> Message:
    return Message(name, "job", sequence, numbered=name != "removed")


def test_it_moves_with_what_is_told() -> None:
    cursor = Cursor(5, {1: 0})
    cursor.move(1, told("status", 1))
    cursor.move(2, told("completed", 9))
    cursor.move(2, told("status", 10))  # a retry
    cursor.move(1, Message("progress", "job", 1))
    assert (cursor.seen, cursor.ended) == ({1: 1, 2: 10}, [])
    cursor.move(1, told("removed", 1))
    for number in range(10, 11 + MOST_ENDED):
        cursor.move(number, told("failed", 3))
    assert cursor.seen.keys() == {2, *range(11, 11 + MOST_ENDED)}
