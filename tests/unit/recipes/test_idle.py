"""Operations that find nothing to work on."""

from __future__ import annotations

from typing import Any

import pytest

from reelmill.model.errors import ReelmillError, UnsupportedMediaError
from reelmill.model.facts import SourceFacts
from reelmill.planner.plan import plan
from reelmill.recipes.book import recipe_of
from reelmill.recipes.sources import SourceLimits
from tests.unit.planner.films import HOST, facts, film, picture, sound

SILENT, HEARD = film(picture()), film(sound(index=0))
CROP = {"type": "crop", "width": 20, "height": 20}
LOUDER = {"type": "volume", "volume": 2}


def told(source: SourceFacts, format_: str, *operations: dict[str, Any]) -> list[str]:
    """The warnings of a conversion, behind an operation that always is one."""
    chain: list[Any] = [{"type": "metadata", "tags": {"title": "x"}}, *operations]
    recipe = recipe_of("convert", {"format": format_, "operations": chain})
    recipe.check({"main": source}, SourceLimits())
    made = plan(recipe.graph([]), facts(source, host=HOST.but(encoders=(*HOST.encoders, "gif"))))
    return [one.message for one in made.warnings if one.code == "operations_idle"]


@pytest.mark.parametrize(
    "operation",
    [
        CROP,
        {"type": "watermark", "text": "x"},
        {"type": "filter", "blur": 2},
        {"type": "fade", "fade_in": 1, "of": "video"},
    ],
)
def test_a_change_of_a_picture_that_is_not_there_is_refused(operation: dict[str, Any]) -> None:
    with pytest.raises(UnsupportedMediaError) as refused:
        told(HEARD, "mp4", LOUDER, operation)
    assert refused.value.output == "operations/2"


@pytest.mark.parametrize(
    ("source", "format_", "operation"),
    [
        (SILENT, "mp4", LOUDER),
        (SILENT, "mp4", {"type": "normalize"}),
        (film(), "mp3", CROP),
        (film(), "gif", LOUDER),
    ],
)
def test_what_has_nothing_to_change_is_told(
    source: SourceFacts, format_: str, operation: dict[str, Any]
) -> None:
    (message,) = told(source, format_, operation)
    assert "/operations/1" in message


@pytest.mark.parametrize(
    "operation",
    [
        {"type": "trim", "duration": 1},
        {"type": "speed", "speed": 2},
        {"type": "fade", "fade_in": 1},
        {"type": "compress", "max_width": 100},
    ],
)
def test_what_is_about_both_needs_one(operation: dict[str, Any]) -> None:
    assert not told(SILENT, "mp4", operation)
    assert not told(HEARD, "mp4", operation)


def test_no_sound_cannot_be_extracted() -> None:
    with pytest.raises(ReelmillError, match="no sound to extract") as refused:
        told(SILENT, "mp4", {"type": "extract_audio"})
    assert refused.value.output == "operations/1"
