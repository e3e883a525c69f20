"""Words on a picture: where, when, in every script, and taken literally."""

from __future__ import annotations

import subprocess
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.model.operations import BurnSubtitles, Node, Text, Trim
from tests.integration.operations.running import Frames, film, frames, made, planned, run_all

GREY = "color=0x808080:s=320x96:r=10:d=1"


def says(name: str, words: str, **fields: object) -> Text:
    kept = {"position": "centre", "margin": 0, "font_size": 24, **fields}
    return Text.model_validate({"id": name, "input": "main", "text": words, **kept})


def ink(picture: Frames) -> npt.NDArray[np.bool_]:
    """Where something is drawn."""
    return np.abs(picture.astype(int) - 128).max(axis=-1) > 40


def box_of(marks: npt.NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is drawn."""
    rows, columns = np.flatnonzero(marks.any(axis=1)), np.flatnonzero(marks.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]), int(rows[-1])


def drawn(folder: Path, words: dict[str, str], **fields: object) -> dict[str, Frames]:
    chains: dict[str, tuple[Node, ...]] = {
        name: (says(f"n-{name}", text, **fields),) for name, text in words.items()
    }
    found = run_all(folder, {"main": film(folder, GREY)}, chains)
    return {name: one[5] for name, one in found.items()}


def parts(marks: npt.NDArray[np.bool_]) -> int:
    """How many runs of columns have something in them."""
    columns = np.asarray(marks.any(axis=0), np.int8)
    return int(np.count_nonzero(np.diff(columns) == 1))


def test_scripts_are_shaped(tmp_path: Path) -> None:
    arabic, hindi, apart = "\u0645\u0631\u062d\u0628\u0627", "\u0915\u094d\u0937", "\u200c"
    words = {
        "arabic": arabic,
        "letters": apart.join(arabic),
        "backwards": arabic[::-1],
        "hindi": hindi,
        "apart": apart.join(hindi),
        "emoji": "\U0001f600",
        "hebrew": "\u05d0\u05d1",
        "latin": "ab",
    }
    found = {name: ink(one) for name, one in drawn(tmp_path, words, outline=0).items()}

    assert all(marks.any() for marks in found.values())
    assert parts(found["arabic"]) < parts(found["letters"])
    for one, other in (("arabic", "letters"), ("arabic", "backwards"), ("hindi", "apart")):
        assert (found[one] != found[other]).any(), one


def test_signs_are_drawn(tmp_path: Path) -> None:
    words = {
        "braces": "{\\b1}x",
        "fewer": "x",
        "backslash": "a\\Nb",
        "line": "a\nb",
        "percent": "100%%",
        "one": "100%",
        "edge": "   x",
    }
    found = {name: box_of(ink(one)) for name, one in drawn(tmp_path, words).items()}
    width = {name: right - left for name, (left, _, right, _) in found.items()}
    height = {name: bottom - top for name, (_, top, _, bottom) in found.items()}

    assert width["braces"] > 3 * width["fewer"]
    assert width["backslash"] > 2 * width["line"]
    assert height["line"] > 1.5 * height["backslash"]
    assert width["percent"] > width["one"] + 10
    assert found["edge"][0] > found["fewer"][0] + 5


def test_place_colour_box_opacity_and_time(tmp_path: Path) -> None:
    start, end = Fraction(3, 10), Fraction(6, 10)
    chains: dict[str, tuple[Node, ...]] = {
        "corner": (says("a", "HH", position="top_left", margin=8, outline=0),),
        "far": (says("b", "HH", position="bottom_right", margin=8, outline=0),),
        "red": (says("c", "\u2588\u2588", colour="#ff0000", outline=0),),
        "half": (says("d", "\u2588\u2588", colour="#ff0000", outline=0, opacity=0.5),),
        "box": (says("e", "i", colour="#0000ff", box="#00ff00", box_opacity=1, outline=0),),
        "brief": (says("f", "HH", start_seconds=start, end_seconds=end),),
        "ever": (says("g", "HH", end_seconds=Fraction(86_400)),),
    }
    found = run_all(tmp_path, {"main": film(tmp_path, GREY)}, chains)

    left, top, right, bottom = box_of(ink(found["corner"][5]))
    assert (left, top) == (pytest.approx(8, abs=4), pytest.approx(14, abs=8))
    left, top, right, bottom = box_of(ink(found["far"][5]))
    assert (right, bottom) == (pytest.approx(312, abs=4), pytest.approx(81, abs=8))
    assert np.allclose(found["red"][5, 48, 160], (255, 0, 0), atol=6)
    assert np.allclose(found["half"][5, 48, 160], (192, 64, 64), atol=6)
    left, top, right, bottom = box_of(ink(found["box"][5]))
    assert np.allclose(found["box"][5, top + 2, left + 2], (0, 255, 0), atol=6)
    shown = [bool(ink(frame).any()) for frame in found["brief"]]
    assert shown == [False] * 3 + [True] * 3 + [False] * 4
    assert all(ink(frame).any() for frame in found["ever"])


def test_ten_bits_and_alpha_stay(tmp_path: Path) -> None:
    for pix_fmt in ("yuv422p10le", "yuva420p"):
        sources = {"main": film(tmp_path, GREY, pix_fmt)}
        path, _ = made(tmp_path, sources, says("n", "HH", position="top_left"))
        with av.open(str(path)) as container:
            assert container.streams.video[0].format.name == pix_fmt
        assert ink(frames(path)[5]).any()


def test_missing_glyphs_are_told(tmp_path: Path) -> None:
    plan = planned({"main": film(tmp_path, GREY)}, {"out": (says("n", "a\U000f0000"),)})

    assert [one.code for one in plan.warnings] == ["glyphs_missing"]
    assert "U+F0000" in plan.warnings[0].message


SRT = "1\n00:00:00,300 --> 00:00:00,600\nHello <i>there</i>\n\n"


def test_burns_a_file_and_a_track_of_the_film(tmp_path: Path) -> None:
    subtitles = tmp_path / "said.srt"
    subtitles.write_text(SRT)
    source = film(tmp_path, GREY)
    whole = tmp_path / "whole.mkv"
    words = ["-i", source, "-i", subtitles, "-c", "copy", "-output_ts_offset", "2", whole]
    subprocess.run([find_ffmpeg().path, "-v", "error", *words], check=True, timeout=60)
    from_file = BurnSubtitles(id="file", input="main", source="said")
    late = Trim(id="late", input="main", start_seconds=Fraction(2, 10))
    later = BurnSubtitles(id="later", input="late", source="main")
    track = BurnSubtitles(id="track", input="main", source="main", colour="#ff0000", font_size=30)

    found = run_all(tmp_path, {"main": source, "said": subtitles}, {"file": (from_file,)})
    found |= run_all(tmp_path, {"main": whole}, {"track": (track,), "later": (late, later)})

    shown = {name: [bool(ink(frame).any()) for frame in one] for name, one in found.items()}
    assert shown["file"] == shown["track"] == [False] * 3 + [True] * 3 + [False] * 4
    assert shown["later"] == [False] + [True] * 3 + [False] * 4
    reds = found["track"][4].reshape(-1, 3).astype(int)
    assert ((reds[:, 0] > 200) & (reds[:, 1] < 60)).any()
    assert box_of(ink(found["track"][4]))[1] > 48
