"""The words in which people say times, rates, sizes and codecs, and what they mean."""

import re
from fractions import Fraction
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from reelmill.model.operations import Resize, Scale
from reelmill.model.value import Rational

_CLOCK = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,2}):)?(\d{1,9}(?:\.\d{1,9})?)")
_AMOUNT = re.compile(r"(\d{1,12}(?:\.\d{1,6})?) ?([kKmMgG])?(?:(i?)[bB])?(?:/?p?s)?")
_LOUDNESS = re.compile(r"([+-]?\d{1,4}(?:\.\d{1,6})?) ?([dD][bB])?")
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3}
MOST_SIDE = 16384
MOST_SECONDS = 7 * 24 * 3600
RESOLUTIONS = {
    **{f"{side}p": side for side in (144, 240, 360, 480, 540, 720, 1080, 1440, 2160, 4320)},
    "sd": 480,
    "hd": 720,
    "fhd": 1080,
    "2k": 1440,
    "4k": 2160,
    "uhd": 2160,
    "8k": 4320,
}
"""Short sides by their names."""
CODECS = {
    "libx264": "h264",
    "x264": "h264",
    "avc": "h264",
    "h.264": "h264",
    "libx265": "hevc",
    "x265": "hevc",
    "h265": "hevc",
    "h.265": "hevc",
    "libsvtav1": "av1",
    "libaom-av1": "av1",
    "libvpx-vp9": "vp9",
    "prores_ks": "prores",
    "mpeg2": "mpeg2video",
    "wmv": "wmv2",
    "dnxhr": "dnxhd",
    "libmp3lame": "mp3",
    "libopus": "opus",
    "libvorbis": "vorbis",
    "libfdk_aac": "aac",
    "pcm": "pcm_s16le",
    "wav": "pcm_s16le",
    "wma": "wmav2",
    "ac-3": "ac3",
}
"""Codecs by the names of encoders, and by those that they have elsewhere."""


def seconds(given: object) -> object:
    """90, "90.5", "1:30.5" and "00:01:30.500" are times; anything else is left to be refused."""
    if isinstance(given, float):
        return str(given)
    if not isinstance(given, str) or "/" in given:
        return given
    found = _CLOCK.fullmatch(given.strip())
    if found is None:
        raise ValueError("a time is a number of seconds, or HH:MM:SS.mmm")
    hours, minutes, rest = found.groups()
    return Fraction(rest) + 60 * int(minutes or 0) + 3600 * int(hours or 0)


def number(given: object) -> object:
    """A number, exact as it was written."""
    return str(given) if isinstance(given, float) else given


def resized(resolution: str) -> tuple[type[Resize] | type[Scale], dict[str, Any]]:
    """The operation that a resolution means: `1280x720` is a box, 720p the short side.

    Raises:
        ValueError: there is none of that name.
    """
    width, sign, height = resolution.lower().partition("x")
    if sign and width.isdecimal() and height.isdecimal():
        if not all(2 <= int(side) <= MOST_SIDE for side in (width, height)):
            raise ValueError(f"sides are 2 to {MOST_SIDE} pixels long")
        return Resize, {"width": int(width), "height": int(height)}
    if resolution.lower() not in RESOLUTIONS:
        raise ValueError(f"a resolution is like 1280x720, or one of {', '.join(RESOLUTIONS)}")
    return Scale, {"short_side": RESOLUTIONS[resolution.lower()]}


def amount(given: object) -> object:
    """2_000_000, "2M", "2000k" and "2 Mbps" are one number; "MiB" has powers of 1024."""
    if not isinstance(given, str):
        return given
    found = _AMOUNT.fullmatch(given.strip())
    if found is None:
        raise ValueError("an amount is a number, or one such as 128k or 2.5M")
    number, power, binary = found.groups()
    base = 1024 if binary else 1000
    return round(Fraction(number) * base ** _POWERS[(power or "").lower()])


def codec_of(given: object) -> object:
    """A codec by any of its names."""
    return CODECS.get(given.lower(), given.lower()) if isinstance(given, str) else given


_TIME_SCHEMA = WithJsonSchema(
    {
        "anyOf": [{"type": "number", "minimum": 0}, {"type": "string"}],
        "description": "seconds, or HH:MM:SS.mmm",
        "examples": [12.5, "00:01:30.500"],
    }
)
Seconds = Annotated[Rational, BeforeValidator(seconds), Field(ge=0, le=MOST_SECONDS), _TIME_SCHEMA]
"""A moment or a length."""


Factor = Annotated[
    Rational,
    BeforeValidator(seconds),
    WithJsonSchema({"type": "number", "exclusiveMinimum": 0, "examples": [1.5]}),
]
"""How many times as much."""


def loudness(given: object) -> object:
    """0.5 is half as loud, "-6dB" nearly too."""
    if isinstance(given, bool):
        raise ValueError("a volume is a factor such as 0.5, or a level such as -6dB")
    if not isinstance(given, str):
        return given
    found = _LOUDNESS.fullmatch(given.strip())
    if found is None:
        raise ValueError("a volume is a factor such as 0.5, or a level such as -6dB")
    number, unit = found.groups()
    return 10 ** (float(number) / 20) if unit else float(number)


Volume = Annotated[
    float,
    BeforeValidator(loudness),
    Field(ge=0, le=1000, allow_inf_nan=False),
    WithJsonSchema(
        {
            "anyOf": [{"type": "number", "minimum": 0}, {"type": "string"}],
            "description": "a factor, or a level in dB",
            "examples": [0.5, "-6dB"],
        }
    ),
]
"""How loud."""


def _amount_schema(what: str, *examples: str) -> WithJsonSchema:
    either = [{"type": "integer", "minimum": 0}, {"type": "string"}]
    return WithJsonSchema({"anyOf": either, "description": what, "examples": [*examples]})


BitRate = Annotated[
    int, BeforeValidator(amount), _amount_schema("bits per second", "2M", "128k"), Field(ge=6000)
]
SizeBytes = Annotated[
    int, BeforeValidator(amount), _amount_schema("bytes", "25MB"), Field(ge=10_000)
]
