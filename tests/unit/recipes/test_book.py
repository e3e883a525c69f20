"""Recipes are stored with their jobs, and read again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reelmill.model.graph import Graph
from reelmill.recipes.book import RECIPES, recipe_of
from reelmill.recipes.operations.all import OPERATION_TYPES
from reelmill.recipes.recipe import MAIN

OPERATIONS: list[dict[str, Any]] = [
    {"type": "transcode", "params": {"video_codec": "libx265", "audio_bitrate": "96k"}},
    {"type": "trim", "params": {"start_time": "00:01:02.5", "duration": 3.25}},
    {"type": "filter", "brightness": 0.1, "denoise": "weak", "sharpen": 0.3},
    {"type": "resize", "width": 640},
    {"type": "scale", "resolution": "720p"},
    {"type": "rotate", "angle": 12.5, "color": "navy"},
    {"type": "flip"},
    {"type": "crop", "width": 100, "height": 100},
    {"type": "pad", "width": 3000, "height": 3000, "color": "#f80"},
    {"type": "fps", "rate": 29.97},
    {"type": "watermark", "image_path": "/logo.png", "position": "top-center", "scale": 0.1},
    {"type": "watermark", "text": "words", "box_color": "black", "end_time": "24:00:00"},
    {"type": "subtitles", "path": "/words.srt"},
    {"type": "burn_subtitles", "track": 2},
    {"type": "compress", "target_size": "25MB", "max_width": 640},
    {"type": "extract_audio", "bitrate": "128k", "format": "mp3"},
    {"type": "remove_audio"},
]
SINCE: list[dict[str, Any]] = [
    {"type": "stabilize"},
    {"type": "deinterlace"},
    {"type": "speed", "factor": 1.5, "keep_pitch": False},
    {"type": "reverse"},
    {"type": "fade", "fade_in": 0.5},
    {"type": "volume", "volume": "-6dB"},
    {"type": "normalize", "lufs": -16},
    {"type": "remove_silence", "threshold_db": -40},
    {"type": "concat", "inputs": ["/a.mp4", "https://example.com/b.mp4"]},
    {"type": "embed_subtitles", "source": "/words.srt", "language": "deu"},
    {"type": "audio", "source": "upload:1", "mode": "mix", "duck": True},
    {"type": "metadata", "tags": {"title": "T"}, "chapters": [{"start": 0, "title": "one"}]},
    {"type": "thumbnail", "times": [1, "00:00:02.5", "50%"], "width": 320, "format": "webp"},
    {"type": "thumbnail", "best": True, "count": 3, "quality": 80},
    {"type": "thumbnail_grid", "columns": 3, "tile_width": 320, "format": "png"},
    {"type": "storyboard", "interval": 2.5, "frames": "key"},
    {"type": "analyze", "metrics": ["vmaf", "ms-ssim"], "reference_path": "/film.mov"},
]
ASKED: list[tuple[str, dict[str, Any]]] = [
    ("ladder", {}),
    ("stream", {"type": "dash", "variants": [{"resolution": "720p", "bitrate": "2M"}]}),
    ("stream", {"codec": "av1", "segment_seconds": 2.5}),
    ("convert", {"format": "webm", "video": {"bitrate": "1M", "two_pass": True, "fps": 23.976}}),
    *(("convert", {"format": "matroska", "operations": [one]}) for one in OPERATIONS[:-2] + SINCE),
    ("convert", {"format": None, "operations": [{"type": "thumbnail", "timestamp": 4}]}),
    ("analyze", {"metrics": ["psnr", "ms-ssim"], "mode": "fast"}),
    ("convert", {"format": "mp3", "operations": [OPERATIONS[-2]]}),
    ("convert", {"format": "mp4", "operations": [OPERATIONS[-1]]}),
]


@pytest.mark.parametrize(("name", "settings"), ASKED)
def test_a_stored_recipe_means_the_same(name: str, settings: dict[str, Any]) -> None:
    asked = recipe_of(name, settings)
    stored = recipe_of(name, asked.model_dump(mode="json"))
    assert stored == asked
    graph = asked.graph([MAIN])
    assert stored.graph([MAIN]) == graph
    assert Graph.from_json(graph.to_json()) == graph


def test_every_recipe_and_operation_is_among_them() -> None:
    assert {name for name, _ in ASKED} <= RECIPES.keys()
    spelt_twice = {"stabilise"}
    assert {one["type"] for one in OPERATIONS + SINCE} | spelt_twice == OPERATION_TYPES


def test_every_operation_is_in_the_documentation() -> None:
    text = (Path(__file__).parents[3] / "docs" / "conversions.md").read_text()
    assert [word for word in sorted(OPERATION_TYPES) if f"`{word}`" not in text] == []
