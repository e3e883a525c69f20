"""What becomes of a picture on a picture."""

from fractions import Fraction

import pytest
from pydantic import ValidationError

from reelmill.model.facts import Colour, SourceFacts
from reelmill.model.operations import Overlay
from tests.unit.planner.chains import filters, planned, step
from tests.unit.planner.films import film, picture

TAGS = "setparams range=tv colorspace=bt709 color_primaries=bt709 color_trc=bt709"
LOGO = film(
    picture(
        codec="png",
        width=200,
        height=100,
        pix_fmt="rgba",
        has_alpha=True,
        end_seconds=Fraction(1, 25),
    ),
    source="logo",
    container="png_pipe",
    duration_seconds=Fraction(1, 25),
)
CLIP = film(picture(width=320, height=180), source="logo")
BRIGHT = Colour(range="tv", matrix="bt2020nc", primaries="bt2020", transfer="smpte2084")


def laid(**fields: object) -> Overlay:
    return Overlay.model_validate({"id": "n", "input": "picture", "image": "logo", **fields})


def overlay(other: SourceFacts = LOGO, **fields: object) -> str:
    found = filters(picture(), laid(**fields), others=(other,))
    return next(line for line in found if line.startswith("overlay"))


def test_an_image_gets_the_colours_of_the_picture() -> None:
    full = "format pix_fmts=yuva444p color_ranges=tv"
    assert filters(picture(), laid(), others=(LOGO,)) == [
        f"{TAGS} < in0:0",
        "format pix_fmts=rgba < in1:0",
        "scale out_color_matrix=bt709 out_range=tv < f1",
        f"{full} < f2",
        f"{TAGS} < f3",
        f"{TAGS} < f4",
        "format pix_fmts=yuva420p color_ranges=tv < f5",
        f"{TAGS} < f6",
        "overlay x=1704 y=964 eof_action=repeat eval=init format=yuv420 alpha=straight < f0 f7",
        "format pix_fmts=yuv420p < f8",
    ]


@pytest.mark.parametrize(
    ("position", "place"),
    [("top_left", (16, 16)), ("top", (860, 16)), ("right", (1704, 490)), ("centre", (860, 490))],
)
def test_places(position: str, place: tuple[int, int]) -> None:
    assert overlay(position=position).startswith("overlay x={} y={} ".format(*place))


def test_a_place_in_pixels_and_a_time() -> None:
    found = overlay(x=-5, y=7, start_seconds="1/2", end_seconds=3)

    assert found.startswith("overlay x=-5 y=7 ")
    assert "enable=gte(t,0.5)*lt(t,3)" in found


def test_size_and_opacity() -> None:
    found = filters(picture(), laid(scale="1/4", opacity=0.5), others=(LOGO,))

    assert "scale w=480 h=240 < in1:0" in found
    assert any(line.startswith("lutyuv a=round(val*0.5)") for line in found)


def test_a_film_is_cut_where_the_picture_ends() -> None:
    found = filters(picture(), laid(), others=(CLIP,))

    assert any(line.startswith("trim end=10 ") for line in found)
    assert "eof_action=pass" in overlay(CLIP)


def test_a_dim_picture_on_hdr_is_lit_like_paper() -> None:
    bright = picture(colour=BRIGHT, hdr="hdr10", pix_fmt="yuv420p10le", bit_depth=10)
    found = " | ".join(filters(bright, laid(), others=(LOGO,)))

    assert "zscale p=bt2020 t=smpte2084 m=bt2020nc r=tv npl=203" in found
    assert "format=yuv420p10 " in found


def test_it_is_one_process_that_reads_both() -> None:
    process = step(planned(picture(), laid(), others=(LOGO,))).running()

    assert process.sources == ("main", "logo")


def test_it_ends_after_it_begins() -> None:
    with pytest.raises(ValidationError, match="ends before it begins"):
        laid(start_seconds=3, end_seconds=2)
