"""Subtitles that go along with what is done to a film, read back by their words and times."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

import reelmill
from tests.media.clips import clip_file, ffmpeg_path

FAST = {"preset": "ultrafast"}
CUES = ((0.2, 0.6, "one"), (0.8, 1.2, "two"), (1.5, 9.0, "three"))
"""Of a film of two seconds: the last one outlasts it."""

Cue = tuple[float, float, str]


@pytest.fixture
def words(tmp_path: Path) -> Path:
    file = tmp_path / "words.srt"
    lines = [f"{n}\n{_time(a)} --> {_time(b)}\n{text}\n" for n, (a, b, text) in enumerate(CUES, 1)]
    file.write_text("\n".join(lines))
    return file


@pytest.fixture
def film(tmp_path: Path, words: Path) -> Path:
    made = tmp_path / "film.mkv"
    command = [ffmpeg_path(), "-v", "error", "-i", clip_file("plain"), "-i", words]
    command += ["-map", "0", "-map", "1", "-c", "copy", "-metadata:s:s:0", "language=deu", made]
    subprocess.run(command, check=True, timeout=60)
    return made


def _time(seconds: float) -> str:
    return f"00:00:{seconds:06.3f}".replace(".", ",")


def cues(path: Path, track: int = 0) -> list[Cue]:
    """What a player shows, and from when to when."""
    command = [ffmpeg_path(), "-v", "error", "-i", path, "-map", f"0:s:{track}", "-f", "srt", "-"]
    text = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    found = re.findall(r"00:00:(\S+) --> 00:00:(\S+)\n(.*)", text)
    return [(float(a.replace(",", ".")), float(b.replace(",", ".")), w) for a, b, w in found]


def close(found: list[Cue], wanted: list[Cue]) -> bool:
    return len(found) == len(wanted) and all(
        one[2] == other[2] and abs(one[0] - other[0]) < 0.03 and abs(one[1] - other[1]) < 0.03
        for one, other in zip(found, wanted, strict=True)
    )


TRIM: dict[str, Any] = {"type": "trim", "start_time": 0.4, "end_time": 1.6}
TWICE: dict[str, Any] = {"type": "speed", "speed": 2}
TRIMMED = [(0.0, 0.2, "one"), (0.4, 0.8, "two"), (1.1, 1.2, "three")]
HALVED = [(0.0, 0.1, "one"), (0.2, 0.4, "two"), (0.55, 0.6, "three")]
WHOLE = [(0.2, 0.6, "one"), (0.8, 1.2, "two"), (1.5, 2.0, "three")]


@pytest.mark.parametrize(
    ("name", "operations", "wanted"),
    [
        ("whole.mp4", [], WHOLE),
        ("part.mp4", [TRIM], TRIMMED),
        ("part.webm", [TRIM], TRIMMED),
        ("fast.mkv", [TRIM, TWICE], HALVED),
        ("part.srt", [TRIM], TRIMMED),
        ("fast.ass", [TRIM, TWICE], HALVED),
    ],
)
def test_they_follow(
    film: Path, tmp_path: Path, name: str, operations: list[dict[str, Any]], wanted: list[Cue]
) -> None:
    video = {} if Path(name).suffix in (".srt", ".ass", ".webm") else FAST
    made = reelmill.convert(film, tmp_path / name, operations, video=video)
    assert close(cues(made.path), wanted), cues(made.path)
    assert not made.outcome.warnings


def test_a_trimmed_film_is_sought_all_the_same(film: Path) -> None:
    late = {"type": "trim", "start_time": 100, "end_time": 101}
    long = film.with_name("long.mkv")
    command = [ffmpeg_path(), "-v", "error", "-stream_loop", "59", "-i", film, "-c", "copy", long]
    subprocess.run(command, check=True, timeout=60)
    planned = reelmill.plan_conversion(long, "part.mkv", [late])
    picture, subtitles = planned.plan.steps[0].running().inputs
    assert picture.seek_seconds is not None
    assert picture.seek_seconds > 80
    assert (subtitles.seek_seconds, subtitles.length_seconds) == (None, 101)


@pytest.mark.parametrize("first", ["trim", "embed"])
def test_a_file_is_embedded_where_the_chain_has_got_to(
    words: Path, tmp_path: Path, first: str
) -> None:
    embed = {"type": "embed_subtitles", "source": str(words), "language": "deu"}
    operations = [TRIM, embed] if first == "trim" else [embed, TRIM]
    made = reelmill.convert(clip_file("plain"), tmp_path / "made.mp4", operations, video=FAST)
    whole = [(0.2, 0.6, "one"), (0.8, 1.2, "two")]
    assert close(cues(made.path), whole if first == "trim" else TRIMMED), cues(made.path)
    (track,) = [one for one in reelmill.probe(made.path).streams if one.kind == "subtitle"]
    assert (track.codec, track.language) == ("mov_text", "deu")


def test_a_file_is_embedded_beside_copies(film: Path, words: Path, tmp_path: Path) -> None:
    copy: dict[str, Any] = {"video": {"codec": "copy"}, "audio": {"codec": "copy"}}
    embed = {"type": "embed_subtitles", "source": str(words)}
    made = reelmill.convert(film, tmp_path / "made.mkv", [embed], **copy)
    assert [close(cues(made.path, track), WHOLE) for track in (0, 1)] == [True, True]
    was, now = (reelmill.probe(path).picture for path in (film, made.path))
    assert was is not None
    assert now is not None
    assert was.codec == now.codec


@pytest.mark.parametrize(
    ("name", "after", "message"),
    [
        ("made.avi", [], "AVI takes no embedded subtitles: MP4, QuickTime, Matroska, WebM do"),
        ("made.srt", [], "SubRip takes no embedded subtitles"),
        ("made.mp4", [{"type": "reverse"}], "embed_subtitles comes after reverse"),
    ],
)
def test_what_cannot_be_embedded(
    words: Path, tmp_path: Path, name: str, after: list[dict[str, Any]], message: str
) -> None:
    embed = {"type": "embed_subtitles", "source": str(words)}
    with pytest.raises(reelmill.ReelmillError, match=message):
        reelmill.convert(clip_file("plain"), tmp_path / name, [embed, *after])


def test_a_film_without_subtitles_has_none_to_embed(tmp_path: Path) -> None:
    embed = {"type": "embed_subtitles", "source": str(clip_file("plain"))}
    with pytest.raises(reelmill.ReelmillError, match="whose subtitles are wanted"):
        reelmill.convert(clip_file("plain"), tmp_path / "made.mp4", [embed])


@pytest.mark.parametrize("said", [{"video": {"color_range": "full"}}, {"operation": "pc"}])
def test_full_range_is_written_where_it_is_asked_for(tmp_path: Path, said: dict[str, Any]) -> None:
    video = {**FAST, **said.get("video", {})}
    filters = [{"type": "filter", "color_range": said["operation"]}] if "operation" in said else []
    made = reelmill.convert(clip_file("plain"), tmp_path / "made.mp4", filters, video=video)
    picture = reelmill.probe(made.path).picture
    assert picture is not None
    assert picture.colour.range == "pc"
    with pytest.raises(reelmill.ReelmillError, match="mpeg4 keeps no full range"):
        reelmill.convert(
            clip_file("plain"), tmp_path / "made.avi", video={"codec": "mpeg4", "color_range": "pc"}
        )
