"""Which stream of a source is meant, and what is known of it."""

from fractions import Fraction
from typing import TypeVar

from reelmill.model.facts import AudioStream, SourceFacts, Stream, SubtitleStream, VideoStream
from reelmill.model.operations import SelectAudio, SelectSubtitles, SelectVideo
from reelmill.model.process import Input
from reelmill.planner.context import Context
from reelmill.planner.lowering.colours import tagged
from reelmill.planner.lowering.decoders import decoders_of
from reelmill.planner.lowering.site import Lowering, lowered, there
from reelmill.planner.tracks import Picture, Sound, Subtitles

CHANGING = frozenset(("mpegts", "mpeg"))
"""Containers of broadcasts, in which programmes of other sizes and channels follow each other."""
RESIZING = CHANGING | {"matroska,webm", "flv"}
"""And those of live recorders, in which the picture alone changes its size (WebRTC does)."""
BARE = frozenset(("h264", "hevc", "vvc", "mpegvideo", "m4v", "mjpeg", "obu", "vc1", "h261", "h263"))
"""Bitstreams without a container: they have no times to seek or cut by."""
ALPHA_DECODERS = {"vp8": "libvpx", "vp9": "libvpx-vp9"}
"""FFmpeg's own decoders of these drop the transparency."""


T = TypeVar("T", bound=Stream)


def chosen_video(op: SelectVideo, context: Context) -> VideoStream | None:
    """The stream that the operation means; None where the source has no picture."""
    return context.facts.of(op.source).picture


def chosen_audio(op: SelectAudio, context: Context) -> AudioStream | None:
    """The stream that the operation means; None where the source has no such sound."""
    facts = context.facts.of(op.source)
    if op.language is None and op.track is None:
        return facts.sound
    return _one_of([s for s in facts.streams if isinstance(s, AudioStream) and s.decodable], op)


def chosen_subtitles(op: SelectSubtitles, context: Context) -> SubtitleStream | None:
    """The stream that the operation means; None where the source has none such."""
    streams = context.facts.of(op.source).streams
    return _one_of([s for s in streams if isinstance(s, SubtitleStream)], op)


def _one_of(streams: list[T], op: SelectAudio | SelectSubtitles) -> T | None:
    if op.language is not None:
        streams = [one for one in streams if one.language == op.language]
    return next(iter(streams[op.track or 0 :]), None)


@there.register
def _has_video(op: SelectVideo, context: Context) -> bool:
    return chosen_video(op, context) is not None


@there.register
def _has_audio(op: SelectAudio, context: Context) -> bool:
    return chosen_audio(op, context) is not None


@there.register
def _has_subtitles(op: SelectSubtitles, context: Context) -> bool:
    return chosen_subtitles(op, context) is not None


@lowered.register
def select_subtitles(op: SelectSubtitles, to: Lowering) -> Subtitles:
    """A pad of the source itself."""
    facts = to.context.facts.of(op.source)
    stream = chosen_subtitles(op, to.context)
    if stream is None:
        raise LookupError(op.source)
    tell_of_backward_cues(stream, to.context)
    pad = f"in{to.builder.input(opened(op.source, facts))}:{stream.index}"
    return Subtitles(pad=pad, stream=stream, start=Fraction(0), end=None)


@lowered.register
def select_video(op: SelectVideo, to: Lowering) -> Picture:
    """A pad of the source itself; FFmpeg turns it upright while decoding."""
    context, builder = to.context, to.builder
    facts = context.facts.of(op.source)
    stream = chosen_video(op, context)
    if stream is None:
        raise LookupError(op.source)
    index = builder.input(opened(op.source, facts))
    start, end = interval(stream, facts)
    pad = f"in{index}:{stream.index}"
    if facts.container in RESIZING:  # what comes later gets the size of what came first
        width, height = stream.width, stream.height
        if stream.rotation_degrees % 180 == 90:
            width, height = height, width
        pad = builder.chain(pad, ("scale", (("w", str(width)), ("h", str(height)))))
        if stream.pix_fmt is not None:  # else the scaler is where FFmpeg would convert for others
            pad = builder.chain(pad, ("format", (("pix_fmts", _decoded(stream)),)))
    return Picture(
        pad=pad,
        stream=stream,
        width=stream.display_width,
        height=stream.display_height,
        square=stream.sample_aspect == 1,
        rate=None,
        start=start,
        end=end,
        colour=tagged(stream),
        pix_fmt=stream.pix_fmt or "yuv420p",
        interlaced=stream.field_order in ("tff", "bff"),
        alpha=stream.has_alpha,
        hdr=stream.hdr,
        source=op.source,
    )


def _decoded(stream: VideoStream) -> str:
    """The pixel format that comes out of the decoder: of VP8 and VP9, alpha comes beside."""
    pix_fmt = stream.pix_fmt or "yuv420p"
    beside = stream.has_alpha and stream.codec in ALPHA_DECODERS
    return pix_fmt.replace("yuv4", "yuva4") if beside else pix_fmt


@lowered.register
def select_audio(op: SelectAudio, to: Lowering) -> Sound:
    """A pad of the source itself."""
    context, builder = to.context, to.builder
    facts = context.facts.of(op.source)
    stream = chosen_audio(op, context)
    if stream is None:
        raise LookupError(op.source)
    others = sum(isinstance(s, AudioStream) and s.decodable for s in facts.streams) - 1
    if others and op.track is None:
        which = f"track {stream.index}" + (f" ({stream.language})" if stream.language else "")
        context.notice(
            "audio_tracks_dropped", f"{others} of the audio tracks left out; {which} is used"
        )
    index = builder.input(opened(op.source, facts))
    start, end = interval(stream, facts)
    return Sound(
        pad=f"in{index}:{stream.index}",
        stream=stream,
        sample_rate=stream.sample_rate,
        channels=stream.channels,
        start=start,
        end=end,
        changing=facts.container in CHANGING,
    )


def opened(source: str, facts: SourceFacts) -> Input:
    """A source as it is opened: by its demuxer, for its decoders."""
    decoders = tuple(
        (s.index, ALPHA_DECODERS[s.codec])
        for s in facts.streams
        if isinstance(s, VideoStream) and s.has_alpha and s.codec in ALPHA_DECODERS
    )
    return Input(
        name=source,
        demuxer=facts.container.split(",")[0],
        changing=facts.container in RESIZING,
        seekable=facts.container not in BARE and not _indexes_colours(facts),
        decoders=decoders,
        max_streams=max(64, len(facts.streams)),
        forward_cues=any(isinstance(s, SubtitleStream) and s.backward_cues for s in facts.streams),
        known_decoders=decoders_of(facts),
    )


def _indexes_colours(facts: SourceFacts) -> bool:
    """Whether a palette stands in front of the first frame only: sought behind it, all is black."""
    return any(isinstance(s, VideoStream) and s.pix_fmt == "pal8" for s in facts.streams)


def tell_of_backward_cues(stream: SubtitleStream, context: Context) -> None:
    """A notice, if some are left out (`Input.forward_cues`)."""
    if stream.backward_cues:
        count = stream.backward_cues
        context.notice("cues_left_out", f"left out: cues that end before they begin ({count})")


def interval(stream: Stream, facts: SourceFacts) -> tuple[Fraction, Fraction | None]:
    """From when to when a stream lasts, on FFmpeg's clock; None: nobody knows."""
    start = (stream.start_seconds or facts.start_seconds) - facts.start_seconds
    if stream.end_seconds is not None:
        return start, stream.end_seconds - facts.start_seconds
    return start, facts.duration_seconds
