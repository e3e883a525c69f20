"""From silences to what is kept: numbers of frames and of blocks of sound, as expressions.

Both are cut by as much: at each cut, as many blocks are left out as bring the sound back to the
picture, so that nothing adds up over thousands of cuts.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from pathlib import Path

from reelmill.model.errors import CommandFailedError, UnsupportedMediaError
from reelmill.model.process import Analysis, Cuts

MOST_CUTS = 1500
"""Of the longest silences: FFmpeg's whole filter graph is one argument of 128 KiB at most."""
FOR_EVER = 1 << 40
_LINE = re.compile(r"lavfi\.silence_(start|end)=(-?[0-9.]+)")


@dataclass(frozen=True)
class Cut:
    """Frames or blocks from one number up to another, which is not of them."""

    first: int
    end: int

    def __str__(self) -> str:
        return f"between(n,{self.first},{self.end - 1})"


def cuts_of(of: Analysis, folder: Path) -> dict[str, str]:
    """Expressions that are true for the frames, and for the blocks, that stay.

    Raises:
        CommandFailedError: the silences were not written.
        UnsupportedMediaError: there is nothing but silence.
    """
    if of.cuts is None:
        raise CommandFailedError(f"{of.name} does not say where its silences are")
    path = folder / of.cuts.path
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    silences = silences_in(text)
    if silences and silences[0] == (0, None):
        raise UnsupportedMediaError("there is nothing but silence in it")
    frames, blocks = cuts(silences, of.cuts)
    return {"frames": kept(frames), "blocks": kept(blocks)}


def silences_in(text: str) -> list[tuple[Fraction, Fraction | None]]:
    """Their beginnings and ends, as ametadata prints them; None: up to the end of the sound."""
    found: list[tuple[Fraction, Fraction | None]] = []
    for what, value in _LINE.findall(text):
        moment = max(Fraction(value), Fraction(0))
        if what == "start":
            found.append((moment, None))
        elif found:
            found[-1] = (found[-1][0], moment)
    return found


def cuts(
    silences: list[tuple[Fraction, Fraction | None]], grid: Cuts
) -> tuple[list[Cut], list[Cut]]:
    """What is cut of the picture and of the sound, in order: the longest silences."""
    frames: list[Cut] = []
    for start, end in silences:
        first = ceil((start + (grid.keep_seconds if start else 0)) / grid.frame_seconds)
        last = FOR_EVER if end is None else floor((end - grid.keep_seconds) / grid.frame_seconds)
        if last > first:
            frames.append(Cut(first, last))
    longest = sorted(frames, key=lambda one: one.first - one.end)[:MOST_CUTS]
    frames = sorted(longest, key=lambda one: one.first)
    blocks: list[Cut] = []
    gone, gone_frames = 0, 0
    for one in frames:
        gone_frames += one.end - one.first
        first = round(one.first * grid.frame_seconds / grid.block_seconds)
        count = round(gone_frames * grid.frame_seconds / grid.block_seconds) - gone
        gone += count
        blocks.append(Cut(first, first + count))
    return frames, blocks


def kept(what: list[Cut]) -> str:
    """An expression that is 0 for the numbers that are cut; looked up by halves."""
    return f"not({_within(what)})" if what else "1"


def _within(what: list[Cut]) -> str:
    if len(what) <= 2:
        return "+".join(map(str, what))
    half = len(what) // 2
    return f"if(lt(n,{what[half].first}),{_within(what[:half])},{_within(what[half:])})"
