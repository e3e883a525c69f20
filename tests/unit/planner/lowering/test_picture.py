"""What becomes of a picture: deinterlace, scale, colour."""

from fractions import Fraction

import pytest

from reelmill.model.facts import Colour as Tags
from reelmill.model.facts import VideoStream
from reelmill.model.operations import Colour, Deinterlace, Scale
from tests.unit.planner.chains import filters, notices
from tests.unit.planner.films import picture

BT2020 = Tags(range="tv", matrix="bt2020nc", primaries="bt2020", transfer="smpte2084")
HLG = BT2020.but(transfer="arib-std-b67")
PIN_SDR = "format pix_fmts=yuv420p color_ranges=tv"


@pytest.mark.parametrize("order", ["tff", "bff"])
def test_deinterlaces_by_the_field_order_of_the_facts(order: str) -> None:
    stream = picture(field_order=order)

    assert filters(stream, Deinterlace(id="whole", input="picture")) == [
        f"bwdif mode=send_frame parity={order}"
    ]
    assert notices(stream, Deinterlace(id="whole", input="picture")) == ["deinterlaced"]


@pytest.mark.parametrize("order", ["progressive", "unknown"])
def test_leaves_progressive_frames_alone(order: str) -> None:
    stream = picture(field_order=order)

    assert filters(stream, Deinterlace(id="whole", input="picture")) == []
    assert notices(stream, Deinterlace(id="whole", input="picture")) == []


def test_deinterlaces_once() -> None:
    twice = (Deinterlace(id="one", input="picture"), Deinterlace(id="two", input="one"))

    assert len(filters(picture(field_order="tff"), *twice)) == 1


@pytest.mark.parametrize(
    ("stream", "short_side", "size"),
    [
        pytest.param(picture(), 360, (640, 360), id="landscape"),
        pytest.param(picture(width=1080, height=1920), 360, (360, 640), id="portrait"),
        pytest.param(picture(width=1080, height=1080), 360, (360, 360), id="square"),
        pytest.param(picture(width=853, height=481), None, (854, 482), id="odd"),
        pytest.param(picture(width=1279, height=719), 360, (640, 360), id="odd and smaller"),
        pytest.param(
            picture(width=720, height=576, sample_aspect=Fraction(16, 11)),
            360,
            (654, 360),
            id="anamorphic",
        ),
        pytest.param(
            picture(width=720, height=576, sample_aspect=Fraction(64, 45)),
            None,
            (1024, 576),
            id="anamorphic in its own size",
        ),
        pytest.param(picture(rotation_degrees=90), 360, (360, 640), id="turned"),
        pytest.param(picture(rotation_degrees=180), 360, (640, 360), id="upside down"),
        pytest.param(
            picture(width=720, height=576, sample_aspect=Fraction(16, 11), rotation_degrees=270),
            360,
            (360, 654),
            id="turned and anamorphic",
        ),
    ],
)
def test_scales_to_square_pixels_and_even_sides(
    stream: VideoStream, short_side: int | None, size: tuple[int, int]
) -> None:
    found = filters(stream, Scale(id="sized", input="picture", short_side=short_side))

    assert found == [f"scale w={size[0]} h={size[1]}", "setsar sar=1"]


def test_does_not_scale_what_has_the_size() -> None:
    assert filters(picture(), Scale(id="sized", input="picture", short_side=1080)) == []
    assert filters(picture(), Scale(id="sized", input="picture")) == []


def colour(stream: VideoStream, **fields: object) -> list[str]:
    return filters(stream, Colour(id="toned", input="picture").but(**fields))


def test_untagged_hd_is_tagged_as_bt709() -> None:
    pin = "setparams range=tv colorspace=bt709 color_primaries=bt709 color_trc=bt709"

    assert colour(picture()) == [pin, PIN_SDR, pin]


def test_untagged_sd_is_tagged_as_bt601() -> None:
    pin = "setparams range=tv colorspace=smpte170m color_primaries=smpte170m color_trc=smpte170m"

    assert colour(picture(width=720, height=480)) == [pin, PIN_SDR, pin]


def test_tagged_hd_is_only_pinned() -> None:
    tags = Tags(range="tv", matrix="bt709", primaries="bt709", transfer="bt709")

    assert colour(picture(colour=tags)) == [
        PIN_SDR,
        "setparams range=tv colorspace=bt709 color_primaries=bt709 color_trc=bt709",
    ]


def test_full_range_is_made_limited() -> None:
    found = colour(picture(pix_fmt="yuvj420p"))

    assert found[0].startswith("setparams range=pc colorspace=bt709")
    assert found[1:3] == ["scale out_color_matrix=bt709 out_range=tv", PIN_SDR]
    assert found[3].startswith("setparams range=tv colorspace=bt709")


def test_rgb_is_given_a_matrix() -> None:
    assert colour(picture(pix_fmt="gbrp")) == [
        "scale out_color_matrix=bt709 out_range=tv",
        PIN_SDR,
        "setparams range=tv colorspace=bt709 color_primaries=bt709 color_trc=bt709",
    ]


@pytest.mark.parametrize(
    ("pix_fmt", "through"), [("rgba", "gbrap12le"), ("yuva420p", "yuva444p12le")]
)
def test_transparency_is_laid_on_black(pix_fmt: str, through: str) -> None:
    stream = picture(pix_fmt=pix_fmt, has_alpha=True)
    found = colour(stream)

    first = found.index(f"format pix_fmts={through}")
    assert found[first + 1] == "premultiply inplace=1"
    assert found[-2] == PIN_SDR
    assert "alpha_on_black" in notices(stream, Colour(id="toned", input="picture"))


@pytest.mark.parametrize("tags", [BT2020, HLG], ids=["hdr10", "hlg"])
def test_hdr_is_tone_mapped(tags: Tags) -> None:
    hdr = "hlg" if tags == HLG else "hdr10"
    stream = picture(colour=tags, hdr=hdr, pix_fmt="yuv420p10le", bit_depth=10)

    assert colour(stream) == [
        f"zscale tin={tags.transfer} min=bt2020nc pin=bt2020 rin=tv t=linear npl=203",
        "format pix_fmts=gbrpf32le",
        "zscale p=bt709",
        "tonemap tonemap=mobius param=0.3 desat=0 peak=4.9261",
        "zscale t=bt709 m=bt709 r=tv",
        "scale out_color_matrix=bt709 out_range=tv",
        PIN_SDR,
        "setparams range=tv colorspace=bt709 color_primaries=bt709 color_trc=bt709",
    ]
    assert notices(stream, Colour(id="toned", input="picture")) == ["tone_mapped"]


def test_hdr_that_is_kept_stays_in_ten_bits() -> None:
    stream = picture(colour=BT2020, hdr="hdr10", pix_fmt="yuv420p10le", bit_depth=10)

    assert colour(stream, hdr="keep") == [
        "format pix_fmts=yuv420p10le color_ranges=tv",
        "setparams range=tv colorspace=bt2020nc color_primaries=bt2020 color_trc=smpte2084",
    ]


def test_hdr_is_tone_mapped_for_a_jpeg_even_where_it_is_kept() -> None:
    stream = picture(colour=BT2020, hdr="hdr10", pix_fmt="yuv420p10le", bit_depth=10)

    assert any("tonemap" in one for one in colour(stream, hdr="keep", target="jpeg"))


def test_wide_gamut_without_hdr_is_narrowed() -> None:
    tags = Tags(range="tv", matrix="bt2020nc", primaries="bt2020", transfer="bt2020-10")
    found = colour(picture(colour=tags, pix_fmt="yuv420p10le", bit_depth=10))

    assert found[0] == "zscale min=bt2020nc pin=bt2020 tin=bt709 p=bt709 m=bt709 t=bt709"
    assert found[-1].endswith("color_trc=bt709")


@pytest.mark.parametrize("height", [480, 1080])
def test_a_jpeg_is_full_range_bt601_whatever_its_size(height: int) -> None:
    found = colour(picture(width=height * 16 // 9, height=height), target="jpeg")

    assert found[-3:] == [
        "scale out_color_matrix=smpte170m out_range=pc",
        "format pix_fmts=yuv420p color_ranges=pc",
        "setparams range=pc colorspace=smpte170m color_primaries=smpte170m color_trc=smpte170m",
    ]


def test_full_range_is_kept_where_it_is_asked_for() -> None:
    assert colour(picture(pix_fmt="yuvj420p"), range="pc")[-2:] == [
        "format pix_fmts=yuv420p color_ranges=pc",
        "setparams range=pc colorspace=bt709 color_primaries=bt709 color_trc=bt709",
    ]
