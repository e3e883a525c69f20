"""What becomes of levels and detail."""

import pytest

from reelmill.model.operations import Adjust, Blur, Denoise, Node, Sharpen
from tests.unit.planner.chains import expected, filters
from tests.unit.planner.films import picture

TAGS = "setparams range=tv colorspace=bt709 color_primaries=bt709 color_trc=bt709"


def adjust(**fields: float) -> Adjust:
    return Adjust.model_validate({"id": "n", "input": "picture", **fields})


def test_levels_go_through_a_table_of_the_range() -> None:
    node = adjust(brightness=0.1, contrast=1.2, gamma=2)
    limited = "y=round(pow(clip(((val-16)/219-0.5)*1.2+0.5+0.1,0,1),0.5)*219+16)"
    full = "y=round(pow(clip(((val-0)/255-0.5)*1.2+0.5+0.1,0,1),0.5)*255+0)"
    deep = "y=round(pow(clip(((val-64)/876-0.5)*1.2+0.5+0.1,0,1),0.5)*876+64)"

    assert filters(picture(), node) == [TAGS, f"lutyuv {limited}"]
    assert filters(picture(pix_fmt="yuvj420p"), node)[-2:] == [
        "format pix_fmts=yuv420p color_ranges=pc",
        f"lutyuv {full}",
    ]
    assert filters(picture(pix_fmt="yuv420p10le", bit_depth=10), node)[-1] == f"lutyuv {deep}"


def test_saturation_and_hue() -> None:
    shade = "clip(round((val-128)*1.5+128),16,240)"

    assert filters(picture(), adjust(saturation=1.5, hue_degrees=-30))[1:] == [
        f"lutyuv u={shade} v={shade}",
        "hue h=-30",
    ]


def test_what_changes_nothing_is_nothing() -> None:
    assert filters(picture(), adjust()) == []
    assert filters(picture(), adjust(saturation=1.0, hue_degrees=0)) == []
    assert filters(picture(), Sharpen(id="n", input="picture", amount=0)) == []


@pytest.mark.parametrize(
    ("pix_fmt", "given"),
    [
        ("yuv420p", "yuv420p"),
        ("yuv422p10le", "yuv422p10le"),
        ("yuv444p12le", "yuv444p10le"),
        ("yuv411p", "yuv444p"),
        ("nv12", "yuv420p"),
        ("p010le", "yuv420p10le"),
        ("gray", "yuv420p"),
        ("gbrp", "yuv444p"),
        ("gbrp10le", "yuv444p10le"),
        ("yuvj422p", "yuv422p"),
    ],
)
def test_filters_get_the_nearest_format_that_they_bear(pix_fmt: str, given: str) -> None:
    deep = pix_fmt.endswith("le")
    stream = picture(pix_fmt=pix_fmt, bit_depth=10 if deep else 8)
    node = Sharpen(id="n", input="picture")
    formats = [one for one in filters(stream, node) if one.startswith("format")]

    assert expected(stream, node).pix_fmt == given
    assert len(formats) == (2 if pix_fmt.startswith("gbr") else pix_fmt != given)


def test_rgb_gets_the_matrix_of_hd() -> None:
    found = filters(picture(pix_fmt="gbrp"), Sharpen(id="n", input="picture"))

    assert found[:2] == ["format pix_fmts=gbrp", "scale out_color_matrix=bt709 out_range=tv"]
    assert found[-2] == TAGS


def test_denoise_keeps_alpha_beside() -> None:
    node = Denoise(id="n", input="picture", strength="weak")
    found = filters(picture(pix_fmt="yuva420p", has_alpha=True), node)
    clean = "hqdn3d luma_spatial=2 chroma_spatial=1.5 luma_tmp=3 chroma_tmp=2.25"

    assert found == [
        *(TAGS, "format pix_fmts=yuv420p", clean),
        *("alphaextract", "alphamerge", "format pix_fmts=yuva420p"),
    ]


@pytest.mark.parametrize(
    ("node", "wanted"),
    [
        (Sharpen(id="n", input="picture", amount=0.3), ["unsharp lx=5 ly=5 la=0.3"]),
        (
            Blur(id="n", input="picture", sigma=4),
            [
                "gblur sigma=4 steps=3 planes=9",
                "gblur sigma=2 sigmaV=2 steps=3 planes=6",
            ],
        ),
    ],
)
def test_detail(node: Node, wanted: list[str]) -> None:
    assert filters(picture(), node) == [TAGS, *wanted]
