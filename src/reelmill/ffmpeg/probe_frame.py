"""What only a decoded frame tells: its display matrix, colours, mastering data."""

import struct
from collections.abc import Sequence
from fractions import Fraction
from math import atan2, degrees
from typing import cast

from av.sidedata.sidedata import SideData, Type
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from reelmill.model.facts import Colour, MasteringDisplay

# ITU-T H.273 tables 2, 3 and 4 by the names of libavutil/pixdesc.c; 2 is "unspecified".
_PRIMARIES = {
    1: "bt709",
    4: "bt470m",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "film",
    9: "bt2020",
    10: "smpte428",
    11: "smpte431",
    12: "smpte432",
    22: "ebu3213",
}
_TRANSFERS = {
    1: "bt709",
    4: "bt470m",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "linear",
    9: "log100",
    10: "log316",
    11: "iec61966-2-4",
    12: "bt1361e",
    13: "iec61966-2-1",
    14: "bt2020-10",
    15: "bt2020-12",
    16: "smpte2084",
    17: "smpte428",
    18: "arib-std-b67",
}
_MATRICES = {
    0: "gbr",
    1: "bt709",
    4: "fcc",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "ycgco",
    9: "bt2020nc",
    10: "bt2020c",
    11: "smpte2085",
    12: "chroma-derived-nc",
    13: "chroma-derived-c",
    14: "ictcp",
    15: "ipt-c2",
}


def read_orientation(matrix: bytes) -> tuple[int, bool]:
    """The clockwise turn in degrees (0..359), and whether the picture is mirrored before it.

    The matrix is FFmpeg's (libavutil/display.h, ISO/IEC 14496-12 tkhd): nine native int32, where
    x' = a x + c y and y' = b x + d y with y pointing down. "Mirrored" is left to right.
    """
    a, b, _, c, d, *_ = struct.unpack("=9i", matrix)
    return round(degrees(atan2(-c, d))) % 360, a * d - b * c < 0


def read_mastering(display: bytes | None, light: bytes | None) -> MasteringDisplay | None:
    """AVMasteringDisplayMetadata and AVContentLightMetadata (libavutil) as facts."""
    if not display and not light:
        return None
    least = most = content = average = None
    if display:
        # Three primaries and a white point come first: eight rationals of eight bytes.
        *luminance, _, has_luminance = struct.unpack_from("=4i2i", display, 64)
        if has_luminance and luminance[1] and luminance[3]:
            least, most = luminance[0] / luminance[1], luminance[2] / luminance[3]
    if light:
        content, average = struct.unpack_from("=2I", light)
    return MasteringDisplay(
        max_luminance=most,
        min_luminance=least,
        max_content_light=content or None,
        max_average_light=average or None,
    )


def _unnamed(cls: type[Type], value: object) -> Type:
    """A kind of side data that PyAV has no name for (31 is EXIF): it would refuse all."""
    kind = object.__new__(cls)
    kind._name_, kind._value_ = f"UNNAMED_{value}", value
    return kind


Type._missing_ = classmethod(_unnamed)  # pyright: ignore[reportAttributeAccessIssue] - a hook


def side_data(frame: VideoFrame | None, kind: Type) -> bytes | None:
    """One kind of side data of a frame; None: it has none."""
    if frame is None:
        return None
    # PyAV's mapping is not one (it iterates over its values, and is typed so): go by number.
    held = cast("Sequence[SideData]", frame.side_data)
    found = (held[number] for number in range(len(held)))
    return next((bytes(data) for data in found if data.type is kind), None)


def read_colour(context: VideoCodecContext, frame: VideoFrame | None) -> Colour:
    """Colour tags: the frame's, which FFmpeg's filters go by, else the header's."""
    sources = (frame, context) if frame is not None else (context,)

    def first(attribute: str, names: dict[int, str]) -> str | None:
        found = (names.get(int(getattr(source, attribute))) for source in sources)
        return next((name for name in found if name), None)

    return Colour.model_validate(
        {
            "range": first("color_range", {1: "tv", 2: "pc"}),
            "matrix": first("colorspace", _MATRICES),
            "primaries": first("color_primaries", _PRIMARIES),
            "transfer": first("color_trc", _TRANSFERS),
        }
    )


def sane_aspect(aspect: Fraction | None) -> Fraction:
    """A sample aspect that can be used: unknown and zero mean square."""
    return aspect if aspect and aspect > 0 else Fraction(1)
