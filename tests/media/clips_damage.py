"""Files that are cut short, overwritten, or were never media."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

from .clip import Clip, Make, Step, Truth, reworked, truth_of
from .film import Recipe, Shot
from .mux import overwritten, packet_spans

MOVIE = Shot(count=100)
"""4 s with a key frame each second."""
NOTHING = Truth(has_video=False, has_audio=False, audio_streams=0, decodable=False, damaged=True)
LOST = replace(
    truth_of(MOVIE), damaged=True, numbered=False, bar_tolerance=None, flash_times=(),
)  # fmt: skip
"""The whole film's truth, which the damaged file no longer reaches."""


def _kept(share: float) -> Step:
    def step(_ffmpeg: Path, source: Path, path: Path) -> None:
        data = source.read_bytes()
        path.write_bytes(data[: round(len(data) * share)])

    return step


def _second_gop(path: Path) -> list[int]:
    """Indexes of the packets from the second key frame up to the third."""
    keys = [n for n, span in enumerate(packet_spans(path, "video")) if span.key]
    return list(range(keys[1], keys[2]))


def _spoiled_gop(seed: int | None) -> Step:
    def step(_ffmpeg: Path, source: Path, path: Path) -> None:
        spans = packet_spans(source, "video")
        chosen = [spans[n] for n in _second_gop(source)]
        path.write_bytes(overwritten(source, chosen, seed))

    return step


def _zero_run(_ffmpeg: Path, source: Path, path: Path) -> None:
    """Zeros over a tenth of the file, as a failed disk sector or a lost download range leaves."""
    data = bytearray(source.read_bytes())
    start = round(len(data) * 0.45)
    data[start : start + len(data) // 10] = bytes(len(data) // 10)
    path.write_bytes(bytes(data))


def _bytes(content: bytes) -> Make:
    def make(_ffmpeg: Path, path: Path) -> None:
        path.write_bytes(content)

    return make


def _truncated(container: str, percent: int, muxer: tuple[str, ...]) -> Clip:
    suffix = f".{container}"
    recipe = Recipe(muxer=muxer)
    return reworked(
        f"{container}_cut_{percent}", MOVIE, _kept(percent / 100), recipe,
        inner=suffix, suffix=suffix, truth=LOST,
    )  # fmt: skip


FAST = ("-movflags", "+faststart")
PERCENTS = (30, 90, 99)
HTML = b"<!DOCTYPE html><html><head><title>404</title></head><body>Not found</body></html>"

CLIPS: tuple[Clip, ...] = (
    *(_truncated("mp4", percent, FAST) for percent in PERCENTS),
    *(_truncated("mkv", percent, ()) for percent in PERCENTS),
    *(_truncated("ts", percent, ("-f", "mpegts")) for percent in PERCENTS),
    reworked("mp4_no_moov", MOVIE, _kept(0.9), Recipe(muxer=()), truth=NOTHING),
    reworked("corrupt_gop", MOVIE, _spoiled_gop(5), truth=LOST),
    reworked("zero_gop", MOVIE, _spoiled_gop(None), truth=LOST),
    reworked("corrupt_gop_mkv", MOVIE, _spoiled_gop(6), Recipe(muxer=()),
             inner=".mkv", suffix=".mkv", truth=LOST),
    reworked("zero_run_ts", MOVIE, _zero_run, Recipe(muxer=("-f", "mpegts")),
             inner=".ts", suffix=".ts", truth=LOST),
    Clip("empty", ".mp4", _bytes(b""), NOTHING),
    Clip("text", ".mp4", _bytes(b"This is no video.\n" * 40), NOTHING),
    Clip("html", ".mp4", _bytes(HTML * 20), NOTHING),
    Clip("noise", ".mp4", _bytes(random.Random(3).randbytes(65_536)), NOTHING),
)  # fmt: skip
