"""Clips whose frames are more than plain pictures: HDR, interlaced, telecined, alpha, stills."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction

import numpy as np

from .clip import Clip, filmed, truth_of
from .film import H264, Pixels, Recipe, Shot, to_yuv
from .hdr import HDR_FILTERS, Light, hdr_video, hlg, in_signal, pq
from .picture import Rgb

SILENT = Shot(count=25, sound=None)
FIELDS = Shot(rate=Fraction(50), count=100)
FILM = Shot(rate=Fraction(24000, 1001), count=48)
CLEAR_ROWS = (0.955, 1.0)
"""Fully transparent, as shares of the height."""
HALF_ROWS = (0.0, 0.045)
"""Half transparent (128 of 255)."""
MASTERING = "G(8500,39850)B(6550,2300)R(35400,14600)WP(15635,16450)L(10000000,50)"


def _woven(top_first: bool) -> Callable[[Iterator[Rgb]], Iterator[Pixels]]:
    """Two drawn frames make one stored frame, each giving every second line."""

    def arrange(frames: Iterator[Rgb]) -> Iterator[Pixels]:
        for first in frames:
            second = next(frames)
            woven = first.copy()
            woven[1 if top_first else 0 :: 2] = second[1 if top_first else 0 :: 2]
            yield woven

    return arrange


def _interlaced(name: str, order: str) -> Clip:
    video = (*H264, "-flags", "+ilme+ildct", "-x264-params", f"{order}=1", "-r", "25")
    recipe = Recipe(
        video=video,
        filters=f"setpts=2*PTS,{to_yuv(interlaced=True)},setfield={order}",
        arrange=_woven(order == "tff"),
    )
    truth = replace(
        truth_of(FIELDS), frame_count=50, nominal_rate=Fraction(25), numbered=False,
        field_order=order,
    )  # fmt: skip
    return filmed(name, FIELDS, recipe, truth=truth)


def _see_through(frames: Iterator[Rgb]) -> Iterator[Pixels]:
    for frame in frames:
        height = frame.shape[0]
        opacity = np.full((*frame.shape[:2], 1), 255, np.uint8)
        opacity[round(CLEAR_ROWS[0] * height) : round(CLEAR_ROWS[1] * height)] = 0
        opacity[round(HALF_ROWS[0] * height) : round(HALF_ROWS[1] * height)] = 128
        yield np.concatenate([frame, opacity], axis=2)


def _hdr(name: str, signal: Callable[[Rgb], Light], transfer: str, extra: str) -> Clip:
    recipe = Recipe(
        video=hdr_video(extra),
        filters=HDR_FILTERS.format(transfer=transfer),
        arrange=in_signal(signal),
        pixel_format="rgb48le",
    )
    truth = replace(truth_of(SILENT), transfer=name, bar_tolerance=None)
    return filmed(name, SILENT, recipe, truth=truth)


def _still(name: str, suffix: str, *video: str) -> Clip:
    one = replace(SILENT, count=1)
    truth = replace(truth_of(one), still=True, duration_seconds=None, nominal_rate=None)
    full = to_yuv("yuvj420p", "bt601", "pc") if suffix == ".jpg" else "format=rgb24"
    return filmed(name, one, Recipe(video=video, filters=full, muxer=()), suffix=suffix,
                  truth=truth)  # fmt: skip


def _animated(name: str, suffix: str, video: tuple[str, ...], filters: str) -> Clip:
    shot = Shot(rate=Fraction(10), count=15, sound=None)
    truth = replace(truth_of(shot), bar_tolerance=None)
    return filmed(name, shot, Recipe(video=video, filters=filters, muxer=("-loop", "0")),
                  suffix=suffix, truth=truth)  # fmt: skip


TELECINED = replace(
    truth_of(FILM), frame_count=60, nominal_rate=Fraction(24000, 1001), numbered=False,
    field_order="telecined",
)  # fmt: skip
SEE_THROUGH = replace(truth_of(SILENT), alpha=True)

CLIPS: tuple[Clip, ...] = (
    _hdr("hdr10", pq, "smpte2084", f":hdr10=1:master-display={MASTERING}:max-cll=1000,203"),
    _hdr("hlg", hlg, "arib-std-b67", ""),
    _interlaced("interlaced_tff", "tff"),
    _interlaced("interlaced_bff", "bff"),
    filmed("telecined", FILM, Recipe(
        video=(*H264, "-flags", "+ilme+ildct", "-x264-params", "tff=1"),
        filters=f"telecine=first_field=top:pattern=23,{to_yuv(interlaced=True)}"
        ",setfield=tff",
    ), truth=TELECINED),
    filmed("alpha_vp9", SILENT, Recipe(
        video=(
            "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "3M",
            "-auto-alt-ref", "0",
        ),
        filters=to_yuv("yuva420p"), arrange=_see_through, pixel_format="rgba", muxer=(),
    ), suffix=".webm", truth=SEE_THROUGH),
    filmed("alpha_prores", replace(SILENT, count=10), Recipe(
        video=("-c:v", "prores_ks", "-profile:v", "4444", "-vendor", "apl0"),
        filters=to_yuv("yuva444p10le"), arrange=_see_through, pixel_format="rgba", muxer=(),
    ), suffix=".mov", truth=replace(SEE_THROUGH, frame_count=10, duration_seconds=0.4,
                                    flash_times=())),
    _animated("gif", ".gif", ("-c:v", "gif"), "split[a][b];[a]palettegen[p];[b][p]paletteuse"),
    _animated("webp_animated", ".webp", ("-c:v", "libwebp_anim", "-quality", "90"),
              "format=yuv420p"),
    _still("png_still", ".png", "-c:v", "png", "-frames:v", "1"),
    _still("jpeg_still", ".jpg", "-c:v", "mjpeg", "-q:v", "2", "-frames:v", "1"),
    filmed("mjpeg_avi", SILENT, Recipe(
        video=("-c:v", "mjpeg", "-q:v", "2"), filters=to_yuv("yuvj420p", "bt601", "pc"),
        muxer=(),
    ), suffix=".avi"),
)  # fmt: skip
