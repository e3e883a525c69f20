"""Every format goes into every other: what is read back is what was asked for."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

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


@pytest.mark.parametrize(
    ("name", "audio"),
    [
        ("a.opus", {"bitrate": "640k"}),
        ("a.ogg", {"bitrate": 8000, "sample_rate": 11_025}),
        ("a.ogg", {"bitrate": "640k", "sample_rate": 96_000}),
        ("a.wma", {"bitrate": 8000}),
        ("a.mpg", {"bitrate": "100k"}),
    ],
)
def test_a_bit_rate_becomes_one_that_the_encoder_takes(
    tmp_path: Path, name: str, audio: dict[str, object]
) -> None:
    made = reelmill.convert(clip_file("plain"), tmp_path / name, TRIM, audio=audio)
    assert "bit_rate_changed" in [one.code for one in made.outcome.warnings]


TRIM = [{"type": "trim", "duration": 0.4}]


@pytest.mark.parametrize(
    ("name", "video", "why"),
    [
        ("a.mp4", {"preset": "bogus"}, "a preset of h264 is one of"),
        ("a.webm", {"preset": "9"}, "or 0 to 8"),
        ("a.mp4", {"profile": "bogus"}, "no profile bogus, only baseline"),
        ("a.mp4", {"profile": "main", "pix_fmt": "yuv420p10le"}, "is for yuv420p"),
        ("a.mp4", {"level": "9.9"}, "no level 9.9"),
        ("a.mkv", {"codec": "dnxhd", "resolution": "100x50"}, "256x120 at least"),
        ("a.mkv", {"codec": "hevc", "resolution": "8x8"}, "16x16 at least"),
        ("a.mkv", {"codec": "av1", "resolution": "8x8"}, "16x16 at least"),
        ("a.mkv", {"codec": "ffv1", "resolution": "99999x2"}, "2 to 16384 pixels"),
    ],
)
def test_what_an_encoder_cannot_is_refused_before_it_runs(
    tmp_path: Path, name: str, video: dict[str, object], why: str
) -> None:
    with pytest.raises(reelmill.ReelmillError, match=why):
        reelmill.plan_conversion(clip_file("plain"), tmp_path / name, video=video)
    large = {"type": "resize", "width": 16384, "height": 16384, "mode": "stretch"}
    with pytest.raises(reelmill.ReelmillError, match="67108864 pixels at most"):
        reelmill.plan_conversion(clip_file("plain"), tmp_path / name, [large])


@pytest.mark.parametrize(
    ("clip", "name", "operation", "settings"),
    [
        ("single_frame", "a.mp4", {"type": "fps", "rate": 10}, {}),
        ("single_frame", "a.mp4", {"type": "speed", "speed": 10}, {}),
        ("png_still", "a.webp", {"type": "flip"}, {}),
        ("tiny_5x5", "a.webp", {"type": "flip"}, {}),
        ("odd_853x481", "a.mp4", {"type": "stabilize"}, {}),
        ("plain", "a.gif", {"type": "audio", "source": str(clip_file("audio_only"))}, {}),
        ("plain", "a.avi", {"type": "fps", "rate": 120}, {}),
        ("plain", "a.webm", {"type": "flip"}, {"video": {"crf": 40, "max_bitrate": "300k"}}),
        ("plain", "a.mp4", {"type": "transcode", "target_size": "999999999G"}, {}),
        ("plain", "a.mp4", {"type": "transcode", "crf": 23, "video_bitrate": "2M"}, {}),
    ],
)
def test_extremes_are_done(
    tmp_path: Path, clip: str, name: str, operation: dict[str, Any], settings: dict[str, Any]
) -> None:
    """One frame at a slower rate, a still as an animation, AVI at a high rate, and large sizes."""
    reelmill.convert(clip_file(clip), tmp_path / name, [*TRIM, operation], **settings)
    picture = reelmill.probe(tmp_path / name).picture
    assert picture is not None
    assert picture.frame_count != 0


def test_a_crf_of_0_is_one(tmp_path: Path) -> None:
    compress = {"type": "compress", "crf": 0}
    made = reelmill.plan_conversion(clip_file("plain"), tmp_path / "a.mp4", [compress])
    assert '["crf","0"]' in made.plan.to_json()


def test_the_later_word_on_a_size_counts(tmp_path: Path) -> None:
    first = {"type": "transcode", "video_bitrate": "300k", "two_pass": True}
    chain = [first, {"type": "compress", "level": "high"}]
    made = reelmill.plan_conversion(clip_file("plain"), tmp_path / "a.mp4", chain)
    assert '["crf","32"]' in made.plan.to_json()
    assert '"maxrate"' not in made.plan.to_json()
