"""Clips whose pictures are hard: turned, stretched, odd sizes and unusual pixel formats."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from .clip import Clip, filmed, reworked, truth_of
from .film import H264, UNTAG, Pixels, Recipe, Shot, to_yuv
from .mux import copied
from .picture import Canvas, Rgb

Turn = Callable[[Rgb], Rgb]

HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-crf", "16", "-x265-params", "log-level=error",
        "-tag:v", "hvc1")  # fmt: skip
VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-crf", "18", "-b:v", "0")
MOVIE = Shot()
SILENT = Shot(count=25, sound=None)
UPRIGHT_PHONE = Shot(Canvas(360, 640))


def _each(turn: Turn) -> Callable[[Iterator[Rgb]], Iterator[Pixels]]:
    def arrange(frames: Iterator[Rgb]) -> Iterator[Pixels]:
        for frame in frames:
            yield np.ascontiguousarray(turn(frame))

    return arrange


def _quarter(turns: int) -> Turn:
    return lambda frame: np.rot90(frame, turns)


def _turned(name: str, shot: Shot, stored_as: Turn, options: Sequence[str]) -> Clip:
    """Stored turned by `stored_as`, with the display matrix that turns it back."""
    return reworked(
        name,
        shot,
        copied("-movflags", "+faststart", before=options),
        Recipe(arrange=_each(stored_as)),
        truth=replace(truth_of(shot), matrix=True),
    )


def _sized(name: str, width: int, height: int, sar: Fraction = Fraction(1)) -> Clip:
    return filmed(name, Shot(Canvas(width, height, sar)))


def _formatted(
    name: str, recipe: Recipe, canvas: Canvas | None = None, suffix: str = ".mp4"
) -> Clip:
    return filmed(name, replace(SILENT, canvas=canvas or SILENT.canvas), recipe, suffix=suffix)


def _h264(pixel_format: str) -> Recipe:
    return Recipe(filters=to_yuv(pixel_format))


HD = Canvas(1280, 720)
SD601 = to_yuv(matrix="smpte170m", transfer="smpte170m", primaries="smpte170m")
TINY = Shot(Canvas(5, 5), count=10, sound=None)

CLIPS: tuple[Clip, ...] = (
    # The option's angle is anticlockwise, so what is stored is turned clockwise.
    _turned("rotated_90", UPRIGHT_PHONE, _quarter(-1), ("-display_rotation:v:0", "90")),
    _turned("rotated_180", MOVIE, _quarter(2), ("-display_rotation:v:0", "180")),
    _turned("rotated_270", UPRIGHT_PHONE, _quarter(1), ("-display_rotation:v:0", "270")),
    _turned("flipped", MOVIE, lambda frame: frame[:, ::-1], ("-display_hflip:v:0",)),
    _turned("flipped_vertically", MOVIE, lambda frame: frame[::-1], ("-display_vflip:v:0",)),
    _turned(
        "rotated_90_flipped", UPRIGHT_PHONE, lambda frame: np.rot90(frame[:, ::-1], -1),
        ("-display_rotation:v:0", "90", "-display_hflip:v:0"),
    ),
    _sized("sar_2_3", 960, 360, Fraction(2, 3)),
    _sized("sar_16_11", 704, 576, Fraction(16, 11)),
    filmed(
        "odd_853x481", Shot(Canvas(853, 481)),
        Recipe(video=VP9, audio=("-c:a", "libopus"), muxer=()), suffix=".webm",
    ),
    _formatted("odd_853x481_444", _h264("yuv444p"), Canvas(853, 481)),
    _sized("portrait", 720, 1280),
    _sized("square", 480, 480),
    _sized("wide_21_9", 840, 360),
    _sized("wide_32_9", 1280, 360),
    filmed("tiny_5x5", TINY, _h264("yuv444p"), truth=replace(
        truth_of(TINY), numbered=False, bar_tolerance=None, flash_times=(),
    )),
    _formatted("yuv422p", _h264("yuv422p")),
    _formatted("yuv444p", _h264("yuv444p")),
    _formatted("h264_10bit", _h264("yuv420p10le")),
    _formatted("hevc_10bit", Recipe(video=HEVC, filters=to_yuv("yuv420p10le"))),
    _formatted("full_range", Recipe(filters=to_yuv(levels="pc"))),
    _formatted("bt601_untagged", Recipe(filters=SD601 + UNTAG)),
    _formatted("bt601_tagged", Recipe(filters=SD601)),
    _formatted("bt601_tagged_hd", Recipe(filters=SD601), HD),
    _formatted("bt709_untagged_hd", Recipe(filters=to_yuv() + UNTAG), HD),
    _formatted("rgb_gbrp", Recipe(
        video=("-c:v", "libx264rgb", *H264[2:]), filters="format=gbrp",
    )),
)  # fmt: skip
