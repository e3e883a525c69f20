"""Random chains of picture operations: with and without the planner's passes, the same picture."""

from __future__ import annotations

import hashlib
import os
import shutil
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, assume, event, given, settings
from hypothesis import strategies as st

from reelmill.model.errors import InvalidRequestError
from reelmill.model.operations import (
    Adjust,
    Blur,
    Colour,
    Crop,
    Denoise,
    Flip,
    FrameRate,
    Name,
    Node,
    Overlay,
    Pad,
    Resize,
    Rotate,
    Sharpen,
    Still,
    Text,
    Trim,
)
from tests.integration.operations.running import Chains, carry_out, film, image, planned

GREATEST = Fraction(1, 5)
OPERATIONS: tuple[Node, ...] = (
    Resize(id="n", input="n", width=48, height=40, mode="pad", colour="#204060"),
    Resize(id="n", input="n", width=51, height=48, mode="fill"),
    Resize(id="n", input="n", height=72),
    Rotate(id="n", input="n", degrees=Fraction(90)),
    Rotate(id="n", input="n", degrees=Fraction(25, 2), colour="#ff8000"),
    Flip(id="n", input="n", direction="vertical"),
    Crop(id="n", input="n", width=32, height=32, x=3, y=5),
    Pad(id="n", input="n", width=260, height=240, x=7, y=1),
    FrameRate(id="n", input="n", rate=Fraction(24000, 1001)),
    Adjust(id="n", input="n", brightness=0.1, saturation=1.4, gamma=1.2, hue_degrees=30),
    Denoise(id="n", input="n", strength="strong"),
    Sharpen(id="n", input="n", amount=0.8),
    Blur(id="n", input="n", sigma=1.5),
    Overlay(id="n", input="n", image="logo", opacity=0.7, scale=Fraction(1, 3)),
    Overlay(id="n", input="n", image="logo", x=5, y=3, end_seconds=Fraction(3, 10)),
    Text(id="n", input="n", text="\u0645\u0631 {ab} 100%", start_seconds=GREATEST, box="#102030"),
    Trim(id="n", input="n", start_seconds=Fraction(1, 10), end_seconds=Fraction(5, 10)),
    Colour(id="n", input="n"),
)
FORMATS = ("yuv420p", "yuv422p10le", "gbrp")


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("films")
    logo = np.zeros((8, 16, 4), np.uint8)
    logo[:, :, 0], logo[:, :, 3] = 255, 200
    found = {form: film(folder, "testsrc2=s=96x64:r=25:d=0.6", form) for form in FORMATS}
    return {**found, "logo": image(folder / "logo.png", logo)}


@st.composite
def chains(draw: st.DrawFn) -> Chains:
    """One to three chains of up to six operations, that share their beginnings or do not."""
    known: dict[Name, tuple[Node, ...]] = {"main": ()}
    ends: list[Name] = []
    for number in range(draw(st.integers(1, 3))):
        at = draw(st.sampled_from(tuple(known)))
        for step in range(draw(st.integers(1, 6 - len(known[at]) if len(known[at]) < 6 else 1))):
            name = f"c{number}n{step}"
            kind = draw(st.sampled_from(OPERATIONS))
            known[name] = (*known[at], kind.but(id=name, input=at))
            at = name
        ends.append(at)
    if draw(st.booleans()):
        at = draw(st.sampled_from(tuple(known)))
        still = Still(
            id="still", input=at, position=draw(st.sampled_from((Fraction(0), Fraction(1, 2))))
        )
        known["still"] = (*known[at], still)
        ends.append("still")
    return {end: known[end] for end in dict.fromkeys(ends)}


def digest(frame: av.VideoFrame) -> str:
    """Of the samples of all planes, without what pads their rows."""
    deep = 2 if frame.format.components[0].bits > 8 else 1
    found = hashlib.sha256()
    for plane in frame.planes:
        rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, plane.line_size)
        found.update(rows[:, : plane.width * deep].tobytes())
    return found.hexdigest()


def decoded(path: Path) -> list[tuple[str, float]]:
    """Every frame, and when it is shown."""
    with av.open(str(path)) as container:
        return [(digest(frame), round(frame.time or 0, 3)) for frame in container.decode(video=0)]


@given(wanted=chains(), pix_fmt=st.sampled_from(FORMATS))
@settings(
    max_examples=int(os.environ.get("REELMILL_TEST_EXAMPLES", "10")),
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_passes_change_no_picture(
    wanted: Chains, pix_fmt: str, sources: dict[str, Path], tmp_path: Path
) -> None:
    overlaid = any(isinstance(node, Overlay) for chain in wanted.values() for node in chain)
    given_ = {"main": sources[pix_fmt]} | ({"logo": sources["logo"]} if overlaid else {})
    try:
        apart, together = (planned(given_, wanted, passes=passes) for passes in (False, True))
    except InvalidRequestError:  # a crop that leaves the picture, say
        assume(False)
        raise
    event(f"{len(apart.steps)} steps become {len(together.steps)}")
    folders = tmp_path / "apart", tmp_path / "together"
    try:
        before, after = (
            carry_out(folder, given_, chosen)
            for folder, chosen in zip(folders, (apart, together), strict=True)
        )
        for name in wanted:
            found = decoded(before[name])
            assert found, name
            assert found == decoded(after[name]), [node.op for node in wanted[name]]
    finally:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
