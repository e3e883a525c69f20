from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmill.model.errors import InvalidRequestError
from reelmill.web.body import MOST_DEPTH, canonical, parse, pointer_to_control

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner),
)


@given(VALUES)
def test_json_is_taken_as_it_is(value: object) -> None:
    assert parse(json.dumps(value).encode()) == value
    assert parse(json.dumps(value, ensure_ascii=False)) == value


@given(st.text(alphabet='[]{}":,\\u0d8a1e-. \n', max_size=60))
def test_anything_is_json_or_refused(text: str) -> None:
    try:
        value = parse(text)
    except InvalidRequestError:
        return
    assert value == json.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "NaN",
        "-Infinity",
        '{"a": 1, "a": 1}',
        "9" * 20,
        str(2**63),
        "9" * 5000,
        "1e999",
        '"\\ud800"',
        '{"\\udc00": 1}',
        "[" * (MOST_DEPTH + 1) + "]" * (MOST_DEPTH + 1),
        "[" * 1000,
        '{"a":' * 100_000,
        "\ufeff{}",
        '"\n"',
    ],
)
def test_what_is_not_taken(text: str) -> None:
    with pytest.raises(InvalidRequestError):
        parse(text)


def test_brackets_in_text_are_no_levels() -> None:
    assert parse(json.dumps("[" * 1000)) == "[" * 1000
    assert parse("[" * MOST_DEPTH + "]" * MOST_DEPTH)
    assert parse('"\\ud83d\\ude00"') == "\U0001f600"


@pytest.mark.parametrize("text", ['"' + '\\"' * 500_000, '"\\', '["' * 300_000, "\\" * 500_000])
def test_it_is_quick_to_refuse(text: str) -> None:
    began = time.monotonic()
    with pytest.raises(InvalidRequestError):
        parse(text)
    assert time.monotonic() - began < 2


def test_canonical_bytes_of_equal_values_are_equal() -> None:
    assert canonical({"a": 1, "b": [None]}) == canonical({"b": [None], "a": 1})


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ("fine\n\t\r", None),
        ("\0", ""),
        ({"a": ["x", "\x1b"]}, "/a/1"),
        ({"a/b~": "\x7f"}, "/a~1b~0"),
        ({"\x01": 1}, ""),
        ([1, None, True], None),
    ],
)
def test_control_characters_are_found(value: list[object], where: str | None) -> None:
    assert pointer_to_control(parse(json.dumps(value))) == where
