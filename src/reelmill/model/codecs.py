"""Codecs and containers: what goes into what, and what is taken where nothing is asked for.

One table, one place. Words are the graph's own; planner/lowering knows FFmpeg's encoders.
"""

from dataclasses import dataclass
from typing import Literal

VideoCodec = Literal[
    "h264", "hevc", "av1", "vp9", "prores", "dnxhd", "mpeg4", "mpeg2video", "wmv2", "ffv1"
]
AudioCodec = Literal[
    "aac", "mp3", "opus", "vorbis", "flac", "alac", "ac3", "mp2", "wmav2", "pcm_s16le", "pcm_s24le"
]
SubtitleCodec = Literal["mov_text", "subrip", "webvtt", "ass"]
ImageCodec = Literal["mjpeg", "png", "webp"]
AnimationCodec = Literal["gif", "webp"]

TEXT_SUBTITLES = frozenset(("mov_text", "subrip", "webvtt", "ass", "ssa", "text"))
"""Others are pictures, and no text comes out of them."""


@dataclass(frozen=True)
class Takes:
    """What players accept in a container; the first of each kind is its usual one."""

    video: tuple[str, ...] = ()
    audio: tuple[str, ...] = ()
    subtitles: tuple[str, ...] = ()
    title: str = ""

    @property
    def codecs(self) -> frozenset[str]:
        """All of them."""
        return frozenset((*self.video, *self.audio, *self.subtitles))


_ISO_VIDEO = ("h264", "hevc", "av1", "vp9", "mpeg4", "mpeg2video")
_ISO_AUDIO = ("aac", "mp3", "opus", "flac", "alac", "ac3")
"""MP4 has one number for MP2 and MP3, and what reads it says MP3."""
_PICTURES = ("dvd_subtitle", "dvb_subtitle", "hdmv_pgs_subtitle")
_SEGMENTS = ("h264", "hevc", "av1", "vp9"), ("aac", "opus", "flac", "ac3")

TAKES: dict[str, Takes] = {
    "mp4": Takes(_ISO_VIDEO, _ISO_AUDIO, ("mov_text",), "MP4"),
    "mov": Takes(
        ("h264", "hevc", "prores", "dnxhd", "mpeg4", "mpeg2video"),
        ("aac", "mp3", "alac", "ac3", "pcm_s16le", "pcm_s24le"),
        ("mov_text",),
        "QuickTime",
    ),
    "matroska": Takes(
        ("h264", "hevc", "av1", "vp9", "prores", "dnxhd", "mpeg4", "mpeg2video", "ffv1", "vp8"),
        (
            *(
                "aac",
                "mp3",
                "opus",
                "vorbis",
                "flac",
                "alac",
                "ac3",
                "mp2",
                "pcm_s16le",
                "pcm_s24le",
            ),
        ),
        ("subrip", "ass", "ssa", "webvtt", *_PICTURES),
        "Matroska",
    ),
    "webm": Takes(("vp9", "av1", "vp8"), ("opus", "vorbis"), ("webvtt",), "WebM"),
    "avi": Takes(
        ("mpeg4", "h264", "ffv1", "wmv2", "mpeg2video"),
        ("mp3", "ac3", "mp2", "pcm_s16le"),
        (),
        "AVI",
    ),
    "flv": Takes(("h264",), ("aac", "mp3"), (), "FLV"),
    "asf": Takes(("wmv2", "mpeg4", "h264"), ("wmav2", "mp3"), (), "Windows Media"),
    "mpegts": Takes(
        ("h264", "hevc", "mpeg2video"),
        ("aac", "mp2", "mp3", "ac3", "opus"),
        ("dvb_subtitle",),
        "MPEG-TS",
    ),
    "mpeg": Takes(("mpeg2video",), ("mp2", "mp3", "ac3"), (), "an MPEG programme stream"),
    "mp3": Takes((), ("mp3",), (), "MP3"),
    "m4a": Takes((), ("aac", "alac"), (), "M4A"),
    "adts": Takes((), ("aac",), (), "bare AAC"),
    "ogg": Takes((), ("vorbis", "opus", "flac"), (), "Ogg"),
    "opus": Takes((), ("opus",), (), "Opus"),
    "flac": Takes((), ("flac",), (), "FLAC"),
    "wav": Takes((), ("pcm_s16le", "pcm_s24le"), (), "WAV"),
    "ac3": Takes((), ("ac3",), (), "AC-3"),
    "aiff": Takes((), ("pcm_s16le", "pcm_s24le"), (), "AIFF"),
    "wma": Takes((), ("wmav2",), (), "Windows Media audio"),
    "image": Takes(("mjpeg",), title="a JPEG picture"),
    "png": Takes(("png",), title="a PNG picture"),
    "webp": Takes(("webp",), title="WebP"),
    "gif": Takes(("gif",), title="GIF"),
    "srt": Takes((), (), ("subrip",), "SubRip"),
    "webvtt": Takes((), (), ("webvtt",), "WebVTT"),
    "ass": Takes((), (), ("ass",), "ASS"),
    "hls-mpegts": Takes(("h264",), ("aac", "mp3"), (), "HLS with MPEG-TS"),
    "hls-fmp4": Takes(*_SEGMENTS, (), "HLS with fMP4"),
    "cmaf": Takes(*_SEGMENTS, (), "CMAF"),
}
"""By the names of model/containers.py; HLS by its kind of segments too. AIFF swaps the bytes of
its PCM itself."""


def takers(codec: str) -> list[str]:
    """The containers that take a codec, for people: a suggestion where another one was asked."""
    return [takes.title for takes in TAKES.values() if codec in takes.codecs]
