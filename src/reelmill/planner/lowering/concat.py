"""One after another."""

from dataclasses import replace
from fractions import Fraction

from reelmill.model.errors import InvalidRequestError, UnsupportedMediaError
from reelmill.model.facts import Colour
from reelmill.model.operations import Concat
from reelmill.model.process import Options
from reelmill.planner.context import Context
from reelmill.planner.lowering.colours import pinned
from reelmill.planner.lowering.formats import in_format
from reelmill.planner.lowering.joints import Joint, joints, rate_of
from reelmill.planner.lowering.picture import even
from reelmill.planner.lowering.site import Lowering, is_there, lowered, there
from reelmill.planner.lowering.sound import FLOAT, layout_of, mixed_down, steadied
from reelmill.planner.lowering.timing import decimal, slots
from reelmill.planner.tracks import Picture, Sound, Track

SPARE_SECONDS = Fraction(1, 2)
"""By which a part may be shorter than its headers say, and is filled; what is shorter than that
is missed when the output is verified."""


@there.register
def _has_any(op: Concat, context: Context) -> bool:
    return any(is_there(name, context) for name in op.inputs)


@lowered.register
def concat(op: Concat, to: Lowering) -> Track:
    """Each part made alike and cut to its length, then joined (concat).

    Joints are on the grid of frames, and sound is counted in samples from the beginning, so
    that nothing adds up over many parts.
    """
    parts = joints(op, to)
    return _pictures(parts, to) if op.of == "picture" else _sounds(parts, to)


def _pictures(parts: list[Joint], to: Lowering) -> Picture:
    own = [to.picture(one.names[0]) if one.picture and one.names[0] else None for one in parts]
    first = next(one for one in own if one is not None)
    if any(one is not None and one.hdr != first.hdr for one in own):
        raise UnsupportedMediaError("HDR and SDR cannot be joined unless tones are mapped")
    rate = rate_of([first])
    size = even(first.width), even(first.height)
    pads = [
        _black(first, size, rate, part, to) if one is None else _fitted(one, first, rate, part, to)
        for one, part in zip(own, parts, strict=True)
    ]
    pad = to.builder.filter("concat", (("n", str(len(pads))), ("v", "1"), ("a", "0")), pads)
    return replace(
        first,
        pad=to.builder.chain(pad, ("fps", (("fps", str(rate)), ("start_time", "0")))),
        width=Fraction(size[0]),
        height=Fraction(size[1]),
        square=True,
        rate=rate,
        start=Fraction(0),
        end=parts[-1].end,
        interlaced=False,
        shift=Fraction(0),
    )


def _fitted(picture: Picture, first: Picture, rate: Fraction, part: Joint, to: Lowering) -> str:
    """A picture in the size, the colours and the rate of the first, for as long as its part."""
    if picture.interlaced:
        raise InvalidRequestError("interlaced pictures are deinterlaced before they are joined")
    filters: list[tuple[str, Options]] = []
    if picture.rate != rate:
        filters.append(("fps", slots(rate, picture.end)))
    filters += _in_box(picture, first)
    filters.append(in_format(first.pix_fmt, first.colour))
    filters.append(pinned(first.colour))
    held = part.seconds - (picture.end or Fraction(0)) + SPARE_SECONDS
    filters.append(("tpad", (("stop_mode", "clone"), ("stop_duration", decimal(held)))))
    return to.builder.chain(picture.pad, *filters, *_frames_of(part, rate))


def _in_box(picture: Picture, first: Picture) -> list[tuple[str, Options]]:
    """Fitted into the first's displayed size with square pixels, black around it."""
    box = even(first.width), even(first.height)
    scale = min(box[0] / picture.width, box[1] / picture.height)
    width, height = (
        min(even(side * scale), most)
        for side, most in zip((picture.width, picture.height), box, strict=True)
    )
    sized = not picture.square or (picture.width, picture.height) != (width, height)
    other = (picture.colour.matrix, picture.colour.range) != (
        first.colour.matrix,
        first.colour.range,
    )
    options: list[tuple[str, str]] = [("w", str(width)), ("h", str(height))] if sized else []
    if other:
        options.append(("out_color_matrix", first.colour.matrix or "bt709"))
        options.append(("out_range", first.colour.range or "tv"))
    filters: list[tuple[str, Options]] = [("scale", tuple(options))] if options else []
    if (width, height) != box:
        x, y = (box[0] - width) // 4 * 2, (box[1] - height) // 4 * 2
        at = (("w", str(box[0])), ("h", str(box[1])), ("x", str(x)), ("y", str(y)))
        filters.append(("pad", at))
    return [*filters, ("setsar", (("sar", "1"),))]


def _black(first: Picture, size: tuple[int, int], rate: Fraction, part: Joint, to: Lowering) -> str:
    colour = (("color", "black"), ("size", f"{size[0]}x{size[1]}"), ("rate", str(rate)))
    pad = to.builder.filter("color", colour, ())
    return to.builder.chain(
        pad,
        *_frames_of(part, rate),
        ("scale", _range(first.colour)),
        in_format(first.pix_fmt, first.colour),
        pinned(first.colour),
    )


def _frames_of(part: Joint, rate: Fraction) -> list[tuple[str, Options]]:
    count = round(part.seconds * rate)
    return [("trim", (("end_frame", str(count)),))]


def _range(colour: Colour) -> Options:
    return (
        ("out_color_matrix", colour.matrix or "bt709"),
        ("out_range", colour.range or "tv"),
    )


def _sounds(parts: list[Joint], to: Lowering) -> Sound:
    own = [to.sound(one.names[1]) if one.sound and one.names[1] else None for one in parts]
    first = next(one for one in own if one is not None)
    rate = first.sample_rate
    layout = layout_of(first) or mixed_down(first.channels)
    pads: list[str] = []
    for track, part in zip(own, parts, strict=True):
        count = round(part.end * rate) - round(part.start * rate)
        cut = ("atrim", (("end_sample", str(count)),))
        if track is None:
            options = (("channel_layout", layout), ("sample_rate", str(rate)))
            pads.append(to.builder.chain(to.builder.filter("anullsrc", options, ()), cut, FLOATS))
            continue
        alike = (("out_sample_rate", str(rate)), ("out_chlayout", layout), FLOAT)
        missing = part.seconds - (track.end or Fraction(0)) + SPARE_SECONDS
        padded = ("apad", (("pad_dur", decimal(missing)),))
        pad = steadied(track, to).pad
        pads.append(to.builder.chain(pad, ("aresample", alike), padded, cut))
    pad = to.builder.filter("concat", (("n", str(len(pads))), ("v", "0"), ("a", "1")), pads)
    return replace(
        first,
        pad=to.builder.chain(pad, ("asetpts", (("expr", "N/SR/TB"),))),
        start=Fraction(0),
        end=parts[-1].end,
        changing=False,
        steady=True,
        layout=layout,
    )


FLOATS: tuple[str, Options] = ("aformat", (("sample_fmts", "fltp"),))
