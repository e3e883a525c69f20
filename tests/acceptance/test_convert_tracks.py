"""Tracks beside the first: kept, turned into what the format takes, or told as dropped."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

import reelmill
from tests.media.clips import clip_file, ffmpeg_path
from tests.media.read import decode_frames, frame_numbers

FAST = {"preset": "ultrafast"}
WORDS = "1\n00:00:00,200 --> 00:00:01,500\nGrüße\n"


@pytest.fixture
def subtitled(tmp_path: Path) -> Path:
    """A film with two subtitle tracks, of which one is styled."""
    words, film = tmp_path / "words.srt", tmp_path / "film.mkv"
    words.write_text(WORDS)
    command = [ffmpeg_path(), "-v", "error", "-i", clip_file("plain"), "-i", words, "-i", words]
    command += ["-map", "0", "-map", "1", "-map", "2", "-c", "copy", "-c:s:1", "ass"]
    command += ["-metadata:s:s:0", "language=deu", film]
    subprocess.run(command, check=True, timeout=60)
    return film


def subtitles(path: Path) -> list[tuple[str, str | None]]:
    streams = reelmill.probe(path).streams
    return [(one.codec, one.language) for one in streams if one.kind == "subtitle"]


def codes(done: reelmill.Converted) -> set[str]:
    return {one.code for one in done.outcome.warnings}


def test_all_audio_tracks_stay_where_that_is_asked_for(tmp_path: Path) -> None:
    source = clip_file("two_languages")
    one = reelmill.convert(source, tmp_path / "one.mkv", video=FAST)
    every: dict[str, Any] = {"audio_tracks": "all", "video": FAST}
    trim = [{"type": "trim", "start_time": 0.2, "duration": 0.6}]
    both = reelmill.convert(source, tmp_path / "both.mkv", trim, **every)
    kept = [s for s in reelmill.probe(both.path).streams if s.kind == "audio"]
    was = [s for s in reelmill.probe(source).streams if s.kind == "audio"]
    assert [s.language for s in kept] == [s.language for s in was]
    assert len(kept) == 2
    assert [s.kind for s in reelmill.probe(one.path).streams].count("audio") == 1
    assert "audio_tracks_dropped" in codes(one) - codes(both)
    louder = [{"type": "volume", "volume": 2}]
    with pytest.raises(reelmill.ReelmillError, match="leave out audio_tracks"):
        reelmill.convert(source, tmp_path / "louder.mkv", louder, **every)


def test_subtitles_go_where_the_format_takes_them(subtitled: Path, tmp_path: Path) -> None:
    made = reelmill.convert(subtitled, tmp_path / "same.mkv", video=FAST)
    assert subtitles(made.path) == [("subrip", "deu"), ("ass", None)]
    made = reelmill.convert(subtitled, tmp_path / "text.mp4", video=FAST)
    assert [codec for codec, _ in subtitles(made.path)] == ["mov_text", "mov_text"]
    made = reelmill.convert(subtitled, tmp_path / "none.avi")
    assert subtitles(made.path) == []
    assert "subtitles_dropped" in codes(made)


def test_subtitles_alone(subtitled: Path, tmp_path: Path) -> None:
    reelmill.convert(subtitled, tmp_path / "words.vtt")
    assert "Grüße" in (tmp_path / "words.vtt").read_text()
    assert (tmp_path / "words.vtt").read_text().startswith("WEBVTT")


@pytest.mark.parametrize("name", ["a.srt", "a.vtt"])
def test_a_cue_that_ends_before_it_begins_is_left_out(tmp_path: Path, name: str) -> None:
    """FFmpeg alone would show it for weeks."""
    words, film, lossless = tmp_path / name, clip_file("plain"), {"codec": "ffv1"}
    right, wrong = "00:00:00.400 --> 00:00:00.800", "00:00:01.000 --> 00:00:00.900"
    cues = f"1\n{right}\nright\n\n2\n{wrong}\nwrong\n\n"
    words.write_text(cues.replace(".", ",") if name == "a.srt" else f"WEBVTT\n\n{cues}")

    text = reelmill.convert(words, tmp_path / "made.srt").path.read_text()
    assert ("right" in text, "wrong" in text) == (True, False)
    burnt = [{"type": "subtitles", "source": str(words)}]
    made = reelmill.convert(film, tmp_path / "a.mkv", burnt, video=lossless)
    plain = reelmill.convert(film, tmp_path / "b.mkv", video=lossless)
    assert "cues_left_out" in codes(made)
    pairs = zip(decode_frames(made.path), decode_frames(plain.path), strict=True)
    drawn = [bool((one.luma != other.luma).any()) for one, other in pairs]
    assert [number for number, differs in enumerate(drawn) if differs] == [*range(10, 20)]


def test_a_keyframe_cut_is_a_copy(tmp_path: Path) -> None:
    """It begins at the key frame before; nothing is encoded."""
    copy = {"codec": "copy"}
    cut = [{"type": "trim", "start_time": 0.5, "end_time": 1}]
    made = reelmill.convert(clip_file("plain"), tmp_path / "cut.mkv", cut, video=copy, audio=copy)
    numbers = frame_numbers(made.path)
    whole = frame_numbers(clip_file("plain"))
    assert numbers
    assert set(numbers) <= set(whole)
    exact = [{**cut[0], "accuracy": "exact"}]
    with pytest.raises(reelmill.ReelmillError, match="key frames"):
        reelmill.convert(clip_file("plain"), tmp_path / "no.mkv", exact, video=copy, audio=copy)


def test_sources_that_cannot_be_used_are_refused_with_the_reason(tmp_path: Path) -> None:
    film, out, words = clip_file("plain"), tmp_path / "out.mp4", tmp_path / "words.srt"
    words.write_text(WORDS, encoding="cp1252")
    burnt = {"type": "subtitles", "source": str(words)}
    unseen = {"type": "watermark", "image": str(clip_file("audio_only"))}
    for source, operation, why in (
        (film, burnt, "no UTF-8"),
        (film, unseen, "picture is wanted"),
        (clip_file("webp_animated"), {"type": "flip"}, "animated WebP is not decoded"),
    ):
        with pytest.raises(reelmill.ReelmillError, match=why):
            reelmill.convert(source, out, [operation], video=FAST)
