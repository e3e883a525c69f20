"""Operations on levels and detail: adjust, denoise, sharpen, blur.

All work on planar Y'CbCr in the depth of the source. FFmpeg's eq knows 8 bits and full range
only, so levels go through a table (lutyuv), made for the range that the picture has.
"""

from dataclasses import replace

from reelmill.model.operations import Adjust, Blur, Denoise, Sharpen
from reelmill.model.process import Options
from reelmill.planner.dataflow import ProcessBuilder
from reelmill.planner.lowering.formats import planar, working
from reelmill.planner.lowering.site import Lowering, lowered
from reelmill.planner.tracks import Picture

STRENGTHS = {
    "weak": ("2", "1.5", "3", "2.25"),
    "medium": ("4", "3", "6", "4.5"),
    "strong": ("8", "6", "12", "9"),
}
"""Luma and chroma in the picture, then in time; medium is hqdn3d's own default."""


@lowered.register
def adjust(op: Adjust, to: Lowering) -> Picture:
    """As FFmpeg's eq counts: contrast around the middle grey, then brightness, then gamma."""
    picture = to.picture(op.input)
    if op == Adjust(id=op.id, input=op.input):
        return picture
    filters: list[tuple[str, Options]] = []
    # there is no table for alpha with more bits
    given = planar(picture, to.builder, depth=8 if picture.alpha else None)
    if (options := _tables(op, given)) != ():
        filters.append(("lutyuv", options))
    if op.hue_degrees % 360:
        filters.append(("hue", (("h", f"{op.hue_degrees:.6g}"),)))
    return replace(given, pad=to.builder.chain(given.pad, *filters))


def _tables(op: Adjust, picture: Picture) -> Options:
    """Tables for luma and chroma, for those that change."""
    top, unit = (1 << working(picture).depth) - 1, 1 << working(picture).depth - 8
    full = picture.colour.range == "pc"
    black, white = (0, top) if full else (16 * unit, 235 * unit)
    middle, low, high = 128 * unit, 0 if full else 16 * unit, top if full else 240 * unit
    found: list[tuple[str, str]] = []
    if (op.brightness, op.contrast, op.gamma) != (0, 1, 1):
        level = f"(val-{black})/{white - black}"
        level = f"clip(({level}-0.5)*{op.contrast:.6g}+0.5+{op.brightness:.6g},0,1)"
        level = f"pow({level},{1 / op.gamma:.6g})" if op.gamma != 1 else level
        found.append(("y", f"round({level}*{white - black}+{black})"))
    if op.saturation != 1:
        shade = f"clip(round((val-{middle})*{op.saturation:.6g}+{middle}),{low},{high})"
        found += [("u", shade), ("v", shade)]
    return tuple(found)


@lowered.register
def denoise(op: Denoise, to: Lowering) -> Picture:
    """hqdn3d; alpha goes around it, as it would be lost."""
    picture, builder = planar(to.picture(op.input), to.builder), to.builder
    names = ("luma_spatial", "chroma_spatial", "luma_tmp", "chroma_tmp")
    clean = ("hqdn3d", tuple(zip(names, STRENGTHS[op.strength], strict=True)))
    if not picture.alpha:
        return replace(picture, pad=builder.chain(picture.pad, clean))
    opaque = replace(working(picture), alpha=False).name
    colours = builder.chain(picture.pad, ("format", (("pix_fmts", opaque),)), clean)
    return replace(picture, pad=_with_alpha(colours, picture, builder))


def _with_alpha(pad: str, picture: Picture, builder: ProcessBuilder) -> str:
    alpha = builder.chain(picture.pad, ("alphaextract", ()))
    merged = builder.filter("alphamerge", (), (pad, alpha))
    return builder.chain(merged, ("format", (("pix_fmts", picture.pix_fmt),)))


@lowered.register
def sharpen(op: Sharpen, to: Lowering) -> Picture:
    """An unsharp mask on luma."""
    picture = to.picture(op.input)
    if op.amount == 0:
        return picture
    options = (("lx", "5"), ("ly", "5"), ("la", f"{op.amount:.6g}"))
    return _through(picture, to.builder, ("unsharp", options))


@lowered.register
def blur(op: Blur, to: Lowering) -> Picture:
    """Gaussian (gblur, in three steps to be near it), chroma as far as luma."""
    picture = planar(to.picture(op.input), to.builder)
    across, down = working(picture).grid
    steps, sigma = ("steps", "3"), ("sigma", f"{op.sigma:.6g}")
    if (across, down) == (1, 1):
        return _through(picture, to.builder, ("gblur", (sigma, steps)))
    sides = (("sigma", f"{op.sigma / across:.6g}"), ("sigmaV", f"{op.sigma / down:.6g}"))
    luma, chroma = (sigma, steps, ("planes", "9")), (*sides, steps, ("planes", "6"))
    return _through(picture, to.builder, ("gblur", luma), ("gblur", chroma))


def _through(picture: Picture, builder: ProcessBuilder, *filters: tuple[str, Options]) -> Picture:
    given = planar(picture, builder)
    return replace(given, pad=builder.chain(given.pad, *filters))
