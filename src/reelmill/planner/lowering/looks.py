"""Frames to be looked at: the most representative one, and sheets of tiles."""

from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import ceil

from reelmill.model.errors import InvalidRequestError, UnsupportedMediaError
from reelmill.model.operations import (
    Deinterlace,
    EncodeAnimation,
    EncodeVideo,
    Representative,
    SelectVideo,
    Tiles,
)
from reelmill.model.process import Options
from reelmill.planner.context import Context
from reelmill.planner.lowering.picture import even
from reelmill.planner.lowering.site import Lowering, is_there, lowered
from reelmill.planner.lowering.timing import decimal
from reelmill.planner.tracks import Picture

MOST_CANDIDATES, FEWEST_CANDIDATES = 64, 8
CANDIDATE_BYTES = 256 << 20
"""The thumbnail filter holds all of them at once."""
MOST_TILES = 10_000
MOST_SIDE = 16384
"""Of a sheet, in pixels."""


def every(seconds: Fraction) -> tuple[str, Options]:
    """A frame for each so many seconds: the one that is shown in the middle of them (fps filter).

    The seconds are rounded up to what FFmpeg can hold of a rate: terms of at most 1001000.
    """
    return "fps", (("fps", str(1 / _rounded_up(seconds))),)


def _rounded_up(seconds: Fraction) -> Fraction:
    unit = 1000 if seconds < 1000 else 1
    return Fraction(max(1, ceil(seconds * unit)), unit)


def _end(picture: Picture) -> Fraction:
    if picture.end is None or picture.end <= picture.start:
        raise UnsupportedMediaError("frames are chosen by a length, and this picture's is unknown")
    return picture.end


@lowered.register
def representative(op: Representative, to: Lowering) -> Picture:
    """The frame nearest to the mean histogram of evenly spaced ones (thumbnail filter)."""
    picture = to.picture(op.input)
    length = _end(picture) - picture.start
    begin, end = (picture.start + share * length for share in (op.begin, op.end))
    frame_bytes = picture.width * picture.height * 3
    most = max(FEWEST_CANDIDATES, min(MOST_CANDIDATES, int(CANDIDATE_BYTES / frame_bytes)))
    interval = max((end - begin) / most, picture.frame_seconds)
    filters: list[tuple[str, Options]] = [every(interval), ("thumbnail", (("n", str(most + 2)),))]
    if (op.begin, op.end) != (0, 1):
        filters.insert(0, ("trim", (("start", decimal(begin)), ("end", decimal(end)))))
    pad = to.builder.chain(picture.pad, *filters)
    return replace(picture, pad=pad, rate=None, end=None, pictures=1)


@dataclass(frozen=True)
class Arrangement:
    """Tiles on sheets: how many, for how long each stands, and how big it is."""

    count: int
    interval_seconds: Fraction
    length_seconds: Fraction
    sheets: int
    tile_width: int
    tile_height: int
    width: int
    height: int
    """Of a sheet."""


def arrangement(op: Tiles, picture: Picture) -> Arrangement:
    """How the frames of a picture are laid out.

    Raises:
        InvalidRequestError: there would be too many, or sheets too big.
        UnsupportedMediaError: nobody knows how long the picture is.
    """
    length = _end(picture)
    interval = _rounded_up(op.interval_seconds or length / (op.count or 1))
    count = op.count or ceil(length / interval)
    if count > MOST_TILES:
        raise InvalidRequestError(f"{count} tiles; at most {MOST_TILES}: choose a longer interval")
    width = op.width
    height = even(picture.height * width / picture.width)
    sheet = (
        op.columns * width + (op.columns - 1) * op.spacing,
        op.rows * height + (op.rows - 1) * op.spacing,
    )
    if max(sheet) > MOST_SIDE:
        raise InvalidRequestError(f"sheets of {sheet[0]}x{sheet[1]}; at most {MOST_SIDE} a side")
    sheets = ceil(Fraction(count, op.columns * op.rows))
    return Arrangement(count, interval, length, sheets, width, height, *sheet)


@lowered.register
def tiles(op: Tiles, to: Lowering) -> Picture:
    """One frame for each part (fps), scaled, and laid out (tile).

    What rounding leaves out at the end is the last frame once more.
    """
    picture = to.picture(op.input)
    layout = arrangement(op, picture)
    name, rate = every(layout.interval_seconds)
    held = (("stop_mode", "clone"), ("stop_duration", decimal(layout.interval_seconds)))
    pad = to.builder.chain(
        picture.pad,
        *([("tpad", held)] if layout.count == 1 else []),  # else fps may round it to no frame
        (name, (*rate, ("start_time", "0"))),
        ("tpad", (("stop_mode", "clone"), ("stop", "2"))),
        ("trim", (("end_frame", str(layout.count)),)),
        ("scale", (("w", str(layout.tile_width)), ("h", str(layout.tile_height)))),
        ("setsar", (("sar", "1"),)),
        ("tile", (("layout", f"{op.columns}x{op.rows}"), ("padding", str(op.spacing)))),
    )
    size = {"width": Fraction(layout.width), "height": Fraction(layout.height)}
    return replace(
        picture, pad=pad, square=True, rate=None, end=None, pictures=layout.sheets, **size
    )


def tiles_of(encode: str, context: Context) -> Tiles:
    """The tiles that an encode is of.

    Raises:
        InvalidRequestError: it is of none.
    """
    name = encode
    while inputs := context.graph.node(name).inputs:
        name = inputs[0]
        node = context.graph.node(name)
        if isinstance(node, Tiles):
            return node
    raise InvalidRequestError(f"{encode!r} is no sheet of tiles")


def by_key_frames(op: Tiles, context: Context) -> bool:
    """Whether decoding nothing but key frames gives these tiles."""
    before = Lowering.alone(context).picture(op.input)
    if op.frames == "exact" or not _is_plain(op, context) or before.interlaced:
        return False
    if op.frames == "key":
        return True
    others = (n for n in context.graph.nodes if isinstance(n, EncodeVideo | EncodeAnimation))
    if any(is_there(one.id, context) for one in others):
        return False
    known = before.stream.key_frame_seconds
    if not known:
        return False
    moments = [*known, known[0] + _end(before)]
    longest = max(later - one for one, later in pairwise(moments))
    return longest <= arrangement(op, before).interval_seconds


def _is_plain(op: Tiles, context: Context) -> bool:
    """Whether nothing stands before it that looks at several frames."""
    name = op.input
    while isinstance(node := context.graph.node(name), Deinterlace):
        name = node.input
    return isinstance(node, SelectVideo)
