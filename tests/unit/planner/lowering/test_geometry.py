"""What becomes of size and shape."""

from fractions import Fraction

import pytest
from pydantic import ValidationError

from reelmill.model.errors import InvalidRequestError
from reelmill.model.facts import VideoStream
from reelmill.model.operations import Crop, Flip, FrameRate, Node, Pad, Resize, Rotate
from tests.unit.planner.chains import expected, filters, notices
from tests.unit.planner.films import picture

HD = picture()
ANAMORPHIC = picture(width=720, height=576, sample_aspect=Fraction(16, 11))
PINS = ("setsar", "setparams", "format")
PAL_TAGS = "setparams range=tv colorspace=smpte170m color_primaries=smpte170m color_trc=smpte170m"
TAGS = "setparams range=tv colorspace=bt709 color_primaries=bt709 color_trc=bt709"


def resize(**fields: object) -> Resize:
    return Resize.model_validate({"id": "n", "input": "picture", **fields})


def crop(**fields: object) -> Crop:
    return Crop.model_validate({"id": "n", "input": "picture", **fields})


def pad(**fields: object) -> Pad:
    return Pad.model_validate({"id": "n", "input": "picture", **fields})


@pytest.mark.parametrize(
    ("stream", "node", "size", "wanted"),
    [
        pytest.param(HD, resize(width=640), (640, 360), ["scale w=640 h=360"], id="width"),
        pytest.param(HD, resize(height=333), (592, 334), ["scale w=592 h=334"], id="height"),
        pytest.param(
            HD, resize(width=640, height=640), (640, 360), ["scale w=640 h=360"], id="fit"
        ),
        pytest.param(
            HD,
            resize(width=640, height=640, mode="stretch"),
            (640, 640),
            ["scale w=640 h=640"],
            id="stretch",
        ),
        pytest.param(
            HD,
            resize(width=640, height=640, mode="fill"),
            (640, 640),
            ["scale w=1138 h=640", "crop w=640 h=640 x=248 y=0 exact=1"],
            id="fill",
        ),
        pytest.param(
            HD,
            resize(width=640, height=640, mode="pad", colour="#FF8000"),
            (640, 640),
            ["scale w=640 h=360", "pad w=640 h=640 x=0 y=140 color=0xff8000"],
            id="pad",
        ),
        pytest.param(HD, resize(width=1920, height=1080, mode="pad"), (1920, 1080), [], id="same"),
        pytest.param(
            ANAMORPHIC, resize(height=576), (1048, 576), ["scale w=1048 h=576"], id="anamorphic"
        ),
    ],
)
def test_resize(stream: VideoStream, node: Node, size: tuple[int, int], wanted: list[str]) -> None:
    found = filters(stream, node)

    assert [line for line in found if not line.startswith(PINS)] == wanted
    scaled = [at for at, line in enumerate(found) if line == "setsar sar=1"]
    assert all(found[at + 1].startswith("format pix_fmts=yuv420p ") for at in scaled)
    stream_ = expected(stream, node)
    assert (stream_.width, stream_.height) == size


def test_odd_sides_are_made_even_and_told() -> None:
    node = resize(width=641, height=361, mode="stretch")

    assert "scale w=642 h=362" in filters(HD, node)
    assert notices(HD, node) == ["sides_made_even"]


def test_a_size_is_one_side_at_least() -> None:
    with pytest.raises(ValidationError, match="a width or a height"):
        resize()


@pytest.mark.parametrize(
    ("stream", "node", "wanted"),
    [
        pytest.param(
            HD, crop(width=640, height=360), ["crop w=640 h=360 x=640 y=360 exact=1"], id="centre"
        ),
        pytest.param(
            HD,
            crop(width=638, height=358),
            ["crop w=638 h=358 x=640 y=360 exact=1"],
            id="centre on the grid of the chroma",
        ),
        pytest.param(
            HD,
            crop(width=100, height=50, x=11, y=6),
            [TAGS, "format pix_fmts=yuv444p color_ranges=tv", "crop w=100 h=50 x=11 y=6 exact=1"],
            id="between samples of the chroma",
        ),
        pytest.param(
            picture(pix_fmt="yuv422p10le"),
            crop(width=100, height=50, x=10, y=5),
            ["crop w=100 h=50 x=10 y=5 exact=1"],
            id="4:2:2 shares across only",
        ),
        pytest.param(
            picture(pix_fmt="gbrp"),
            crop(width=100, height=50, x=11, y=5),
            ["crop w=100 h=50 x=11 y=5 exact=1"],
            id="RGB shares nothing",
        ),
        pytest.param(
            ANAMORPHIC,
            crop(width=1048, height=100, y=0, x=0),
            [
                *(PAL_TAGS, "scale w=1048 h=576", "setsar sar=1"),
                *("format pix_fmts=yuv420p color_ranges=tv", "crop w=1048 h=100 x=0 y=0 exact=1"),
            ],
            id="in displayed pixels",
        ),
        pytest.param(HD, crop(width=1920, height=1080), [], id="all of it"),
    ],
)
def test_crop(stream: VideoStream, node: Node, wanted: list[str]) -> None:
    assert filters(stream, node) == wanted


@pytest.mark.parametrize(
    ("node", "numbers"),
    [
        (crop(width=1922, height=100), "1922x100 at"),
        (crop(width=640, height=360, x=1281, y=0), "640x360 at 1281,0"),
        (crop(width=640, height=360, y=721), "640x360 at 640,721"),
    ],
)
def test_a_crop_that_leaves_the_picture_is_refused(node: Node, numbers: str) -> None:
    with pytest.raises(InvalidRequestError, match=f"{numbers}.* which is 1920x1080"):
        filters(HD, node)


def test_a_ground_that_is_too_small_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match=r"ground of 1920x1000 .* it is 1920x1080"):
        filters(HD, pad(width=1920, height=1000))


def test_pad() -> None:
    assert filters(HD, pad(width=2000, height=1100)) == [
        TAGS,
        "pad w=2000 h=1100 x=40 y=10 color=0x000000",
    ]
    assert filters(HD, pad(width=2000, height=1100, x=1, y=0))[1:] == [
        "format pix_fmts=yuv444p color_ranges=tv",
        "pad w=2000 h=1100 x=1 y=0 color=0x000000",
    ]


def rotated(degrees: int | Fraction, stream: VideoStream = HD) -> list[str]:
    return filters(stream, Rotate(id="n", input="picture", degrees=Fraction(degrees)))


def test_rotate() -> None:
    assert rotated(0) == rotated(360) == []
    assert rotated(90) == rotated(-270) == ["transpose dir=clock"]
    assert rotated(180) == ["hflip", "vflip"]
    assert rotated(270) == rotated(-90) == ["transpose dir=cclock"]
    assert rotated(30)[-1] == ("rotate angle=0.523598776 ow=2204 oh=1896 fillcolor=0x000000")
    assert rotated(90, picture(pix_fmt="yuv422p"))[-2:] == [
        "format pix_fmts=yuv444p color_ranges=tv",
        "transpose dir=clock",
    ]
    quarter = expected(HD, Rotate(id="n", input="picture", degrees=Fraction(90)))
    assert (quarter.width, quarter.height) == (1080, 1920)


def test_flip() -> None:
    for direction, name in (("horizontal", "hflip"), ("vertical", "vflip")):
        node = Flip.model_validate({"id": "n", "input": "picture", "direction": direction})
        assert filters(HD, node) == [name]


@pytest.mark.parametrize(("rate", "frames"), [("60", 600), ("24000/1001", 240), ("1", 10)])
def test_a_frame_rate(rate: str, frames: int) -> None:
    node = FrameRate(id="n", input="picture", rate=Fraction(rate))

    assert filters(HD, node) == [f"fps fps={rate} start_time=0"]
    stream = expected(HD, node)
    assert (stream.frame_rate, stream.frame_count) == (Fraction(rate), frames)
