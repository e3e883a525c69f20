"""Copies of what edit lists and key frames make hard: right, or refused before anything runs."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

import reelmill
from reelmill.model.errors import InvalidRequestError, UnsupportedMediaError
from tests.media import read, sync
from tests.media.clips import clip_file, ffmpeg_path


def copying(sound: str = "copy") -> dict[str, Any]:
    """What a copy of the picture is asked for with."""
    return {"video": {"codec": "copy"}, "audio": {"codec": sound}}


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Cut without encoding at 1.3 s, as phones do it: 0.32 s before that are hidden."""
    made = tmp_path_factory.mktemp("cut") / "cut.mp4"
    command = [ffmpeg_path(), "-v", "error", "-ss", "1.3", "-i", str(clip_file("sync_6s"))]
    subprocess.run([*command, "-c", "copy", str(made)], check=True, timeout=30)
    return made


@pytest.mark.parametrize(
    ("name", "sound", "seconds"),
    [("a.mp4", "copy", 4.7), ("a.ts", "copy", 5.02), ("a.mkv", "flac", 5.02)],
)
def test_what_an_edit_list_hides_is_hidden_or_told(
    tmp_path: Path, cut: Path, name: str, sound: str, seconds: float
) -> None:
    output = tmp_path / name
    made = reelmill.convert(cut, output, **copying(sound))
    told = [one.code for one in made.outcome.warnings]
    assert made.outcome.artifacts[0].duration_seconds == pytest.approx(seconds, abs=0.05)
    assert ("copy_begins_early" in told) == (name != "a.mp4")
    errors = sync.sync_error_seconds(output)
    assert len(errors) == 5
    assert all(abs(one) < 0.04 for one in errors)


@pytest.mark.parametrize(("name", "sound"), [("a.mkv", "copy"), ("a.avi", "mp3")])
def test_what_cannot_hide_it_says_what_would(
    tmp_path: Path, cut: Path, name: str, sound: str
) -> None:
    with pytest.raises(UnsupportedMediaError, match=r"name a codec for the .* copy into MP4"):
        reelmill.convert(cut, tmp_path / name, **copying(sound))


def test_a_copied_part_begins_at_the_key_frame_before_without_an_index(tmp_path: Path) -> None:
    trim = {"type": "trim", "start_time": 1.3}
    reelmill.convert(clip_file("ts"), tmp_path / "a.mkv", [trim], **copying())
    assert read.frame_numbers(tmp_path / "a.mkv") == [*range(25, 50)]


@pytest.mark.parametrize(
    ("clip", "trim", "says"),
    [
        ("video_late", {"duration": "0.03"}, "first key frame is at 0.5"),
        ("audio_late", {"duration": "0.3"}, "nothing of the sound"),
    ],
)
def test_a_copied_part_without_packets_is_refused(
    tmp_path: Path, clip: str, trim: dict[str, str], says: str
) -> None:
    chain = [{"type": "metadata", "tags": {"title": "x"}}, {"type": "trim", **trim}]
    with pytest.raises(InvalidRequestError, match=says) as refused:
        reelmill.convert(clip_file(clip), tmp_path / "a.mkv", chain, **copying())
    assert refused.value.output == "operations/1"
