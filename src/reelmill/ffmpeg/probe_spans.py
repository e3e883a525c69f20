"""Where streams start and end, and what is missing: the header's word against the file's bytes."""

from collections.abc import Sequence
from fractions import Fraction

import av
from av.container import InputContainer
from av.stream import Stream

from reelmill.ffmpeg.probe_index import missing_from
from reelmill.ffmpeg.probe_scan import Track
from reelmill.ffmpeg.probe_stream import Span
from reelmill.ffmpeg.probe_timing import Cadence

TRANSPORT, PROGRAM = "mpegts", "mpeg"
_EXACT_HEADERS = {"flv", "asf", "flac"}
"""Containers whose header states a length, but not how many bytes there should be."""


def header_span(stream: Stream, track: Track) -> Span:
    """From start to end as the header says."""
    unit = stream.time_base or Fraction(1)
    start = None if track.start is None else track.start * unit
    return Span(start, _header_end(stream, start))


def shown_span(stream: Stream, track: Track, cadence: Cadence | None) -> Span:
    """From start to end of what is shown, where the header alone does not tell.

    Its end counts if no frame begins behind it: the last one may stand until then.
    """
    start, stated = header_span(stream, track)
    _, found = scanned_span(stream, track, cadence)
    last = None if track.last is None else track.last * (stream.time_base or Fraction(1))
    if stated is None or found is None or last is None:
        return Span(start, found if stated is None else stated)
    return Span(start, found if last >= stated else min(found, stated))


def _header_end(stream: Stream, start: Fraction | None) -> Fraction | None:
    if stream.duration is None:
        return None
    return (start or 0) + stream.duration * (stream.time_base or Fraction(1))


def scanned_span(stream: Stream, track: Track, cadence: Cadence | None) -> Span:
    """From start to end as the packets say, which must have been read to the end."""
    unit = stream.time_base or Fraction(1)
    if track.end is None:
        if cadence and track.packets and stream.duration is None:
            # A raw bitstream has no clock: frames in a row at its own rate.
            return Span(Fraction(0), track.packets / cadence.nominal_rate)
        return header_span(stream, track)
    end = track.end * unit
    if cadence and not track.last_duration:
        end += 1 / cadence.nominal_rate
    if stream.container.format.name == "mp3":
        # The Xing header knows of padding that the last packet does not (LAME tag, "delay").
        end = min(end, _header_end(stream, (track.start or 0) * unit) or end)
    return Span((track.start or 0) * unit, end)


def cut_spans(
    timed: Sequence[Stream], spans: dict[int, Span], size: int
) -> tuple[dict[int, Span], Fraction | None]:
    """The spans as far as the file holds their samples, and the most that one of them lacks."""
    held, missing = dict(spans), None
    for stream in timed:
        start, end = spans[stream.index]
        cut = missing_from(stream, size)
        if cut is None:
            continue
        # What fragments promise is in their index, which the packets did not fill.
        promised = [t for t in (end, _header_end(stream, start)) if t is not None]
        held[stream.index] = Span(start, max(cut, start or cut))
        missing = max(missing or Fraction(0), max(promised, default=cut) - cut)
    return held, missing


def missing_after(
    container: InputContainer, spans: dict[int, Span], *, cut: bool | None
) -> Fraction | None:
    """How much of the container's length lies behind the last packet, if bytes are missing."""
    ends = [span.end for span in spans.values() if span.end is not None]
    if not ends or cut is False:
        return None
    if container.format.name == TRANSPORT:
        return Fraction(0) if cut else None  # it promises no length: FFmpeg takes its last packet's
    start, duration = container.start_time or 0, container.duration or 0
    lengths = [Fraction(start + duration, av.time_base)]
    if container.format.name == "avi":
        # Without its index FFmpeg scales the length down to the file, but leaves the counts.
        lengths += [s.frames * (s.time_base or Fraction(1)) for s in container.streams]
    missing = max(lengths) - max(ends)
    if cut:
        return max(missing, Fraction(0))
    return missing if container.format.name in _EXACT_HEADERS and missing > Fraction(1, 2) else None
