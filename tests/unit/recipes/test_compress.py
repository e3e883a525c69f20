"""Levels of compression, as each codec counts."""

from __future__ import annotations

import pytest
from pydantic import JsonValue

from reelmill.model.errors import InvalidRequestError
from reelmill.model.operations import EncodeVideo
from reelmill.recipes.book import recipe_of


def encoded(format_: str, **said: JsonValue) -> EncodeVideo:
    recipe = recipe_of("convert", {"format": format_, "operations": [{"type": "compress", **said}]})
    return next(one for one in recipe.graph([]).nodes if isinstance(one, EncodeVideo))


@pytest.mark.parametrize(
    ("format_", "codec", "crf", "quantizer"),
    [
        ("mp4", None, (20, 26, 32), None),
        ("mp4", "hevc", (25, 31, 37), None),
        ("webm", None, (28, 34, 40), None),
        ("webm", "av1", (32, 38, 44), None),
        ("avi", None, None, (3, 6, 12)),
        ("mpeg", None, None, (3, 6, 12)),
        ("asf", None, None, (3, 6, 12)),
    ],
)
def test_a_level_is_about_the_same_for_every_codec(
    format_: str,
    codec: str | None,
    crf: tuple[int, ...] | None,
    quantizer: tuple[int, ...] | None,
) -> None:
    levels = ("low", "medium", "high")
    found = [encoded(format_, level=one, **({"codec": codec} if codec else {})) for one in levels]
    assert [one.crf for one in found] == [*(crf or [None] * 3)]
    assert [one.quantizer for one in found] == [*(quantizer or [None] * 3)]


def test_a_codec_without_levels_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="no levels"):
        encoded("matroska", codec="ffv1")
