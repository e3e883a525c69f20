"""Clips with many kinds of streams, and containers and codecs other than H.264 in MP4."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from PIL import ImageFont

from .clip import Clip, Step, Truth, filmed, reworked, shifted, truth_of
from .film import FAST_START, Recipe, Shot, run, to_yuv

MOVIE = Shot()
SD = to_yuv(matrix="bt601")
MP3_DELAY_SECONDS = 1105 / 48_000
"""AVI has no way to say that an MP3 encoder starts late."""

CHAPTERS = """;FFMETADATA1
title=Test film
[CHAPTER]
TIMEBASE=1/1000
START=0
END=1000
title=First
[CHAPTER]
TIMEBASE=1/1000
START=1000
END=2000
title=Second
"""
SRT = """1
00:00:00,200 --> 00:00:00,900
Hello, <i>world</i>

2
00:00:01,100 --> 00:00:01,800
Zweite Zeile: äöü 漢字
"""
ASS = """[Script Info]
ScriptType: v4.00+
PlayResX: 640
PlayResY: 360

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, Alignment, MarginL, MarginR, MarginV
Style: Default,Aileron,32,&H0000FFFF,8,10,10,10

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:00.20,0:00:00.90,Default,,0,0,0,,{\\b1}Styled{\\b0} line
"""


def _font() -> bytes:
    """A small real TrueType font."""
    font = ImageFont.load_default(12)
    assert isinstance(font, ImageFont.FreeTypeFont)
    assert isinstance(font.path, BytesIO)
    return font.path.getvalue()


def _with_files(files: dict[str, bytes], arguments: Callable[[Path], list[str]]) -> Step:
    """Mux the source with small side files laid in a scratch folder."""

    def step(ffmpeg: Path, source: Path, path: Path) -> None:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            for name, content in files.items():
                folder.joinpath(name).write_bytes(content)
            run(ffmpeg, ["-i", str(source), *arguments(folder), str(path)])

    return step


def _rich_mkv(folder: Path) -> list[str]:
    return [
        "-i", str(folder / "a.srt"), "-i", str(folder / "b.ass"), "-i", str(folder / "c.txt"),
        "-map", "0", "-map", "1", "-map", "2", "-map_metadata", "3", "-map_chapters", "3",
        "-c", "copy", "-attach", str(folder / "Aileron.ttf"),
        "-metadata:s:t", "mimetype=font/ttf",
        "-metadata:s:s:0", "language=eng", "-metadata:s:s:1", "language=deu",
        "-disposition:s:0", "forced", "-disposition:s:1", "default",
    ]  # fmt: skip


def _rich_mp4(folder: Path) -> list[str]:
    return [
        "-i", str(folder / "a.srt"), "-i", str(folder / "c.txt"),
        "-map", "0", "-map", "1", "-map_metadata", "2", "-map_chapters", "2",
        "-c", "copy", "-c:s", "mov_text", "-metadata:s:s:0", "language=eng",
        "-timecode", "01:02:03:04", *FAST_START,
    ]  # fmt: skip


def _webvtt(folder: Path) -> list[str]:
    return ["-i", str(folder / "a.srt"), "-map", "0", "-map", "1", "-c", "copy", "-c:s", "webvtt"]


def _coded(
    name: str, suffix: str, video: tuple[str, ...], audio: tuple[str, ...],
    filters: str = SD, muxer: tuple[str, ...] = (), truth: Truth | None = None,
) -> Clip:  # fmt: skip
    recipe = Recipe(video=video, audio=audio, filters=filters, muxer=muxer)
    return filmed(name, MOVIE, recipe, suffix=suffix, truth=truth)


VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-crf", "18", "-b:v", "0")
TEXTS = {
    "a.srt": SRT.encode(),
    "b.ass": ASS.encode(),
    "c.txt": CHAPTERS.encode(),
}


def _rich_with_font(ffmpeg: Path, source: Path, path: Path) -> None:
    # The font is looked up when the clip is made, not when this module is read.
    _with_files({**TEXTS, "Aileron.ttf": _font()}, _rich_mkv)(ffmpeg, source, path)


CLIPS: tuple[Clip, ...] = (
    reworked(
        "mkv_rich", MOVIE,
        _rich_with_font,
        suffix=".mkv",
    ),
    reworked("mp4_rich", MOVIE, _with_files(TEXTS, _rich_mp4)),
    _coded("vp8_vorbis_webm", ".webm",
           ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "3M"),
           ("-c:a", "libvorbis")),
    reworked(
        "webm_webvtt", MOVIE, _with_files(TEXTS, _webvtt),
        Recipe(video=VP9, audio=("-c:a", "libopus"), muxer=()), inner=".webm", suffix=".webm",
    ),
    _coded("hevc_mp4", ".mp4", ("-c:v", "libx265", "-preset", "ultrafast", "-crf", "16",
           "-x265-params", "log-level=error", "-tag:v", "hvc1"),
           ("-c:a", "aac"), to_yuv(), FAST_START),
    _coded("av1_mp4", ".mp4", ("-c:v", "libaom-av1", "-usage", "realtime", "-cpu-used", "8",
           "-crf", "16", "-row-mt", "1"),
           ("-c:a", "aac"), to_yuv(), FAST_START),
    _coded("mpeg4_mp3_avi", ".avi", ("-c:v", "mpeg4", "-q:v", "2"), ("-c:a", "libmp3lame"),
           # Else the MP3's negative first stamp leaves a hole after the first picture.
           muxer=("-avoid_negative_ts", "disabled"),
           truth=replace(truth_of(MOVIE), sync_offset_seconds=MP3_DELAY_SECONDS)),
    _coded("mpeg2_mp2_ts", ".ts", ("-c:v", "mpeg2video", "-q:v", "2"), ("-c:a", "mp2"),
           truth=shifted(truth_of(MOVIE), 481 / 48_000)),
    _coded("wmv", ".wmv", ("-c:v", "wmv2", "-q:v", "2"), ("-c:a", "wmav2"),
           truth=replace(shifted(truth_of(MOVIE), 0.043), audio_start_seconds=None)),
    _coded("flv", ".flv", ("-c:v", "flv", "-q:v", "2"), ("-c:a", "libmp3lame", "-ar", "44100"),
           truth=replace(shifted(truth_of(MOVIE), 0.025), sample_rate=44_100)),
    # These only count their channels; nobody says which is which.
    _coded("pcm_avi", ".avi", ("-c:v", "mpeg4", "-q:v", "2"), ("-c:a", "pcm_s16le")),
    _coded("pcm_mkv", ".mkv", ("-c:v", "mpeg4", "-q:v", "2"), ("-c:a", "pcm_s16le")),
    _coded("pcm_mov", ".mov", ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "16"),
           ("-c:a", "pcm_s24le"), to_yuv()),
)  # fmt: skip
