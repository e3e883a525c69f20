"""Thumbnails, grids and storyboards of the library, checked by what can be seen on them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import reelmill
from reelmill.ffmpeg.locate import find_ffmpeg
from tests.media.clips import clip_file
from tests.media.look import frame_number
from tests.media.read import first_frame, frame_numbers

CUE = re.compile(r"([\d:.]+) --> ([\d:.]+)\n(.+)#xywh=(\d+),(\d+),(\d+),(\d+)")


def shown(path: Path) -> int | None:
    (number,) = frame_numbers(path)
    return number


def made(tmp_path: Path, output: str, *operations: dict[str, Any], **more: Any) -> list[Path]:
    done = reelmill.convert(clip_file("sync_6s"), tmp_path / output, operations, **more)
    return [done.path, *done.others]


@pytest.mark.parametrize(
    ("asked", "number"),
    [({"at": 2}, 50), ({"at": "00:00:03.5"}, 88), ({"at": "50%"}, 75), ({"at": "100%"}, 149)],
)
def test_one_thumbnail(tmp_path: Path, asked: dict[str, Any], number: int) -> None:
    (picture,) = made(tmp_path, "a.jpg", {"type": "thumbnail", **asked})

    assert shown(picture) == number


@pytest.mark.parametrize("extension", ["png", "webp"])
def test_several_evenly_spaced(tmp_path: Path, extension: str) -> None:
    operation = {"type": "thumbnail", "params": {"count": 3, "width": 320}}

    pictures = made(tmp_path, f"a.{extension}", operation)

    assert [path.name for path in pictures] == [
        f"a.{extension}",
        f"a_thumbnail_2.{extension}",
        f"a_thumbnail_3.{extension}",
    ]
    assert [shown(path) for path in pictures] == [38, 75, 113]
    assert first_frame(pictures[0]).rgb.shape == (180, 320, 3)


def test_beside_a_film_and_after_a_trim(tmp_path: Path) -> None:
    trim = {"type": "trim", "start_time": 2, "duration": 2}
    look = {"type": "thumbnail", "times": [0, "1.0"], "format": "png"}

    film, first, second = made(
        tmp_path, "a.mp4", trim, look, {"type": "remove_audio"}, video={"preset": "ultrafast"}
    )

    assert frame_numbers(film) == list(range(50, 100))
    assert [shown(first), shown(second)] == [50, 75]


def test_the_best_frame_is_no_slate(tmp_path: Path) -> None:
    """Two seconds of white, then of grey, then of white with the grey flashing into it."""
    source = tmp_path / "film.mp4"
    grey = "drawbox=color=gray:t=fill:enable='between(t,2,5)'"
    command = ["-f", "lavfi", "-i", f"color=white:s=64x64:r=10:d=6,{grey}", "-c:v", "libx264"]
    subprocess.run([find_ffmpeg().path, "-v", "error", *command, source], check=True)

    done = reelmill.convert(
        source, tmp_path / "a.png", [{"type": "thumbnail", "best": True, "count": 3}]
    )

    lights = [round(float(np.mean(first_frame(p).rgb))) for p in (done.path, *done.others)]
    assert lights == [pytest.approx(255, abs=3), *[pytest.approx(128, abs=3)] * 2]


def test_a_grid(tmp_path: Path) -> None:
    grid = {"type": "thumbnail_grid", "columns": 2, "rows": 2, "tile_width": 320, "spacing": 4}

    (sheet,) = made(tmp_path, "a.jpg", grid)

    picture = first_frame(sheet).rgb
    assert picture.shape == (364, 644, 3)
    corners = [(0, 0), (0, 324), (184, 0), (184, 324)]
    numbers = [frame_number(picture[y : y + 180, x : x + 320]) for y, x in corners]
    assert numbers == [18, 56, 93, 131]


@pytest.mark.parametrize(("frames", "numbers"), [("exact", [24, 74, 124]), ("auto", [0, 50, 100])])
def test_a_storyboard(tmp_path: Path, frames: str, numbers: list[int]) -> None:
    """The middle of each cue's part, or its key frame, is on the tile that the cue names."""
    board = {"type": "storyboard", "interval": 2, "columns": 2, "rows": 1, "width": 320}

    _, sheet, document = made(tmp_path, "a.jpg", {**board, "frames": frames}, {"type": "thumbnail"})

    assert document == tmp_path / "a_storyboard" / "storyboard.vtt"
    cues = CUE.findall(document.read_text())
    times = [(begin, end) for begin, end, *_ in cues]
    assert times == [
        ("00:00:00.000", "00:00:02.000"),
        ("00:00:02.000", "00:00:04.000"),
        ("00:00:04.000", "00:00:06.000"),
    ]
    seen: list[int | None] = []
    for _, _, name, *where in cues:
        x, y, width, height = map(int, where)
        picture = first_frame(sheet.with_name(name)).rgb
        assert picture.shape == (180, 640, 3)
        seen.append(frame_number(picture[y : y + height, x : x + width]))
    assert seen == numbers


def test_key_frames_serve_where_they_are_dense(tmp_path: Path) -> None:
    """Every frame of Motion JPEG is one: the tiles are the same, and nothing else is decoded."""
    source, plans = clip_file("mjpeg_avi"), list[reelmill.Planned]()
    board = {"type": "storyboard", "interval": 0.5, "columns": 4, "rows": 1, "width": 320}

    for frames in ("exact", "auto"):
        reelmill.convert(
            source,
            tmp_path / f"{frames}.png",
            [{**board, "frames": frames, "format": "png"}, {"type": "thumbnail"}],
            on_plan=plans.append,
        )

    opened = [[i for s in p.plan.steps if s.process for i in s.process.inputs] for p in plans]
    assert [any(one.key_frames_only for one in inputs) for inputs in opened] == [False, True]
    exact, keys = (tmp_path / f"{one}_storyboard" / "sheet_001.png" for one in ("exact", "auto"))
    assert np.array_equal(first_frame(exact).rgb, first_frame(keys).rgb)


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        ({"at": 60}, "it ends at 6 s"),
        ({"at": "soon"}, "a time is a number"),
        ({"at": "120%"}, "at most 100%"),
        ({"at": 1, "count": 2}, "exclude each other"),
        ({"format": "bmp"}, "image"),
    ],
)
def test_bad_wishes(tmp_path: Path, operation: dict[str, Any], words: str) -> None:
    with pytest.raises(reelmill.ReelmillError, match=words):
        made(tmp_path, "a.jpg", {"type": "thumbnail", **operation})
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("rate", ["1", "1/3"])
def test_stills_of_frames_that_stand_for_seconds(tmp_path: Path, rate: str) -> None:
    """The last one is shown until the end, though no frame begins in its second half."""
    slow = tmp_path / "slow.mp4"
    command = [find_ffmpeg().path, "-v", "error", "-f", "lavfi"]
    command += ["-i", f"testsrc2=size=160x120:rate={rate}:duration=9", "-pix_fmt", "yuv420p", slow]
    subprocess.run(command, check=True, timeout=60)
    asked = {"type": "thumbnail", "times": ["0%", "50%", "95%", "100%"]}
    done = reelmill.convert(slow, None, [asked], folder=tmp_path)
    first, _, late, last = [path.read_bytes() for path in done.others]
    assert late == last != first


def test_stills_of_slides(tmp_path: Path) -> None:
    """At a variable rate the last frame may stand for long."""
    slides = tmp_path / "slides.mkv"
    command = [find_ffmpeg().path, "-v", "error"]
    command += ["-f", "lavfi", "-i", "testsrc2=size=160x120:rate=25:duration=2"]
    command += ["-f", "lavfi", "-i", "sine=duration=9"]
    command += ["-vf", "select='eq(n,0)+eq(n,25)+eq(n,30)'", "-fps_mode", "vfr", "-bf", "0"]
    command += ["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "flac", slides]
    subprocess.run(command, check=True, timeout=60)
    made = reelmill.convert(slides, None, [{"type": "thumbnail", "count": 3}], folder=tmp_path)
    assert len(made.others) == 3
