"""Bitstreams of a source as they are."""

from fractions import Fraction
from typing import Literal

from reelmill.model.errors import InvalidRequestError, UnsupportedMediaError
from reelmill.model.facts import AudioStream, SourceFacts, Stream, VideoStream
from reelmill.model.operations import Copy, SelectAudio, SelectSubtitles, SelectVideo, Trim
from reelmill.model.process import EncodedStream
from reelmill.model.steps import ExpectedStream
from reelmill.planner.context import Context
from reelmill.planner.lowering.select import (
    BARE,
    CHANGING,
    chosen_audio,
    chosen_subtitles,
    chosen_video,
    interval,
    opened,
)
from reelmill.planner.lowering.site import Coded, Lowering, encoded

KEY_FRAME_SECONDS = Fraction(12)
"""How far apart key frames may be: by that much a copied part may begin early."""
UNSTAMPED = frozenset(("avi", "mpeg"))
"""Containers that leave out the times of B-frames, or of most frames."""
Selects = SelectVideo | SelectAudio | SelectSubtitles


@encoded.register
def copy(op: Copy, to: Lowering) -> Coded:
    """A stream of the source, from a key frame on if it was trimmed (FFmpeg, -ss before -i)."""
    context = to.context
    selection, trim = _copied(op, context)
    facts = context.facts.of(selection.source)
    stream = _chosen(selection, context)
    source = opened(selection.source, facts).but(stamped=facts.container in UNSTAMPED)
    start, end = interval(stream, facts)
    if stream.joined:
        kind = {"video": "picture"}.get(_kind(stream), "sound")
        raise UnsupportedMediaError(
            f"an edit list joins parts of the {kind}, which a copy cannot: name a codec for it"
        )
    if trim is not None:
        begin, until = _part(trim, facts)
        if (until is not None and start >= until) or (end is not None and end <= begin):
            kind = {"video": "picture", "audio": "sound"}.get(_kind(stream), "subtitles")
            raise InvalidRequestError(f"nothing of the {kind} is in that part", output=trim.asked)
        ends = [one for one in (end, until) if one is not None]
        end = min(ends) - trim.start_seconds if ends else None
        length = until - begin if until is not None else None
        source = source.but(seek_seconds=begin or None, length_seconds=length)
    elif stream.ends_hidden:
        source = source.but(length_seconds=end)
    coded = EncodedStream(
        id=to.builder.encode_id(),
        kind=_kind(stream),
        pad=f"in{to.builder.input(source)}:{stream.index}",
        encoder="copy",
        options=(("tag", "hvc1"),) if stream.codec == "hevc" else (),
        language=stream.language,
    )
    doubt = KEY_FRAME_SECONDS if trim else Fraction(0)
    return Coded(coded, _expected(stream), end, doubt=doubt, hidden=stream.hidden_seconds)


def _part(trim: Trim, facts: SourceFacts) -> tuple[Fraction, Fraction | None]:
    """Where to seek to for a part, and where it ends.

    Containers with an index find the key frame before by themselves, and MP4 hides what comes
    before the part. The others are sought to it, as pictures before the next one would be lost.

    Raises:
        InvalidRequestError: there is no key frame that it could begin with.
        UnsupportedMediaError: bare bitstreams, in which nobody can seek.
    """
    start, until = trim.start_seconds, trim.end_seconds
    if facts.container in BARE:
        raise UnsupportedMediaError(f"bare {facts.container} has no times to cut a copy at")
    picture = facts.picture
    if picture is None or picture.key_frame_seconds is None:
        return start, until
    keys = [one - facts.start_seconds for one in picture.key_frame_seconds]
    before = [one for one in keys if one <= start]
    begin = before[-1] if before else next(iter(keys), start)
    if until is not None and begin >= until:
        raise InvalidRequestError(
            f"no picture can be copied there: the first key frame is at {float(begin):.3f} s",
            output=trim.asked,
        )
    return (begin if facts.container in CHANGING else start), until


def _copied(op: Copy, context: Context) -> tuple[Selects, Trim | None]:
    node = context.graph.node(op.input)
    trim = node if isinstance(node, Trim) else None
    selection = context.graph.node(trim.input) if trim else node
    if not isinstance(selection, Selects):
        raise InvalidRequestError("a stream that is copied cannot be changed: leave out one")
    if trim is not None and trim.accuracy == "exact":
        raise InvalidRequestError(
            "an exact cut needs encoding; a copy is cut at key frames", output=trim.asked
        )
    return selection, trim


def _chosen(selection: Selects, context: Context) -> Stream:
    match selection:
        case SelectVideo():
            stream = chosen_video(selection, context)
        case SelectAudio():
            stream = chosen_audio(selection, context)
        case SelectSubtitles():
            stream = chosen_subtitles(selection, context)
    if stream is None:
        raise LookupError(selection.source)
    return stream


def _kind(stream: Stream) -> Literal["video", "audio", "subtitle"]:
    if isinstance(stream, VideoStream):
        return "video"
    return "audio" if isinstance(stream, AudioStream) else "subtitle"


def _expected(stream: Stream) -> ExpectedStream:
    if isinstance(stream, VideoStream):
        width, height = stream.coded_width or stream.width, stream.coded_height or stream.height
        return ExpectedStream(kind="video", codec=stream.codec, width=width, height=height)
    if isinstance(stream, AudioStream):
        rate, channels = stream.sample_rate, stream.channels
        return ExpectedStream(kind="audio", codec=stream.codec, sample_rate=rate, channels=channels)
    return ExpectedStream(kind="subtitle", codec=stream.codec)
