"""Fades of picture and sound."""

from dataclasses import replace
from fractions import Fraction

from reelmill.model.errors import InvalidRequestError, UnsupportedMediaError
from reelmill.model.operations import Fade
from reelmill.model.process import Options
from reelmill.planner.lowering.colours import pinned
from reelmill.planner.lowering.formats import in_format, planar
from reelmill.planner.lowering.site import Lowering, lowered
from reelmill.planner.lowering.timing import decimal
from reelmill.planner.tracks import Picture, Subtitles, Track


@lowered.register
def fade(op: Fade, to: Lowering) -> Track:
    """From and to black or silence, in a straight line of levels (fade, afade).

    Raises:
        UnsupportedMediaError: nobody knows where the end is that it fades to.
    """
    track = to.track(op.input)
    if isinstance(track, Subtitles):
        raise InvalidRequestError("subtitles cannot be faded")
    if isinstance(track, Picture):
        track = _limited(planar(track, to.builder), to)
    filters: list[tuple[str, Options]] = []
    name = "fade" if isinstance(track, Picture) else "afade"
    if op.in_seconds:
        filters.append((name, _of("in", track.start, op.in_seconds)))
    if op.out_seconds:
        if track.end is None:
            raise UnsupportedMediaError("a fade at the end needs a known length; trim it first")
        start = max(track.end - op.out_seconds, Fraction(0))
        filters.append((name, _of("out", start, track.end - start)))
    return replace(track, pad=to.builder.chain(track.pad, *filters))


def _limited(picture: Picture, to: Lowering) -> Picture:
    """Limited range, as the filter takes 16 for black whatever the range is."""
    if picture.colour.range != "pc":
        return picture
    colour = picture.colour.but(range="tv")
    filters = (("scale", (("out_range", "tv"),)), in_format(picture.pix_fmt, colour))
    pad = to.builder.chain(picture.pad, *filters, pinned(colour))
    return replace(picture, pad=pad, colour=colour)


def _of(way: str, start: Fraction, length: Fraction) -> Options:
    return (("type", way), ("start_time", decimal(start)), ("duration", decimal(length)))
