"""Other sizes, in a format that stays: a scaler else converts to what any neighbour likes."""

from dataclasses import replace

from reelmill.planner.dataflow import ProcessBuilder
from reelmill.planner.lowering.colours import is_rgb
from reelmill.planner.lowering.formats import planar
from reelmill.planner.lowering.picture import even, sized
from reelmill.planner.tracks import Picture


def resized(picture: Picture, width: int, height: int, builder: ProcessBuilder) -> Picture:
    """The picture in so many square pixels, its format and range pinned."""
    if picture.square and (picture.width, picture.height) == (width, height):
        return picture
    rgb = is_rgb(picture.pix_fmt) and picture.pix_fmt != "pal8"
    given = picture if rgb else planar(picture, builder)
    scaled = sized(given, width, height, builder)
    levels = () if rgb else (("color_ranges", given.colour.range or "tv"),)
    pinned = ("format", (("pix_fmts", given.pix_fmt), *levels))
    return replace(scaled, pad=builder.chain(scaled.pad, pinned))


def squared(picture: Picture, builder: ProcessBuilder) -> Picture:
    """The picture in square pixels, its sides even if they have to be made so."""
    if picture.square:
        return picture
    return resized(picture, even(picture.width), even(picture.height), builder)
