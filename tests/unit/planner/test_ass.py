"""Words in an ASS document: what libass reads is what was written, and nothing else."""

from fractions import Fraction

import pytest

from reelmill.model.operations import Text
from reelmill.planner.ass import colour_code, document, escaped, stamp

SIGNS = (
    "100% of %d %{pts} %T",
    'it\'s "quoted" \u201cthus\u201d',
    "{\\b1}{\\an7} {x}",
    "a,b;c:d=e[f]",
    "C:\\new\\N\\h",
    "\\",
    "}{",
    "<i>not</i> &amp;",
    "\U0001f44d\U0001f3fd \u2764\ufe0f",
    "[Events]",
)


@pytest.mark.parametrize("words", SIGNS)
def test_signs_mean_nothing(words: str) -> None:
    """Its own escapes are all that libass finds."""
    shown = escaped(words)
    read = shown.replace("\\{", "{").replace("\\}", "}").replace("\\\u2060", "\\")

    assert read == words
    assert "{" not in shown.replace("\\{", "")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("one\ntwo\r\nthree\rfour\u2028five", "one\\Ntwo\\Nthree\\Nfour\\Nfive"),
        ("  a  ", "\\h\\ha\\h\\h"),
        (" ", "\\h"),
        ("a\tb\x00\x07c", "a    bc"),
    ],
)
def test_lines_spaces_and_controls(words: str, shown: str) -> None:
    assert escaped(words) == shown


def test_times_are_rounded_down() -> None:
    assert stamp(Fraction(0)) == "0:00:00.00"
    assert stamp(Fraction(1, 3)) == "0:00:00.33"
    assert stamp(Fraction(86_399_999, 1000)) == "23:59:59.99"
    assert stamp(Fraction(86_400)) == "24:00:00.00"


def test_colours_are_backwards_and_opacity_is_transparency() -> None:
    assert colour_code("#102030") == "&H00302010"
    assert colour_code("#ffffff", 0.5) == "&H7Fffffff"


def test_equal_documents_have_equal_names() -> None:
    one = Text(id="a", input="p", text="x")

    assert document(one, 640, 360) == document(one.but(id="b"), 640, 360)
    assert document(one, 640, 360).name != document(one.but(text="y"), 640, 360).name
