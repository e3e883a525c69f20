"""A picture on a picture: where, when, how much of it, and in which colours."""

from __future__ import annotations

import subprocess
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.model.operations import Node, Overlay, Text
from tests.integration.operations.running import (
    Frames,
    carry_out,
    film,
    frames,
    image,
    planned,
    run_all,
    times,
)

GREY = "color=0x808080:s=96x64:r=10:d=1"
BLUE_FILM = "color=0x0000ff:s=16x16:r=10:d=3"
BRIEF_FILM = "color=0x0000ff:s=16x16:r=10:d=0.5"


def logo(path: Path, alpha: int = 255) -> Path:
    """Red on the left, green on the right, 16 by 8."""
    pixels = np.zeros((8, 16, 4), np.uint8)
    pixels[:, :8, 0] = pixels[:, 8:, 1] = 255
    pixels[:, :, 3] = alpha
    return image(path, pixels)


def laid(name: str, picture: str = "logo", **fields: object) -> Overlay:
    return Overlay.model_validate({"id": name, "input": "main", "image": picture, **fields})


def at(picture: Frames, x: int, y: int) -> list[int]:
    return picture[y, x].tolist()


PLACES = {
    "top_left": (4, 4),
    "top": (40, 4),
    "top_right": (76, 4),
    "left": (4, 28),
    "centre": (40, 28),
    "right": (76, 28),
    "bottom_left": (4, 52),
    "bottom": (40, 52),
    "bottom_right": (76, 52),
}


@pytest.mark.parametrize("pix_fmt", ["yuv420p", "yuv444p10le", "gbrp"])
def test_nine_places_for_the_whole_length_in_the_right_colours(
    pix_fmt: str, tmp_path: Path
) -> None:
    sources = {"main": film(tmp_path, GREY, pix_fmt), "logo": logo(tmp_path / "logo.png")}
    chains: dict[str, tuple[Node, ...]] = {
        name: (laid(f"n-{name}", position=name, margin=4),) for name in PLACES
    }
    found = run_all(tmp_path, sources, chains)

    for name, (x, y) in PLACES.items():
        assert len(found[name]) == 10
        for frame in (found[name][0], found[name][-1]):
            assert np.allclose(at(frame, x + 3, y + 4), (255, 0, 0), atol=6), name
            assert np.allclose(at(frame, x + 12, y + 4), (0, 255, 0), atol=6), name
            assert np.allclose(at(frame, (x + 30) % 96, y + 4), (128, 128, 128), atol=4), name


def test_opacity_alpha_size_place_and_time(tmp_path: Path) -> None:
    sources = {
        "main": film(tmp_path, GREY),
        "logo": logo(tmp_path / "logo.png"),
        "glass": logo(tmp_path / "glass.png", alpha=128),
    }
    start, end = Fraction(3, 10), Fraction(6, 10)
    chains: dict[str, tuple[Node, ...]] = {
        "half": (laid("a", opacity=0.5, position="top_left", margin=0),),
        "glass": (laid("b", "glass", position="top_left", margin=0),),
        "large": (laid("c", scale=Fraction(1, 2), x=10, y=20),),
        "brief": (laid("d", x=0, y=0, start_seconds=start, end_seconds=end),),
        "outside": (laid("e", x=-8, y=60),),
    }
    found = run_all(tmp_path, sources, chains)

    for name in ("half", "glass"):
        assert np.allclose(at(found[name][5], 3, 3), (192, 64, 64), atol=6), name
    large = found["large"][5]
    assert np.allclose(at(large, 14, 40), (255, 0, 0), atol=6)
    assert np.allclose(at(large, 54, 40), (0, 255, 0), atol=6)
    assert np.allclose(at(large, 62, 40), (128, 128, 128), atol=6)
    red = [bool(frame[3, 3, 0] > 200) for frame in found["brief"]]
    assert red == [False] * 3 + [True] * 3 + [False] * 4
    assert np.allclose(at(found["outside"][5], 3, 62), (0, 255, 0), atol=6)


def test_white_on_hdr_is_paper_not_the_sun(tmp_path: Path) -> None:
    """203 cd/m2 is 58 % of PQ's signal (ITU-R BT.2408)."""
    pq = "setparams=colorspace=bt2020nc:color_primaries=bt2020:color_trc=smpte2084"
    source = tmp_path / "pq.mkv"
    words = ["-f", "lavfi", "-i", f"color=black:s=96x64:r=10:d=0.2,format=yuv420p10le,{pq}"]
    subprocess.run([find_ffmpeg().path, "-v", "error", *words, "-c:v", "ffv1", source], check=True)
    white = image(tmp_path / "white.png", np.full((16, 32, 4), 255, np.uint8))
    sources = {"main": source, "logo": white}
    chains: dict[str, tuple[Node, ...]] = {
        "logo": (laid("n", x=0, y=0),),
        "text": (Text(id="t", input="main", text="\u2588", position="centre", font_size=48),),
    }
    for path in carry_out(tmp_path, sources, planned(sources, chains)).values():
        with av.open(str(path)) as container:
            luma = np.frombuffer(memoryview(next(container.decode(video=0)).planes[0]), "<u2")
        assert luma.max() == pytest.approx(64 + 0.58 * 876, abs=12), path


@pytest.mark.parametrize("picture", [BLUE_FILM, BRIEF_FILM])
def test_a_film_on_a_film_makes_it_no_longer(picture: str, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    sources = {"main": film(tmp_path, GREY), "film": film(tmp_path / "other", picture)}
    node = laid("n", "film", position="top_left", margin=0)
    path = carry_out(tmp_path, sources, planned(sources, {"out": (node,)}))["out"]
    blue = [bool(frame[8, 8, 2] > 200) for frame in frames(path)]

    assert blue == ([True] * 10 if picture == BLUE_FILM else [True] * 5 + [False] * 5)
    assert float(times(path)[-1]) == pytest.approx(0.9)
