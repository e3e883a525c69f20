"""Operations on size and shape: resize, rotate, flip, crop, pad.

Chroma of 4:2:0 stands for two by two pixels. A cut between them would move the colours by half a
pixel, so the picture is given chroma of its own for every pixel first.
"""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import ceil, cos, radians, sin

from reelmill.model.errors import InvalidRequestError
from reelmill.model.operations import Crop, Flip, KeepAspect, Pad, Resize, Rotate
from reelmill.planner.context import Context
from reelmill.planner.dataflow import ProcessBuilder
from reelmill.planner.lowering.formats import planar, working
from reelmill.planner.lowering.light import drawn_colour
from reelmill.planner.lowering.picture import even
from reelmill.planner.lowering.site import Lowering, lowered
from reelmill.planner.lowering.sizes import resized, squared
from reelmill.planner.tracks import Picture

Size = tuple[int, int]
MOST_RATIO = 65_535
"""Of either part of a sample aspect ratio, in H.264 and its kin (ITU-T H.264, annex E)."""


@lowered.register
def resize(op: Resize, to: Lowering) -> Picture:
    """Bicubic (scale), then the edges cut or the bars drawn."""
    picture, builder = to.picture(op.input), to.builder
    whole = picture.width, picture.height
    if op.width is None or op.height is None:
        share = Fraction(op.width or op.height or 2) / whole[0 if op.width else 1]
        share = min(share, Fraction(1)) if op.mode == "shrink" else share
        width, height = (even(side * share) for side in whole)
        return resized(picture, width, height, builder)
    box = _told_even((op.width, op.height), _even_above, to.context)
    shares = [Fraction(side) / length for side, length in zip(box, whole, strict=True)]
    if op.mode == "stretch":
        return resized(picture, *box, builder)
    share = max(shares) if op.mode == "fill" else min(shares)
    share = min(share, Fraction(1)) if op.mode == "shrink" else share
    size = even(whole[0] * share), even(whole[1] * share)
    if op.mode == "fill":
        covering = resized(picture, max(size[0], box[0]), max(size[1], box[1]), builder)
        return _cropped(covering, box, _centre(covering, box), builder)
    within = resized(picture, min(size[0], box[0]), min(size[1], box[1]), builder)
    if op.mode in ("fit", "shrink") or (within.width, within.height) == box:
        return within
    return _padded(within, box, _centre(within, box), op.colour, builder)


@lowered.register
def keep_aspect(op: KeepAspect, to: Lowering) -> Picture:
    """Pixels that are not quite square (setsar); nothing where the shape is the same."""
    picture, of = to.picture(op.input), to.beside(op.of)
    if not isinstance(of, Picture):
        return picture
    ratio = of.width / of.height / (picture.width / picture.height)
    if ratio == 1:
        return picture
    near = ratio.limit_denominator(MOST_RATIO)
    options = (("sar", f"{near.numerator}/{near.denominator}"), ("max", str(MOST_RATIO)))
    return replace(picture, pad=to.builder.chain(picture.pad, ("setsar", options)), square=False)


@lowered.register
def crop(op: Crop, to: Lowering) -> Picture:
    """Exactly these pixels.

    Raises:
        InvalidRequestError: they are not all in the picture.
    """
    picture = squared(to.picture(op.input), to.builder)
    centre = _centre(picture, (op.width, op.height))
    at = centre[0] if op.x is None else op.x, centre[1] if op.y is None else op.y
    size = _told_even((op.width, op.height), _even_below, to.context)
    if min(at) < 0 or at[0] + op.width > picture.width or at[1] + op.height > picture.height:
        raise InvalidRequestError(
            f"a crop of {op.width}x{op.height} at {at[0]},{at[1]} leaves the picture, which is"
            f" {picture.width}x{picture.height}"
        )
    return _cropped(picture, size, at, to.builder)


@lowered.register
def pad(op: Pad, to: Lowering) -> Picture:
    """A ground of one colour under the picture.

    Raises:
        InvalidRequestError: it is smaller than the picture.
    """
    picture = squared(to.picture(op.input), to.builder)
    ground = _told_even((op.width, op.height), _even_above, to.context)
    centre = _centre(picture, ground)
    at = centre[0] if op.x is None else op.x, centre[1] if op.y is None else op.y
    if min(at) < 0 or at[0] + picture.width > ground[0] or at[1] + picture.height > ground[1]:
        raise InvalidRequestError(
            f"a ground of {op.width}x{op.height} does not hold the picture at"
            f" {max(at[0], 0)},{max(at[1], 0)}: it is {picture.width}x{picture.height}"
        )
    return _padded(picture, ground, at, op.colour, to.builder)


@lowered.register
def flip(op: Flip, to: Lowering) -> Picture:
    """By moving pixels (hflip, vflip)."""
    picture = to.picture(op.input)
    name = "hflip" if op.direction == "horizontal" else "vflip"
    return replace(picture, pad=to.builder.chain(picture.pad, (name, ())))


@lowered.register
def rotate(op: Rotate, to: Lowering) -> Picture:
    """Quarters by moving pixels (transpose); else bilinear, on a ground that holds all of it."""
    picture, builder = to.picture(op.input), to.builder
    degrees = op.degrees % 360
    if degrees == 0:
        return picture
    if degrees == 180:
        return replace(picture, pad=builder.chain(picture.pad, ("hflip", ()), ("vflip", ())))
    upright = squared(picture, builder)
    if working(upright).chroma == "422":  # which would have to become 4:4:0
        upright = planar(upright, builder, chroma="444")
    if degrees in (90, 270):
        direction = "clock" if degrees == 90 else "cclock"
        turned = builder.chain(upright.pad, ("transpose", (("dir", direction),)))
        return replace(upright, pad=turned, width=upright.height, height=upright.width)
    upright = planar(upright, builder)
    angle = radians(float(degrees))
    across, down = abs(cos(angle)), abs(sin(angle))
    wide, high = float(upright.width), float(upright.height)
    width = _even_above(ceil(round(wide * across + high * down, 3)))
    height = _even_above(ceil(round(wide * down + high * across, 3)))
    options = (("angle", f"{angle:.9f}"), ("ow", str(width)), ("oh", str(height)))
    ground = (*options, ("fillcolor", colour_word(op.colour, upright)))
    return replace(
        upright,
        pad=builder.chain(upright.pad, ("rotate", ground)),
        width=Fraction(width),
        height=Fraction(height),
    )


def colour_word(colour: str, picture: Picture) -> str:
    """A colour as FFmpeg reads it: 0xff8000."""
    return f"0x{drawn_colour(colour, picture)[1:].lower()}"


def _even_below(side: int) -> int:
    return side // 2 * 2


def _even_above(side: int) -> int:
    return (side + 1) // 2 * 2


def _told_even(size: Size, made: Callable[[int], int], context: Context) -> Size:
    """The size as most codecs want it, which share chroma between two pixels."""
    width, height = made(size[0]), made(size[1])
    if (width, height) != size:
        context.notice("sides_made_even", f"{size[0]}x{size[1]} made {width}x{height}")
    return width, height


def _centre(picture: Picture, other: Size) -> Size:
    """Where one stands in the middle of the other, on the chroma's grid."""
    grid = working(picture).grid
    rest = (abs(int(picture.width) - other[0]) // 2, abs(int(picture.height) - other[1]) // 2)
    return rest[0] // grid[0] * grid[0], rest[1] // grid[1] * grid[1]


def _on_grid(picture: Picture, at: Size, builder: ProcessBuilder) -> Picture:
    """The picture in a format in which such a place is a whole sample."""
    across, down = working(picture).grid
    if at[0] % across or at[1] % down:
        return planar(picture, builder, chroma="444")
    return picture


def _cropped(picture: Picture, size: Size, at: Size, builder: ProcessBuilder) -> Picture:
    if size == (picture.width, picture.height):
        return picture
    cut = _on_grid(picture, at, builder)
    options = (("w", size[0]), ("h", size[1]), ("x", at[0]), ("y", at[1]), ("exact", 1))
    words = tuple((name, str(value)) for name, value in options)
    pad = builder.chain(cut.pad, ("crop", words))
    return replace(cut, pad=pad, width=Fraction(size[0]), height=Fraction(size[1]))


def _padded(
    picture: Picture, ground: Size, at: Size, colour: str, builder: ProcessBuilder
) -> Picture:
    if ground == (picture.width, picture.height):
        return picture
    drawn = planar(_on_grid(picture, at, builder), builder)
    options = (("w", str(ground[0])), ("h", str(ground[1])), ("x", str(at[0])), ("y", str(at[1])))
    pad = builder.chain(drawn.pad, ("pad", (*options, ("color", colour_word(colour, drawn)))))
    return replace(drawn, pad=pad, width=Fraction(ground[0]), height=Fraction(ground[1]))
