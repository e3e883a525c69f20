"""Containers: what the streams of an output are wrapped in."""

from typing import Annotated, Literal

from pydantic import Field

from reelmill.model.value import Rational, Value

PlainFormat = Literal[
    "mp4", "mov", "matroska", "webm", "avi", "flv", "asf", "mpegts", "mpeg",
    "mp3", "m4a", "adts", "ogg", "opus", "flac", "wav", "ac3", "aiff", "wma",
    "image", "png", "gif", "webp", "srt", "webvtt", "ass",
]  # fmt: skip
"""Formats of one file without choices of their own, by the names of their muxers where they have
one: `adts` is bare AAC, `asf` Windows Media, `mpeg` a programme stream, `image` a JPEG."""


class Plain(Value):
    """One file."""

    format: PlainFormat


class Hls(Value):
    """An HLS media playlist with its segments beside it (RFC 8216, VOD)."""

    format: Literal["hls"] = "hls"
    segment_seconds: Rational = Field(gt=0)
    segments: Literal["mpegts", "fmp4"] = "mpegts"


class Cmaf(Value):
    """One set of single-track fragments for DASH (manifest.mpd) and HLS (master.m3u8)."""

    format: Literal["cmaf"] = "cmaf"
    segment_seconds: Rational = Field(gt=0)


Container = Annotated[Plain | Hls | Cmaf, Field(discriminator="format")]
