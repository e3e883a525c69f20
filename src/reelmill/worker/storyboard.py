"""A storyboard's WebVTT: what a player shows of a moment that the pointer is on."""

from collections.abc import Mapping
from fractions import Fraction

from reelmill.model.documents import StoryboardDocument
from reelmill.model.errors import OutputInvalidError
from reelmill.model.results import Artifact


def storyboard(document: StoryboardDocument, artifacts: Mapping[str, Artifact]) -> str:
    """Cues from 0 to the end without a gap, each a rectangle of a sheet.

    The rectangle is a media fragment (W3C, Media Fragments URI 1.0, section 4.2.2).

    Raises:
        OutputInvalidError: the sheets are not there, or not all.
    """
    made = artifacts.get(document.of)
    if made is None or made.file_count != len(document.sheets):
        there = made.file_count if made else 0
        raise OutputInvalidError(
            f"{there} of {len(document.sheets)} sheets are there", output=document.output
        )
    cues = [_cue(document, number) for number in range(document.count)]
    return "\n".join(["WEBVTT", "", *(line for cue in cues for line in (*cue, ""))])


def _cue(document: StoryboardDocument, number: int) -> tuple[str, str]:
    begin = number * document.interval_seconds
    last = number == document.count - 1
    end = document.duration_seconds if last else begin + document.interval_seconds
    sheet, tile = divmod(number, document.columns * document.rows)
    row, column = divmod(tile, document.columns)
    width, height = document.tile_width, document.tile_height
    x, y = column * (width + document.spacing), row * (height + document.spacing)
    where = f"{document.sheets[sheet]}#xywh={x},{y},{width},{height}"
    return f"{_clock(begin)} --> {_clock(max(end, begin))}", where


def _clock(seconds: Fraction) -> str:
    """HH:MM:SS.mmm, rounded (WebVTT, section 3.3)."""
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    return f"{minutes // 60:02d}:{minutes % 60:02d}:{rest // 1000:02d}.{rest % 1000:03d}"
