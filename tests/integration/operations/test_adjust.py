"""Levels and detail: they change in the right direction, by the right amount, in their depth."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import av
import numpy as np
import numpy.typing as npt
import pytest

from reelmill.model.operations import Adjust, Blur, Denoise, Node, Sharpen
from tests.integration.operations.running import carry_out, film, frames, planned, run_all

GREYS = "nullsrc=s=64x48:r=10:d=0.3,format=gbrp,geq=r='4*X':g='4*X':b='4*X'"
RED = "color=0xc04040:s=64x48:r=10:d=0.2"
STEP = "64+128*gte(X,32)"
EDGE = f"nullsrc=s=64x48:r=10:d=0.3,format=gbrp,geq=r='{STEP}':g='{STEP}':b='{STEP}'"
NOISE = "color=gray:s=64x48:r=10:d=1,noise=alls=5:allf=t:all_seed=7"

Levels = npt.NDArray[np.float64]


def adjusted(name: str, **fields: float) -> Adjust:
    return Adjust.model_validate({"id": name, "input": "main", **fields})


LEVELS: dict[str, tuple[Adjust, Callable[[Levels], Levels]]] = {
    "lighter": (adjusted("a", brightness=0.2), lambda level: level + 0.2),
    "darker": (adjusted("b", brightness=-0.3), lambda level: level - 0.3),
    "flatter": (adjusted("c", contrast=0.5), lambda level: (level - 0.5) * 0.5 + 0.5),
    "steeper": (adjusted("d", contrast=1.5), lambda level: (level - 0.5) * 1.5 + 0.5),
    "gamma": (adjusted("e", gamma=2), lambda level: level**0.5),
    "grey": (adjusted("f", contrast=0), lambda level: level * 0 + 0.5),
}


@pytest.mark.parametrize("pix_fmt", ["yuv420p", "yuv420p10le", "gbrp"])
def test_levels(pix_fmt: str, tmp_path: Path) -> None:
    source = film(tmp_path, GREYS, pix_fmt)
    found = run_all(tmp_path, {"main": source}, {name: (one,) for name, (one, _) in LEVELS.items()})

    for name, (_, wanted) in LEVELS.items():
        levels = np.clip(wanted(4 * np.arange(64) / 255), 0, 1)
        assert np.abs(found[name][0, 20, :, 1] / 255 - levels).max() < 0.012, name


def test_saturation_and_hue(tmp_path: Path) -> None:
    chains: dict[str, tuple[Node, ...]] = {
        "grey": (adjusted("a", saturation=0),),
        "strong": (adjusted("b", saturation=1.5),),
        "turned": (adjusted("c", hue_degrees=120),),
    }
    found = run_all(tmp_path, {"main": film(tmp_path, RED, "yuv444p")}, chains)
    grey, strong, turned = (found[name][0, 20, 20].astype(int) for name in chains)

    assert np.ptp(grey) <= 2
    assert strong[0] > 0xC0 + 20
    assert strong[1] < 0x40
    assert turned.max() != turned[0]
    assert np.ptp(turned) > 60


@pytest.mark.parametrize("pix_fmt", ["yuv420p10le", "yuv422p10le", "yuva420p"])
def test_depth_and_alpha_stay(pix_fmt: str, tmp_path: Path) -> None:
    sources = {"main": film(tmp_path, GREYS, pix_fmt)}
    chains: dict[str, tuple[Node, ...]] = {
        "adjust": (adjusted("a", contrast=1.1, hue_degrees=20),),
        "denoise": (Denoise(id="b", input="main"),),
        "sharpen": (Sharpen(id="c", input="main"),),
        "blur": (Blur(id="d", input="main", sigma=2),),
    }
    for path in carry_out(tmp_path, sources, planned(sources, chains)).values():
        with av.open(str(path)) as container:
            assert container.streams.video[0].format.name == pix_fmt, path


def test_blur_and_sharpen_change_an_edge(tmp_path: Path) -> None:
    source = film(tmp_path, EDGE)
    chains: dict[str, tuple[Node, ...]] = {
        "soft": (Blur(id="soft", input="main", sigma=3),),
        "hard": (Sharpen(id="hard", input="main", amount=1),),
    }
    found = run_all(tmp_path, {"main": source}, chains)
    plain, soft, hard = (
        one[0, 20, :, 1].astype(int) for one in (frames(source), found["soft"], found["hard"])
    )
    # the steepest of a step of 128 blurred by 3 is 128 / (3 * sqrt(2 pi)) = 17
    assert np.diff(soft).max() == pytest.approx(17, abs=5)
    assert np.diff(plain).max() > 100
    assert hard.max() > plain.max() + 20
    assert hard.min() < plain.min() - 20


def test_denoise_takes_noise_away_by_its_strength(tmp_path: Path) -> None:
    source = film(tmp_path, NOISE)
    strengths: tuple[Literal["weak", "medium", "strong"], ...] = ("weak", "medium", "strong")
    chains = {name: (Denoise(id=f"n-{name}", input="main", strength=name),) for name in strengths}
    found = run_all(tmp_path, {"main": source}, chains)
    left = [
        float(one[-1, :, :, 1].std())
        for one in (frames(source), *(found[name] for name in strengths))
    ]

    assert left == sorted(left, reverse=True)
    assert left[-1] < left[0] / 2
