"""Every format goes into every other: what is read back is what was asked for."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

import reelmill
from reelmill.model.codecs import TAKES
from reelmill.recipes.formats import FORMATS
from tests.media.clips import clip_file

FILMS = ("mp4", "avi", "mov", "mkv", "wmv", "flv", "webm", "ts", "mpg")
SOUNDS = ("mp3", "wav", "flac", "aac", "ogg", "m4a", "opus", "ac3", "aiff", "wma")
PICTURES = ("gif", "webp", "jpg", "png")
CHEAP = {"preset": "ultrafast"}

PAIRS = [
    (one, other)
    for place, (one, other) in enumerate(product((*FILMS, *SOUNDS), (*FILMS, *SOUNDS, *PICTURES)))
    if place % 9 == 4 and not (one in SOUNDS and other in PICTURES)
]
"""A ninth of them, in which every format is read and written."""


@pytest.fixture(scope="session")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("formats")
    return {name: folder / f"source.{name}" for name in (*FILMS, *SOUNDS)}


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_a_format_becomes_another(
    sources: dict[str, Path], tmp_path: Path, one: str, other: str
) -> None:
    source, output = sources[one], tmp_path / f"output.{other}"
    if not source.exists():
        reelmill.convert(clip_file("plain"), source, video=CHEAP)

    reelmill.convert(source, output, video=CHEAP)

    found = reelmill.probe(output)
    takes = TAKES[FORMATS[other]]
    if takes.audio:
        assert found.sound is not None
        assert found.sound.codec == takes.audio[0]
    if takes.video and one in FILMS:
        assert found.picture is not None
        assert found.picture.codec == takes.video[0]
        assert (found.picture.width, found.picture.height) == (640, 360)
    if other in FILMS + SOUNDS:
        assert float(found.duration_seconds or 0) == pytest.approx(2, abs=0.2)
    assert sorted(path.name for path in tmp_path.iterdir()) in (
        [output.name],
        [".reelmill", output.name],
    )


@pytest.mark.parametrize(("clip", "name"), [("mono_8k", "a.aac"), ("plain", "a.wmv")])
def test_what_an_encoder_adds_at_the_end_is_no_fault(clip: str, name: str, tmp_path: Path) -> None:
    """Two frames of AAC last a quarter of a second at 8 kHz."""
    trim = {"type": "trim", "duration": 0.5}
    assert reelmill.convert(clip_file(clip), tmp_path / name, [trim]).outcome.failure is None
