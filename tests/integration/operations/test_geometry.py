"""Size and shape: which pixel is where afterwards."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from reelmill.model.operations import Crop, Flip, FrameRate, Node, Pad, Resize, Rotate
from tests.integration.operations.running import (
    Frames,
    carry_out,
    film,
    frames,
    made,
    planned,
    run_all,
    times,
)

RED, GREEN, BLUE, WHITE, BLACK, AMBER = (
    *((255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)),
    *((0, 0, 0), (255, 128, 0)),
)
QUARTERS = (
    "nullsrc=s=64x48:r=10:d=0.3,format=gbrp,"
    "geq=r='255*(lt(X,32)*lt(Y,24)+gte(X,32)*gte(Y,24))':g='255*gte(X,32)':b='255*gte(Y,24)'"
)
"""Red, green, blue and white, clockwise but for the last two."""
COLUMNS = "nullsrc=s=64x48:r=10:d=0.3,format=gbrp,geq=r='4*X':g='4*X':b='4*X'"
"""Darker on the left by four levels a pixel."""


def corners(picture: Frames, inset: int = 4) -> list[tuple[int, int, int]]:
    """Near each corner: upper left and right, lower left and right."""
    far = -inset - 1
    return [tuple(picture[y, x].tolist()) for y in (inset, far) for x in (inset, far)]


def assert_colours(found: list[tuple[int, int, int]], *wanted: tuple[int, int, int]) -> None:
    assert np.abs(np.array(found) - np.array(wanted)).max() <= 4, found


def turned(degrees: int, colour: str = "#000000") -> Rotate:
    return Rotate(id=f"turned{degrees}", input="main", degrees=Fraction(degrees), colour=colour)


CASES: tuple[tuple[Node, tuple[int, int], tuple[tuple[int, int, int], ...]], ...] = (
    (turned(90), (48, 64), (BLUE, RED, WHITE, GREEN)),
    (turned(180), (64, 48), (WHITE, BLUE, GREEN, RED)),
    (turned(270), (48, 64), (GREEN, WHITE, RED, BLUE)),
    (turned(45, "#ff8000"), (80, 80), (AMBER, AMBER, AMBER, AMBER)),
    (
        Flip(id="mirrored", input="main", direction="horizontal"),
        (64, 48),
        (GREEN, RED, WHITE, BLUE),
    ),
    (Flip(id="hanging", input="main", direction="vertical"), (64, 48), (BLUE, WHITE, RED, GREEN)),
    (Crop(id="quarter", input="main", width=32, height=24, x=0, y=24), (32, 24), (BLUE,) * 4),
    (Crop(id="centre", input="main", width=20, height=20), (20, 20), (RED, GREEN, BLUE, WHITE)),
    (
        Pad(id="ground", input="main", width=80, height=80, x=16, y=32, colour="#ff8000"),
        (80, 80),
        (AMBER, AMBER, AMBER, WHITE),
    ),
    (Resize(id="one-side", input="main", width=32), (32, 24), (RED, GREEN, BLUE, WHITE)),
    (Resize(id="bars", input="main", width=96, height=48, mode="pad"), (96, 48), (BLACK,) * 4),
    (
        Resize(id="fill", input="main", width=48, height=48, mode="fill"),
        (48, 48),
        (RED, GREEN, BLUE, WHITE),
    ),
    (Resize(id="fit", input="main", width=32, height=48), (32, 24), (RED, GREEN, BLUE, WHITE)),
    (
        Resize(id="stretch", input="main", width=32, height=48, mode="stretch"),
        (32, 48),
        (RED, GREEN, BLUE, WHITE),
    ),
)
"""What is done, the size that comes of it, and what is in the corners."""


@pytest.mark.parametrize("pix_fmt", ["yuv420p", "yuv422p10le", "gbrp"])
def test_what_stands_in_the_corners(pix_fmt: str, tmp_path: Path) -> None:
    source = film(tmp_path, QUARTERS, pix_fmt)
    found = run_all(tmp_path, {"main": source}, {node.id: (node,) for node, _, _ in CASES})

    for node, (width, height), wanted in CASES:
        assert found[node.id].shape == (3, height, width, 3), node.id
        assert_colours(corners(found[node.id][-1]), *wanted)


def test_a_crop_is_exact_to_the_pixel(tmp_path: Path) -> None:
    chains = {
        f"x{x}": (Crop(id=f"n{x}", input="main", width=16, height=16, x=x, y=3),) for x in (10, 11)
    }
    found = run_all(tmp_path, {"main": film(tmp_path, COLUMNS)}, chains)

    for x in (10, 11):
        row = found[f"x{x}"][0, 8, :, 1].astype(int)
        assert np.abs(row - 4 * np.arange(x, x + 16)).max() <= 2


def test_a_picture_in_bars_is_in_their_middle(tmp_path: Path) -> None:
    quarters = film(tmp_path, QUARTERS)
    node = Resize(id="n", input="main", width=96, height=48, mode="pad", colour="#ff8000")
    row = run_all(tmp_path, {"main": quarters}, {"out": (node,)})["out"][0, 10]

    assert_colours([tuple(row[x].tolist()) for x in (3, 13, 19, 76, 83, 92)], *(
        AMBER, AMBER, RED, GREEN, AMBER, AMBER,
    ))  # fmt: skip


def test_a_frame_rate_goes_up_and_down(tmp_path: Path) -> None:
    sources = {"main": film(tmp_path, COLUMNS)}
    rates = {"up": Fraction(30), "down": Fraction(5), "odd": Fraction(24000, 1001)}
    chains = {
        name: (FrameRate(id=f"n-{name}", input="main", rate=rate),) for name, rate in rates.items()
    }
    files = carry_out(tmp_path, sources, planned(sources, chains))

    for name, count in {"up": 9, "down": 2, "odd": 7}.items():
        found = [float(one) for one in times(files[name])]
        wanted = [float(number / rates[name]) for number in range(count)]
        assert found == pytest.approx(wanted, abs=1e-3)


def test_five_filters_and_a_trim_are_one_process(tmp_path: Path) -> None:
    source = film(tmp_path, QUARTERS)
    chain = (
        Resize(id="one", input="main", width=96, height=96, mode="pad"),
        Rotate(id="two", input="one", degrees=Fraction(90)),
        Crop(id="three", input="two", width=48, height=48, x=0, y=24),
        Flip(id="four", input="three", direction="horizontal"),
        FrameRate(id="five", input="four", rate=Fraction(20)),
    )
    path, plan = made(tmp_path, {"main": source}, *chain)

    assert [step.executor for step in plan.steps] == ["ffmpeg"]
    assert frames(path).shape == (6, 48, 48, 3)
