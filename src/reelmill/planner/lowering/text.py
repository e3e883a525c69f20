"""Operations that draw words, with libass: text and burned subtitles."""

from dataclasses import replace
from fractions import Fraction

from reelmill.model.errors import InvalidRequestError, UnsupportedMediaError
from reelmill.model.facts import SourceFacts, SubtitleStream
from reelmill.model.glyphs import missing
from reelmill.model.operations import BurnSubtitles, Text
from reelmill.model.operations.geometry import WHITE
from reelmill.model.process import Analysis, EncodedStream, Mux, Options, Target
from reelmill.planner.ass import EM_TO_LINE, FAMILY, colour_code, document
from reelmill.planner.dataflow import ProcessBuilder
from reelmill.planner.lowering.formats import planar
from reelmill.planner.lowering.light import drawn_colour
from reelmill.planner.lowering.select import opened, tell_of_backward_cues
from reelmill.planner.lowering.site import Lowering, lowered
from reelmill.planner.lowering.sizes import squared
from reelmill.planner.lowering.timing import moved
from reelmill.planner.tracks import Picture

STYLED = frozenset(("ass", "ssa"))
WORDS = STYLED | {"subrip", "srt", "webvtt", "mov_text", "text"}
"""Subtitles that are words (`ffmpeg -codecs`); those that are pictures libass does not draw."""
WORDY = ("srt", "webvtt", "ass", "matroska,webm", "mov,mp4,m4a,3gp,3g2,mj2")
"""Containers whose subtitles the filter reads as the probe did."""
SCRIPT_HEIGHT = 288
"""The height that libavcodec writes into what was not ASS (PlayResY)."""


@lowered.register
def text(op: Text, to: Lowering) -> Picture:
    """An ASS document of one line; missing glyphs are told.

    Raises:
        UnsupportedMediaError: this FFmpeg has no libass.
    """
    picture = _canvas(to.picture(op.input), "ass", to)
    if lost := missing(op.text, to.context.facts.capabilities.glyphs):
        named = ", ".join(f"{one} (U+{ord(one):04X})" for one in lost[:5])
        more = f" and {len(lost) - 5} more" if len(lost) > 5 else ""
        to.context.notice("glyphs_missing", f"no font here has {named}{more}; a box stands for it")
    file = document(_lit(op, picture), int(picture.width), int(picture.height))
    options = (("filename", file.path), *_alpha(picture), ("shaping", "complex"))
    drawn = to.builder.filter("ass", options, (picture.pad,), files=(file,))
    return replace(picture, pad=drawn)


@lowered.register
def burn_subtitles(op: BurnSubtitles, to: Lowering) -> Picture:
    """The subtitles filter on the source's own file, moved to where the picture is.

    Raises:
        InvalidRequestError: the source has no such track.
        UnsupportedMediaError: a track of pictures, or a container that the filter misreads.
    """
    picture = _canvas(to.picture(op.input), "subtitles", to)
    facts = to.context.facts.of(op.source)
    tracks = [one for one in facts.streams if isinstance(one, SubtitleStream)]
    track = _chosen(op, facts, tracks)
    own = picture.source == op.source
    by = picture.origin + facts.start_seconds if own else Fraction(0)
    file, sources = f"../in/{op.source}", (op.source,)
    if track.backward_cues:
        tell_of_backward_cues(track, to.context)
        file, sources = _without_backward_cues(op, track, facts, to), ()
    options = (
        ("filename", file),
        ("si", "0" if track.backward_cues else str(tracks.index(track))),
        ("original_size", f"{picture.width}x{picture.height}"),
        *_alpha(picture),
        ("shaping", "complex"),
        *((("force_style", style),) if (style := _style(op, track, picture)) else ()),
    )
    pad = to.builder.chain(picture.pad, ("setpts", moved(by))) if by else picture.pad
    pad = to.builder.filter("subtitles", options, (pad,), sources=sources)
    pad = to.builder.chain(pad, ("setpts", moved(-by))) if by else pad
    return replace(picture, pad=pad)


def _without_backward_cues(
    op: BurnSubtitles, track: SubtitleStream, facts: SourceFacts, to: Lowering
) -> str:
    """A file for the filter, which would show such cues for weeks; written before the process."""
    path, builder = f"{op.id}.ass", ProcessBuilder()
    pad = f"in{builder.input(opened(op.source, facts))}:{track.index}"
    stream = EncodedStream(id=builder.encode_id(), kind="subtitle", pad=pad, encoder="ass")
    mux = Mux(output=op.id, path=path, format="ass")
    builder.targets.append(Target(id=builder.target_id(), streams=(stream,), muxes=(mux,)))
    to.builder.ask((Analysis(name=op.id, process=builder.build()),))
    return path


def _lit(op: Text, picture: Picture) -> Text:
    box = None if op.box is None else drawn_colour(op.box, picture)
    outline = drawn_colour(op.outline_colour, picture)
    return op.but(colour=drawn_colour(op.colour, picture), outline_colour=outline, box=box)


def _canvas(picture: Picture, name: str, to: Lowering) -> Picture:
    filters = to.context.facts.capabilities.filters
    if filters and name not in filters:
        raise UnsupportedMediaError("this host's FFmpeg draws no text: it lacks libass")
    return planar(squared(picture, to.builder), to.builder)


def _alpha(picture: Picture) -> Options:
    return (("alpha", "1"),) if picture.alpha else ()


def _chosen(op: BurnSubtitles, facts: SourceFacts, tracks: list[SubtitleStream]) -> SubtitleStream:
    """The track that is meant, if it can be drawn."""
    if facts.container not in WORDY:
        raise UnsupportedMediaError(
            f"subtitles of {facts.container} cannot be drawn: srt, vtt, ass, Matroska and MP4 can"
        )
    asked = [one for one in tracks if op.track in (None, one.index)]
    if not asked:
        what = "no subtitles" if op.track is None else f"no subtitle track {op.track}"
        raise InvalidRequestError(f"{op.source!r} has {what}")
    wordy = [one for one in asked if one.codec in WORDS]
    if not wordy:
        raise UnsupportedMediaError(
            f"track {asked[0].index} holds pictures ({asked[0].codec}), not words, and is not drawn"
        )
    return next((one for one in wordy if one.default), wordy[0])


def _style(op: BurnSubtitles, track: SubtitleStream, picture: Picture) -> str:
    """What is asked for; a track that brings no styles gets ours, in the units of its script."""
    found: dict[str, str] = {}
    if track.codec not in STYLED:
        pixels = op.font_size or int(picture.height) / 20
        line = pixels * EM_TO_LINE * SCRIPT_HEIGHT / int(picture.height)
        found = {"Fontname": FAMILY, "Encoding": "-1", "Fontsize": f"{line:.2f}"}
    plain = WHITE if track.codec not in STYLED and picture.hdr is not None else None
    if (letters := op.colour or plain) is not None:
        found["PrimaryColour"] = colour_code(drawn_colour(letters, picture))
    if op.outline_colour is not None:
        found["OutlineColour"] = colour_code(drawn_colour(op.outline_colour, picture))
    return ",".join(f"{name}={value}" for name, value in found.items())
