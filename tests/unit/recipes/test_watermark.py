"""What a text on the picture may be."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from reelmill.recipes.operations.overlay import Watermark


@pytest.mark.parametrize("text", ["a\tb\r\nc", "one\u0085two\vthree", "\u200f\u0645\u0631\u200d"])
def test_breaks_and_marks_are_drawn(text: str) -> None:
    assert Watermark(type="watermark", text=text).text == text


@pytest.mark.parametrize("text", ["bell\a", "\x1b[1m", "c1\u009b", "\x7f", "\0"])
def test_control_characters_are_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="control character") as refused:
        Watermark(type="watermark", text=text)
    assert refused.value.errors()[0]["loc"] == ("text",)
