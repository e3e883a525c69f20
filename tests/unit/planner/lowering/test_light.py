"""Drawn colours on HDR: ITU-R BT.2408, table 1."""

import pytest

from reelmill.model.facts import Colour
from reelmill.planner.lowering.light import drawn_colour
from reelmill.planner.tracks import Picture
from tests.unit.planner.films import picture


def track(transfer: str | None) -> Picture:
    stream = picture()
    return Picture(
        pad="f0",
        stream=stream,
        width=stream.display_width,
        height=stream.display_height,
        square=True,
        rate=None,
        start=stream.start_seconds or stream.time_base,
        end=None,
        colour=Colour(transfer=transfer),
        pix_fmt="yuv420p10le",
        interlaced=False,
        alpha=False,
        hdr=None if transfer is None else "hlg" if transfer == "arib-std-b67" else "hdr10",
    )


@pytest.mark.parametrize(
    ("transfer", "signal"), [("smpte2084", 0.58), ("arib-std-b67", 0.75), (None, 1.0)]
)
def test_white_is_paper(transfer: str | None, signal: float) -> None:
    found = drawn_colour("#ffffff", track(transfer))

    assert int(found[1:3], 16) / 255 == pytest.approx(signal, abs=0.01)
    assert drawn_colour("#000000", track(transfer)) == "#000000"
