"""What a player shows: orientation, aspect, colours, fields, alpha, covers."""

import struct
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from reelmill.ffmpeg.probe import probe
from reelmill.model.errors import UnsupportedMediaError
from reelmill.model.facts import VideoStream

from .conftest import AUDIO, VIDEO, VP9, X264, Make


def picture(path: Path) -> VideoStream:
    found = probe(path).picture
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("options", "turn", "flipped"),
    [
        (("-display_rotation", "90"), 270, False),
        (("-display_rotation", "180"), 180, False),
        (("-display_rotation", "270"), 90, False),
        (("-display_hflip",), 0, True),
        (("-display_vflip",), 180, True),
    ],
)
@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_orientation(
    make: Make, options: tuple[str, ...], turn: int, flipped: bool, suffix: str
) -> None:
    plain = make("plain.mp4", *VIDEO, *X264)
    found = picture(make(f"turned.{suffix}", *options, "-i", plain, "-c", "copy"))
    assert (found.rotation_degrees, found.flipped) == (turn, flipped)
    assert (found.width, found.height) == (160, 90)
    assert (found.display_width > found.display_height) is (turn % 180 == 0)


@pytest.mark.parametrize("aspect", ["16/11", "2/3"])
@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_sample_aspect(make: Make, aspect: str, suffix: str) -> None:
    found = picture(make(f"a.{suffix}", *VIDEO, "-vf", f"setsar={aspect}", *X264))
    assert found.sample_aspect == Fraction(aspect)


def set_colour(primaries: str, transfer: str, matrix: str, pixels: str) -> tuple[str, str]:
    return "-vf", (
        f"format={pixels},setparams=range=tv:color_primaries={primaries}"
        f":color_trc={transfer}:colorspace={matrix}"
    )


def test_colour_only_in_the_bitstream(make: Make) -> None:
    colour = set_colour("bt709", "bt709", "bt709", "yuv420p")
    found = picture(make("a.ts", *VIDEO, *colour, *X264)).colour
    assert found.model_dump() == {
        "range": "tv",
        "matrix": "bt709",
        "primaries": "bt709",
        "transfer": "bt709",
    }


def test_untagged_colour_stays_unknown(make: Make) -> None:
    colour = picture(make("a.mp4", *VIDEO, *X264)).colour
    assert colour.primaries is colour.transfer is colour.matrix is None


MASTER = "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1)"


def hdr10(make: Make, *more: str) -> Path:
    parameters = f"log-level=none:hdr10=1:master-display={MASTER}:max-cll=1000,400"
    return make(
        "hdr.mp4",
        *VIDEO,
        *set_colour("bt2020", "smpte2084", "bt2020nc", "yuv420p10le"),
        *("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", parameters, "-tag:v", "hvc1"),
        *more,
    )


def test_hdr10(make: Make) -> None:
    found = picture(hdr10(make))
    assert (found.hdr, found.bit_depth, found.colour.primaries) == ("hdr10", 10, "bt2020")
    assert found.mastering is not None
    assert found.mastering.max_luminance == 1000
    assert found.mastering.min_luminance == 0.0001
    assert found.mastering.max_content_light == 1000
    assert found.mastering.max_average_light == 400


def test_hlg(make: Make) -> None:
    colour = set_colour("bt2020", "arib-std-b67", "bt2020nc", "yuv420p10le")
    x265 = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none")
    assert picture(make("a.mp4", *VIDEO, *colour, *x265)).hdr == "hlg"


@pytest.mark.parametrize(
    ("profile", "compatibility", "kind"),
    [(5, 0, "dolby_vision"), (8, 1, "hdr10")],
)
def test_dolby_vision(make: Make, profile: int, compatibility: int, kind: str) -> None:
    path = hdr10(make)
    record = struct.pack(">BBHB19x", 1, 0, profile << 9 | 6 << 3 | 0b101, compatibility << 4)
    path.write_bytes(with_box(path.read_bytes(), b"dvcC" if profile < 8 else b"dvvC", record))
    found = picture(path)
    assert (found.hdr, found.dolby_vision_profile) == (kind, profile)


def with_box(movie: bytes, kind: bytes, body: bytes) -> bytes:
    """The movie with one more box at the end of its first hvc1 sample entry."""
    added = struct.pack(">I4s", 8 + len(body), kind) + body
    data = bytearray(movie)
    end = 0
    for name in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"hvc1"):
        start = data.index(name, end) - 4
        (size,) = struct.unpack_from(">I", data, start)
        struct.pack_into(">I", data, start, size + len(added))
        end = start + 8
        if name == b"hvc1":
            data[start + size : start + size] = added
    return bytes(data)


@pytest.mark.parametrize(("order", "suffix"), [("tff", "mp4"), ("bff", "ts"), ("tff", "mkv")])
def test_interlaced(make: Make, order: str, suffix: str) -> None:
    found = picture(
        make(
            f"a.{suffix}",
            *("-f", "lavfi", "-i", "testsrc2=size=160x96:rate=50:duration=1"),
            *("-vf", f"format=yuv420p,tinterlace=interleave_top,fieldorder={order}"),
            *(*X264, "-flags", "+ildct+ilme", "-x264opts", f"{order}=1"),
        )
    )
    assert (found.field_order, found.nominal_rate) == (order, 25)


def test_progressive_stays_progressive(make: Make) -> None:
    assert picture(make("a.mkv", *VIDEO, *X264)).field_order == "progressive"


def test_alpha_beside_the_picture(make: Make) -> None:
    alpha = ("-vf", "format=yuva420p", "-pix_fmt", "yuva420p")
    assert picture(make("a.webm", *VIDEO, *alpha, *VP9)).has_alpha
    assert not picture(make("b.webm", *VIDEO, *VP9)).has_alpha


def test_alpha_in_the_pixels(make: Make) -> None:
    prores = ("-vf", "format=yuva444p10le", "-c:v", "prores_ks", "-profile:v", "4444")
    assert picture(make("a.mov", *VIDEO, *prores)).has_alpha


@pytest.mark.parametrize("suffix", ["mp3", "m4a"])
def test_cover_art_is_no_picture(make: Make, suffix: str) -> None:
    cover = make("cover.jpg", *VIDEO, "-frames:v", "1")
    art = ("-map", "0", "-map", "1", "-c:v", "copy", "-disposition:v", "attached_pic")
    facts = probe(make(f"a.{suffix}", *AUDIO, "-i", cover, *art))
    assert facts.picture is None
    assert facts.sound is not None
    assert facts.duration_seconds == 2
    assert [s.attached_picture for s in facts.streams if isinstance(s, VideoStream)] == [True]


@pytest.mark.parametrize(
    ("name", "options", "frames"),
    [
        ("still.png", ("-frames:v", "1"), 1),
        ("still.webp", ("-frames:v", "1", "-c:v", "libwebp"), 1),
        ("moving.gif", ("-vf", "fps=10"), 20),
        ("moving.webp", ("-vf", "fps=10", "-c:v", "libwebp_anim"), 20),
    ],
)
def test_images(make: Make, name: str, options: tuple[str, ...], frames: int) -> None:
    facts = probe(make(name, *VIDEO, *options))
    assert facts.picture is not None
    assert (facts.picture.width, facts.picture.height) == (160, 90)
    assert facts.duration_seconds == (Fraction(1, 25) if frames == 1 else 2)
    assert facts.picture.nominal_rate == (25 if frames == 1 else 10)


@pytest.mark.parametrize(("compression", "taken"), [("jpeg", False), ("tiff_lzw", True)])
def test_a_tiff_that_would_be_black(tmp_path: Path, compression: str, taken: bool) -> None:
    path = tmp_path / "a.tif"
    Image.new("RGB", (64, 36), (200, 50, 20)).save(path, compression=compression)
    if taken:
        assert picture(path).codec == "tiff"
        return
    with pytest.raises(UnsupportedMediaError, match="JPEG inside"):
        probe(path)
