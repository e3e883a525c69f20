"""Operations on the picture: deinterlace, scale, colour."""

from dataclasses import replace
from fractions import Fraction

from reelmill.model.facts import Colour as Tags
from reelmill.model.facts import VideoStream
from reelmill.model.operations import Colour, Deinterlace, Scale
from reelmill.model.process import Options
from reelmill.planner.context import Context
from reelmill.planner.dataflow import ProcessBuilder
from reelmill.planner.lowering.colours import BT601, BT709, KEPT, is_rgb, pinned
from reelmill.planner.lowering.formats import rare_chroma
from reelmill.planner.lowering.site import Lowering, lowered
from reelmill.planner.tracks import Picture

WHITE_NITS = 203.0
"""Diffuse white of HDR pictures (ITU-R BT.2408)."""
USUAL_PEAK_NITS = 1000.0


@lowered.register
def deinterlace(op: Deinterlace, to: Lowering) -> Picture:
    """One frame per frame with bwdif, by the field order of the facts."""
    picture = to.picture(op.input)
    if not picture.interlaced:
        return picture
    parity = ("parity", picture.stream.field_order)
    to.context.notice("deinterlaced", "interlaced picture deinterlaced, at its frame rate")
    pad = to.builder.chain(picture.pad, ("bwdif", (("mode", "send_frame"), parity)))
    return replace(picture, pad=pad, interlaced=False)


def even(value: Fraction) -> int:
    """The nearest even number, at least 2, halves up (as FFmpeg's scale=-2 rounds)."""
    return max(2, int(value / 2 + Fraction(1, 2)) * 2)


def scaled_size(picture: Picture, short_side: int | None) -> tuple[int, int]:
    """Width and height for a short side; without one the displayed size, made even."""
    if short_side is None:
        return even(picture.width), even(picture.height)
    short, long = sorted((picture.width, picture.height))
    sides = even(Fraction(short_side)), even(long * short_side / short)
    return sides if picture.width <= picture.height else (sides[1], sides[0])


@lowered.register
def scale(op: Scale, to: Lowering) -> Picture:
    """Bicubic to square pixels; nothing where the size is right already."""
    picture = to.picture(op.input)
    width, height = scaled_size(picture, op.short_side)
    return sized(picture, width, height, to.builder)


def sized(picture: Picture, width: int, height: int, builder: ProcessBuilder) -> Picture:
    """The picture in so many square pixels; the same one where it is so already."""
    if picture.square and (picture.width, picture.height) == (width, height):
        return picture
    pad = builder.chain(
        picture.pad,
        ("scale", (("w", str(width)), ("h", str(height)))),
        ("setsar", (("sar", "1"),)),
    )
    size = {"width": Fraction(width), "height": Fraction(height)}
    return replace(picture, pad=pad, square=True, **size)


@lowered.register
def colour(op: Colour, to: Lowering) -> Picture:
    """See `coloured`."""
    return coloured(op, to.picture(op.input), to)


def coloured(op: Colour, picture: Picture, to: Lowering) -> Picture:
    """Fill the tags' gaps, lay alpha on black, map tones, convert once, pin what comes out.

    Pinned per branch, as one branch's range otherwise leaks into its neighbours through
    FFmpeg's format negotiation.
    """
    context = to.context
    filters: list[tuple[str, Options]] = []
    tags, keep_hdr = picture.colour, op.hdr == "keep" and op.target == "web"
    if not is_rgb(picture.pix_fmt) and tags != picture.stream.colour:
        filters.append(pinned(tags))
    if picture.alpha:
        context.notice("alpha_on_black", "transparency laid on black")
        # 12 bits, as premultiply rounds down: in 8 every colour would lose a level or two.
        pix_fmt = "gbrap12le" if is_rgb(picture.pix_fmt) else "yuva444p12le"
        filters += [("format", (("pix_fmts", pix_fmt),)), ("premultiply", (("inplace", "1"),))]
    if picture.hdr and not keep_hdr:
        context.notice("tone_mapped", f"{picture.hdr.upper()} tone-mapped to BT.709")
        filters += tone_map(tags, peak_nits(picture.stream))
        tags = BT709
    elif tags.primaries == "bt2020" and not picture.hdr:
        filters += _gamut(tags)
        tags = BT709
    wanted = _wanted(op, tags, keep_hdr and picture.hdr is not None)
    pix_fmt = op.pix_fmt or ("yuv420p10le" if keep_hdr and picture.hdr else "yuv420p")
    if wanted.matrix != tags.matrix or wanted.range != tags.range or picture.pix_fmt != pix_fmt:
        if op.target == "jpeg" and (rare := rare_chroma(picture)):
            filters.append(rare)
        filters.append(_converter(op, tags, wanted, context))
    filters.append(("format", (("pix_fmts", pix_fmt), ("color_ranges", wanted.range or "tv"))))
    filters.append(pinned(wanted))
    return replace(
        picture,
        pad=to.builder.chain(picture.pad, *filters),
        colour=wanted,
        tagged=True,
        pix_fmt=pix_fmt,
        alpha=False,
        hdr=picture.hdr if keep_hdr else None,
    )


def _wanted(op: Colour, tags: Tags, hdr_kept: bool) -> Tags:
    if op.target == "jpeg":
        return BT601.but(range="pc")  # JFIF: full-range BT.601, whatever the size
    if hdr_kept:
        return tags.but(range=op.range, matrix="bt2020nc")
    return (tags if tags.matrix in KEPT else BT709).but(range=op.range)


def _converter(op: Colour, tags: Tags, wanted: Tags, context: Context) -> tuple[str, Options]:
    """From one matrix and range to others.

    A still goes through zscale, as swscale's fast path misses colours by three levels; for a
    video it is right, and faster.
    """
    matrix, levels = wanted.matrix or "", wanted.range or "tv"
    if op.target == "jpeg" and "zscale" in context.facts.capabilities.filters:
        read = (
            ()
            if tags.matrix == "gbr"
            else (("min", tags.matrix or ""), ("rin", tags.range or "tv"))
        )
        return "zscale", (*read, ("m", matrix), ("r", levels))
    return "scale", (("out_color_matrix", matrix), ("out_range", levels))


def peak_nits(stream: VideoStream) -> float:
    """The brightest that a picture gets: its content, else its master's screen, else 1000."""
    light = stream.mastering
    if stream.hdr == "hlg" or light is None:
        return USUAL_PEAK_NITS
    peak = light.max_content_light or light.max_luminance or USUAL_PEAK_NITS
    return min(max(peak, WHITE_NITS), 10_000.0)


def tone_map(tags: Tags, peak: float) -> list[tuple[str, Options]]:
    """PQ or HLG to BT.709: linear light where white is 1, BT.709 primaries, then a curve.

    The curve is Moebius': faithful up to 30 % of white, then bent so that the peak just fits.
    White comes out at 85 % and skin as it was; Hable's curve would make all of it a third darker.
    """
    read = (("tin", tags.transfer or "smpte2084"), ("min", tags.matrix or "bt2020nc"))
    read += (("pin", tags.primaries or "bt2020"), ("rin", tags.range or "tv"))
    curve = (("tonemap", "mobius"), ("param", "0.3"), ("desat", "0"))
    curve += (("peak", f"{peak / WHITE_NITS:.4f}"),)
    return [
        ("zscale", (*read, ("t", "linear"), ("npl", f"{WHITE_NITS:g}"))),
        ("format", (("pix_fmts", "gbrpf32le"),)),
        ("zscale", (("p", "bt709"),)),
        ("tonemap", curve),
        ("zscale", (("t", "bt709"), ("m", "bt709"), ("r", "tv"))),
    ]


def _gamut(tags: Tags) -> list[tuple[str, Options]]:
    read = (("min", tags.matrix or "bt2020nc"), ("pin", "bt2020"), ("tin", "bt709"))
    return [("zscale", (*read, ("p", "bt709"), ("m", "bt709"), ("t", "bt709")))]
