"""A picture on a picture: sized, in the other's colours, at its place and time."""

from dataclasses import replace
from fractions import Fraction

from reelmill.model.facts import Colour as Tags
from reelmill.model.operations import Overlay, Position
from reelmill.model.process import Options
from reelmill.planner.dataflow import ProcessBuilder
from reelmill.planner.lowering.colours import BT709, pinned
from reelmill.planner.lowering.formats import Working, in_format, planar, working
from reelmill.planner.lowering.picture import (
    WHITE_NITS,
    peak_nits,
    tone_map,
)
from reelmill.planner.lowering.site import Lowering, lowered
from reelmill.planner.lowering.sizes import resized, squared
from reelmill.planner.lowering.timing import decimal
from reelmill.planner.tracks import Picture

SHARES: dict[str, tuple[Fraction, Fraction]] = {
    f"{row}_{column}".strip("_"): (Fraction(x, 2), Fraction(y, 2))
    for y, row in enumerate(("top", "", "bottom"))
    for x, column in enumerate(("left", "", "right"))
} | {"centre": (Fraction(1, 2), Fraction(1, 2))}
"""How much of the free room is left of it and above it."""


@lowered.register
def overlay(op: Overlay, to: Lowering) -> Picture:
    """Blended by the overlay filter; alpha of both is straight.

    One frame is repeated (`eof_action`); a video is cut where the picture ends, as the filter
    would else go on with the picture's last frame.
    """
    ground = planar(squared(to.picture(op.input), to.builder), to.builder)
    image = squared(to.picture(op.image), to.builder)
    if op.scale is not None:
        share = ground.width * op.scale / image.width
        width, height = (max(1, round(side * share)) for side in (image.width, image.height))
        image = resized(image, width, height, to.builder)
    wanted = replace(working(ground), alpha=True)
    pad = _in_colours_of(ground, image, wanted, to.builder)
    if op.opacity < 1:
        pad = to.builder.chain(pad, ("lutyuv", (("a", f"round(val*{op.opacity:.6g})"),)))
    single = is_single(image)
    if not single and ground.end is not None:
        pad = to.builder.chain(pad, ("trim", (("end", decimal(ground.end)),)))
    x, y = _place(op, ground, image)
    depth = "" if wanted.depth == 8 else "p10"
    options = [
        ("x", str(x)),
        ("y", str(y)),
        ("eof_action", "repeat" if single else "pass"),
        ("eval", "init"),
        ("format", f"yuv{wanted.chroma}{depth}"),
        ("alpha", "straight"),
        *_shown(op),
    ]
    laid = to.builder.filter("overlay", tuple(options), (ground.pad, pad))
    laid = to.builder.chain(laid, ("format", (("pix_fmts", ground.pix_fmt),)))
    return replace(ground, pad=laid)


def is_single(picture: Picture) -> bool:
    """Whether it is one frame, of an image file or a still."""
    if picture.end is None:
        return False
    return picture.end - picture.start <= picture.frame_seconds


def _place(op: Overlay, ground: Picture, image: Picture) -> tuple[int, int]:
    """Where its upper left corner is; at a named position on the chroma's grid."""
    free = ground.width - image.width, ground.height - image.height
    named = place_of(op.position, op.margin, free)
    grid = working(ground).grid
    x, y = (at // step * step for at, step in zip(named, grid, strict=True))
    return x if op.x is None else op.x, y if op.y is None else op.y


def place_of(position: Position, margin: int, free: tuple[Fraction, Fraction]) -> tuple[int, int]:
    """A named position in so much free room; a margin only where there is an edge."""
    found: list[int] = []
    for room, share in zip(free, SHARES[position], strict=True):
        edge = {Fraction(0): margin, Fraction(1): -margin}.get(share, 0)
        found.append(int(room * share) + edge)
    return found[0], found[1]


def _shown(op: Overlay) -> Options:
    parts: list[str] = []
    if op.start_seconds is not None:
        parts.append(f"gte(t,{decimal(op.start_seconds)})")
    if op.end_seconds is not None:
        parts.append(f"lt(t,{decimal(op.end_seconds)})")
    return (("enable", "*".join(parts)),) if parts else ()


def _in_colours_of(
    ground: Picture, image: Picture, wanted: Working, builder: ProcessBuilder
) -> str:
    """The image with the ground's matrix and range, and with alpha.

    Every converter keeps its format: one that is shared would else take that of another branch.
    """
    given, own = planar(image, builder), ground.colour
    tags, name, filters = given.colour, given.pix_fmt, [pinned(given.colour)]
    if image.hdr and not ground.hdr:
        filters += tone_map(tags, peak_nits(image.stream))
        tags, name = BT709, "yuv444p"
        filters += [in_format(name, tags)]
    if ground.hdr and not image.hdr:
        filters += [_lit(own), in_format(name, own)]
    elif (tags.matrix, tags.range) != (own.matrix, own.range):
        matrix = (("out_color_matrix", own.matrix or ""), ("out_range", own.range or "tv"))
        filters += [("scale", matrix), in_format(name, own)]
    return builder.chain(given.pad, *filters, in_format(wanted.name, own), pinned(own))


def _lit(own: Tags) -> tuple[str, Options]:
    """SDR on HDR: its white as bright as paper (203 cd/m2, ITU-R BT.2408), not as the sun."""
    matrix = (("m", own.matrix or "bt2020nc"), ("r", own.range or "tv"))
    light = (("p", own.primaries or "bt2020"), ("t", own.transfer or "smpte2084"))
    return "zscale", (*light, *matrix, ("npl", f"{WHITE_NITS:g}"))
