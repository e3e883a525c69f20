"""Probing: from a file to what it is. For strangers' files, in a child (reader/)."""

import os
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple, cast

import av
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.video.stream import VideoStream as AvVideoStream

from reelmill.ffmpeg.opening import open_regular
from reelmill.ffmpeg.probe_index import (
    Edits,
    Samples,
    decoding_seconds,
    outlasts,
    read_edits,
    read_samples,
)
from reelmill.ffmpeg.probe_layout import ends_inside_packet, is_fragmented, promised_bytes
from reelmill.ffmpeg.probe_open import open_media
from reelmill.ffmpeg.probe_references import is_steady
from reelmill.ffmpeg.probe_scan import Scan, Track, find_key_frames
from reelmill.ffmpeg.probe_spans import (
    PROGRAM,
    TRANSPORT,
    cut_spans,
    header_span,
    missing_after,
    scanned_span,
    shown_span,
)
from reelmill.ffmpeg.probe_stream import Span, describe_stream, has_decoder, is_picture
from reelmill.ffmpeg.probe_tiff import holds_jpeg
from reelmill.ffmpeg.probe_timing import Cadence, find_cadence
from reelmill.ffmpeg.probe_webp import Animation, read_animation
from reelmill.model.errors import InputUnreadableError, UnsupportedMediaError
from reelmill.model.facts import (
    AnyStream,
    AudioStream,
    Chapter,
    SourceFacts,
    SubtitleStream,
    VideoStream,
)


def probe(path: Path, *, source: str = "main", key_frames: bool = False) -> SourceFacts:
    """What the file is. Reads headers, one picture, and the ends of the streams.

    Everything is read where the header has no length. Whatever the file's name is, it has no
    meaning; what the file refers to is not opened.

    Args:
        path: a file on this machine.
        source: the id of this input in the graph.
        key_frames: also list the key frames of every picture stream (reads all packets).

    Raises:
        NotFoundError: no such file, or a directory.
        InputUnreadableError: empty, not media, or damaged so that nothing can be read.
        UnsupportedMediaError: a playlist, a device, a kind of file that is not taken.
    """
    descriptor = open_regular(path)
    try:
        return probe_open_file(descriptor, source=source, key_frames=key_frames)
    finally:
        os.close(descriptor)


def probe_open_file(
    descriptor: int, *, source: str = "main", key_frames: bool = False
) -> SourceFacts:
    """As `probe`, of a file that is open already."""
    with open_media(descriptor) as container:
        if not container.streams:
            raise InputUnreadableError("The file has no streams.")
        if container.format.name == "tiff_pipe" and holds_jpeg(descriptor):
            raise UnsupportedMediaError("A TIFF with JPEG inside is not taken: save it as JPEG.")
        inspected = _inspect(container, descriptor)
        facts = _assemble(container, inspected, os.fstat(descriptor).st_size, source)
        if animation := read_animation(descriptor):
            facts = _with_animation(facts, animation)
    return _with_key_frames(facts, descriptor) if key_frames else facts


class _Inspected(NamedTuple):
    streams: tuple[AnyStream, ...]
    missing_seconds: Fraction | None
    measured: bool


def _inspect(container: InputContainer, descriptor: int) -> _Inspected:
    size = os.fstat(descriptor).st_size
    is_mov = container.format.name.startswith("mov,")
    indexed = is_mov and not is_fragmented(descriptor)
    pictures = [s for s in container.streams if is_picture(s) and isinstance(s, AvVideoStream)]
    timed = [s for s in container.streams if s.type == "audio" or s in pictures]
    scan = Scan(container)
    torn = container.streams.audio if container.format.name == PROGRAM else ()
    scan.read_head(pictures, [s for s in torn if has_decoder(s)], timestamps=not indexed)
    edits = {s.index: read_edits(s) if indexed else Edits() for s in timed}
    stated = {s.index: header_span(s, scan.tracks[s.index]) for s in container.streams}
    doubted = [
        s.index
        for s in timed
        if indexed and (edits[s.index].ends_hidden or outlasts(s, stated[s.index].end))
    ]
    if not indexed or doubted:
        steady = container.format.name != TRANSPORT or is_steady(descriptor, size)
        scan.read_tail([s.index for s in timed], steady=steady)
    cadences = {s.index: _cadence(s, scan, indexed=indexed) for s in pictures}

    def span(stream: Stream) -> Span:
        track, cadence = scan.tracks[stream.index], cadences.get(stream.index)
        if stream.disposition & Disposition.attached_pic:
            return Span()
        if stream.index in doubted:
            return shown_span(stream, track, cadence)
        return stated[stream.index] if indexed else scanned_span(stream, track, cadence)

    spans = {s.index: span(s) for s in container.streams}
    for s in pictures:
        known = indexed and s.index not in doubted
        stands = _last_stands(s, spans[s.index], None if known else scan.tracks[s.index])
        cadences[s.index] = cadences[s.index].until(stands)
    missing: Fraction | None = None
    if is_mov:
        spans, missing = cut_spans(timed, spans, size)
    elif container.duration is not None or container.format.name == TRANSPORT:
        missing = missing_after(container, spans, cut=_is_cut(container, scan, descriptor))
    streams = tuple(
        _counted(
            describe_stream(s, spans[s.index], scan.tracks[s.index].frame, cadences.get(s.index)),
            edits.get(s.index, Edits()),
            scan.tracks[s.index],
        )
        for s in container.streams
    )
    measured = container.duration is None or missing is not None or bool(doubted)
    return _Inspected(streams, missing, measured)


def _last_stands(stream: Stream, span: Span, track: Track | None) -> Fraction:
    """For how long the last frame is shown; by the index, if no packets were read to the end."""
    if span.start is None or span.end is None:
        return Fraction(0)
    if track is None:
        return span.end - span.start - decoding_seconds(stream)
    if track.last is None:
        return Fraction(0)
    return span.end - track.last * (stream.time_base or Fraction(1))


def _counted(stream: AnyStream, edits: Edits, track: Track) -> AnyStream:
    """With what only its packets tell."""
    if isinstance(stream, SubtitleStream):  # of ASS, FFmpeg's reader has its own idea
        return stream.but(backward_cues=0 if stream.codec == "ass" else track.backward)
    if isinstance(stream, AudioStream):
        stream = stream.but(undecodable_packets=track.undecodable if track.opened else 0)
    return stream.but(**edits._asdict())


def _is_cut(container: InputContainer, scan: Scan, descriptor: int) -> bool | None:
    """Whether bytes are missing or cannot be read; None: the file says not how many to expect."""
    if scan.broken:
        return True
    size = os.fstat(descriptor).st_size
    if container.format.name == TRANSPORT:
        return ends_inside_packet(descriptor, size) or None
    promised = promised_bytes(descriptor)
    return None if promised is None else promised > size


def _cadence(stream: AvVideoStream, scan: Scan, *, indexed: bool) -> Cadence:
    ticks = scan.tracks[stream.index].ticks
    samples = read_samples(stream) if indexed else Samples(ticks, stream.average_rate, 0)
    return find_cadence(
        samples.ticks,
        stream.time_base or Fraction(1),
        declared=stream.guessed_rate if not samples.ticks else stream.base_rate,
        average=samples.average_rate or stream.average_rate,
        frames=samples.frames,
    )


def _assemble(
    container: InputContainer, inspected: _Inspected, size: int, source: str
) -> SourceFacts:
    streams = inspected.streams
    playing = [
        s
        for s in streams
        if s.kind == "audio" or (isinstance(s, VideoStream) and not s.attached_picture)
    ]
    start = _start(container, [s.start_seconds for s in playing])
    ends = [s.end_seconds for s in playing if s.end_seconds is not None]
    duration = max(ends) - start if ends else None
    if duration is None and container.duration is not None:
        duration = Fraction(container.duration, av.time_base)
    return SourceFacts(
        source=source,
        container=container.format.name,
        size_bytes=size,
        start_seconds=start,
        duration_seconds=duration,
        duration_from=None if duration is None else "packets" if inspected.measured else "header",
        missing_seconds=inspected.missing_seconds,
        bit_rate=container.bit_rate or None,
        streams=streams,
        chapters=_chapters(container),
        tags=tuple(container.metadata.items()),
    )


def _start(container: InputContainer, starts: Sequence[Fraction | None]) -> Fraction:
    """FFmpeg's start of the file, which is rounded to microseconds, as the stream's exact time."""
    # PyAV gives None where its stub promises a number.
    rounded = Fraction(cast("int | None", container.start_time) or 0, av.time_base)
    near = (s for s in starts if s is not None and abs(s - rounded) < Fraction(2, av.time_base))
    return next(near, rounded)


def _chapters(container: InputContainer) -> tuple[Chapter, ...]:
    return tuple(
        Chapter(
            start_seconds=chapter["start"] * unit,
            end_seconds=chapter["end"] * unit,
            title=chapter["metadata"].get("title"),
        )
        for chapter in container.chapters()
        if (unit := chapter["time_base"]) is not None
    )


def _with_animation(facts: SourceFacts, animation: Animation) -> SourceFacts:
    shown = animation.frame_milliseconds
    starts = [sum(shown[:index]) for index in range(len(shown))]
    cadence = find_cadence(starts, Fraction(1, 1000))
    streams = tuple(
        stream.but(
            width=animation.width,
            height=animation.height,
            has_alpha=animation.has_alpha,
            start_seconds=Fraction(0),
            end_seconds=animation.seconds,
            nominal_rate=cadence.nominal_rate,
            variable_rate=cadence.variable,
            frame_count=len(shown),
        )
        if isinstance(stream, VideoStream)
        else stream
        for stream in facts.streams
    )
    return facts.but(streams=streams, duration_seconds=animation.seconds, duration_from="header")


def _with_key_frames(facts: SourceFacts, descriptor: int) -> SourceFacts:
    def complete(stream: AnyStream) -> AnyStream:
        if not isinstance(stream, VideoStream) or stream.attached_picture or not stream.decodable:
            return stream
        with open_media(descriptor) as container:
            opened = container.streams[stream.index]
            assert isinstance(opened, AvVideoStream)  # noqa: S101 - the same file as before
            return stream.but(key_frame_seconds=find_key_frames(container, opened))

    return facts.but(streams=tuple(complete(stream) for stream in facts.streams))
