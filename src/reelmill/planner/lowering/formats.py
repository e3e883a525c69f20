"""Pixel formats: what a filter is given, so that FFmpeg negotiates nothing on its own.

A filter that does not bear a format gets another one by a converter that FFmpeg puts in unasked:
the depth goes, or the alpha, or the picture turns RGB by the wrong matrix.
"""

import re
from dataclasses import dataclass, replace

from reelmill.model.facts import Colour
from reelmill.model.process import Options
from reelmill.planner.dataflow import ProcessBuilder
from reelmill.planner.lowering.colours import BT709, is_rgb, pinned
from reelmill.planner.tracks import Picture

PLANAR = re.compile(r"yuv(?P<alpha>a?)j?(?P<chroma>4\d\d)p(?P<depth>\d*)(le|be)?")
SEMIPLANAR = {"nv12": "420", "nv21": "420", "nv16": "422", "nv24": "444", "nv42": "444"}
DEEP_SEMIPLANAR = re.compile(r"p(?P<chroma>[024])(?P<depth>1\d)(le|be)")
CHROMA = {"0": "420", "2": "422", "4": "444"}
KEPT_CHROMA = ("420", "422", "444")


@dataclass(frozen=True)
class Working:
    """A planar Y'CbCr format that the filters of this package bear.

    Attributes:
        chroma: "420", "422" or "444".
        depth: 8 or 10 bits a sample.
    """

    chroma: str
    depth: int
    alpha: bool

    @property
    def name(self) -> str:
        """As FFmpeg calls it."""
        depth = "" if self.depth == 8 else f"{self.depth}le"
        return f"yuv{'a' if self.alpha else ''}{self.chroma}p{depth}"

    @property
    def grid(self) -> tuple[int, int]:
        """How many pixels across and down share one chroma sample."""
        return {"420": (2, 2), "422": (2, 1)}.get(self.chroma, (1, 1))


def working(picture: Picture) -> Working:
    """The nearest such format: the same chroma if it is common, at most 10 bits, alpha kept."""
    pix_fmt, alpha = picture.pix_fmt, picture.alpha
    chroma, depth = "444", 10 if picture.stream.bit_depth > 8 else 8
    if planar := PLANAR.fullmatch(pix_fmt):
        chroma, depth = planar["chroma"], int(planar["depth"] or 8)
    elif deep := DEEP_SEMIPLANAR.fullmatch(pix_fmt):
        chroma, depth = CHROMA[deep["chroma"]], int(deep["depth"])
    elif pix_fmt in SEMIPLANAR:
        chroma, depth = SEMIPLANAR[pix_fmt], 8
    elif pix_fmt.startswith("gray"):
        chroma = "420"
    chroma = chroma if chroma in KEPT_CHROMA else "444"
    return Working(chroma, 8 if depth == 8 else 10, alpha)


def planar(
    picture: Picture,
    builder: ProcessBuilder,
    *,
    chroma: str | None = None,
    depth: int | None = None,
) -> Picture:
    """The picture in its working format, its colour tags filled; nothing where it is so already.

    RGB gets the matrix of HD.

    Args:
        picture: what to convert.
        builder: where its pad is.
        chroma: another than its own.
        depth: another than its own.
    """
    own = working(picture)
    wanted = replace(own, chroma=chroma or own.chroma, depth=depth or own.depth)
    filters: list[tuple[str, Options]] = []
    colour, pix_fmt = picture.colour, picture.pix_fmt
    if is_rgb(pix_fmt):
        matrix = BT709.matrix if colour.primaries != "bt2020" else "bt2020nc"
        colour = colour.but(range="tv", matrix=matrix)
        # A converter that stands between two pinned formats does the same for all that share it.
        filters.append(("format", (("pix_fmts", "bgra" if pix_fmt == "pal8" else pix_fmt),)))
        filters.append(("scale", (("out_color_matrix", matrix or ""), ("out_range", "tv"))))
        filters += [in_format(own.name, colour), pinned(colour)]
        pix_fmt = own.name
    elif not picture.tagged and colour != picture.stream.colour:
        filters.append(pinned(colour))
    if pix_fmt != wanted.name:
        filters.append(in_format(wanted.name, colour))
    pad = builder.chain(picture.pad, *filters)
    return replace(picture, pad=pad, colour=colour, pix_fmt=wanted.name, tagged=True)


def in_format(pix_fmt: str, colour: Colour) -> tuple[str, Options]:
    """The filter that pins a Y'CbCr format and its range, which would else be negotiated too."""
    return "format", (("pix_fmts", pix_fmt), ("color_ranges", colour.range or "tv"))


def rare_chroma(picture: Picture) -> tuple[str, Options] | None:
    """The filter that makes 4:1:1, 4:1:0 and 4:4:0 what zscale takes at every size."""
    found = PLANAR.fullmatch(picture.pix_fmt)
    if found is None or found["chroma"] in KEPT_CHROMA:
        return None
    return in_format(working(picture).name, picture.colour)
