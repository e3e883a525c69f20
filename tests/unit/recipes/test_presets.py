"""Presets that come with Reelmill, and how they stand under a request."""

from __future__ import annotations

from typing import Any

import pytest

from reelmill.model.presets import Preset
from reelmill.recipes.presets import ALL, NEWEST, PARTS, built_in, under
from reelmill.web.conversions import Conversion


@pytest.mark.parametrize("preset", ALL, ids=lambda one: one.reference)
def test_every_preset_is_a_sound_request(preset: Preset) -> None:
    assert preset.settings.keys() <= {*PARTS}
    recipe = Conversion.model_validate(under(preset.settings, {"input": "a.mov"})).recipe()
    assert recipe.graph(())
    assert preset.description


def test_versions_count_from_one() -> None:
    for name in NEWEST:
        numbers = [one.version for one in ALL if one.name == name]
        assert numbers == [*range(1, len(numbers) + 1)]


def test_a_preset_by_its_name_and_version() -> None:
    assert built_in("web-720p") == built_in("web-720p", 1) == NEWEST["web-720p"]
    assert built_in("web-720p", 99) is None
    assert built_in("none") is None


FILM: dict[str, Any] = {
    "format": "mp4",
    "video": {"codec": "h264", "crf": 22, "profile": "high", "fps": 30},
}


@pytest.mark.parametrize(
    ("said", "merged"),
    [
        ({}, FILM),
        ("webm", {**FILM, "format": "webm"}),
        ("out.mov", {"path": "out.mov", "video": FILM["video"]}),
        ({"path": "out"}, {**FILM, "path": "out"}),
        (
            {"video": {"bitrate": "2M"}},
            {**FILM, "video": {"codec": "h264", "profile": "high", "fps": 30, "bitrate": "2M"}},
        ),
        ({"video": {"codec": "libx264"}}, {**FILM, "video": {**FILM["video"], "codec": "libx264"}}),
        ({"video": {"codec": "hevc"}}, {**FILM, "video": {"codec": "hevc", "fps": 30}}),
        ({"video": {"codec": "copy"}}, {**FILM, "video": {"codec": "copy"}}),
        ({"audio": {"codec": "mp3"}}, {**FILM, "audio": {"codec": "mp3"}}),
    ],
)
def test_ones_own_words_count(said: Any, merged: Any) -> None:
    assert under({"output": FILM}, {"input": "a", "output": said})["output"] == merged


def test_a_format_among_the_options_counts() -> None:
    made = under({"output": FILM}, {"options": {"format": "mkv"}, "output": {}})
    assert made["output"] == {"video": FILM["video"]}


def test_its_operations_come_after_ones_own() -> None:
    made = under({"operations": [{"type": "flip"}]}, {"operations": [{"type": "trim"}]})
    assert made["operations"] == [{"type": "trim"}, {"type": "flip"}]
    assert under({"operations": [{"type": "flip"}]}, {})["operations"] == [{"type": "flip"}]


def test_a_resolution_takes_the_place_of_one_that_shrinks() -> None:
    shrink, square = {"type": "resize", "mode": "shrink"}, {"type": "resize", "mode": "fill"}
    preset: dict[str, Any] = {"operations": [shrink, square]}
    made = under(preset, {"output": {"video": {"resolution": "720p"}}})
    assert made["operations"] == [square]
    assert under(preset, {"output": {"video": {"crf": 20}}})["operations"] == [shrink, square]


@pytest.mark.parametrize("said", [{"output": 5}, {"options": []}, {"operations": "x"}])
def test_nonsense_stays_for_others_to_refuse(said: Any) -> None:
    made = under({"output": FILM, "options": {"threads": 1}, "operations": []}, said)
    assert made.items() >= said.items()
