"""Reading an MP4's sample table instead of its packets: exact, and no file access."""

from bisect import bisect_left
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from av.stream import Stream

_WHOLE = 30_000
_WINDOWS, _WINDOW = 10, 1000


class Samples(NamedTuple):
    """Decoding timestamps from the index, and what they say of the whole stream."""

    ticks: list[int]
    average_rate: Fraction | None
    frames: int
    """How many frames the average is of."""


def read_samples(stream: Stream) -> Samples:
    """Decoding times in ticks: all of a short stream, evenly spread windows of a long one.

    Windows are joined without the gap between them, so that differences stay true.
    """
    entries = stream.index_entries
    count = len(entries)
    if count <= _WHOLE:
        ticks = [entry.timestamp for entry in entries]
    else:
        ticks = [0]
        for window in range(_WINDOWS):
            begin = (count - _WINDOW) * window // (_WINDOWS - 1)
            part = [entry.timestamp for entry in entries[begin : begin + _WINDOW]]
            ticks += [ticks[-1] + tick - part[0] for tick in part[1:]]
    average = None
    if count > 1 and (span := entries[count - 1].timestamp - entries[0].timestamp) > 0:
        average = Fraction(count - 1) / (span * (stream.time_base or 1))
    return Samples(ticks, average, count)


def missing_from(stream: Stream, size_bytes: int) -> Fraction | None:
    """Seconds of the first sample that lies behind the end of the file; None: all are there."""
    entries = stream.index_entries

    def is_missing(index: int) -> bool:
        entry = entries[index]
        return entry.pos + entry.size > size_bytes

    count = len(entries)
    if not count or not is_missing(count - 1):
        return None
    first = bisect_left(range(count), True, key=is_missing)
    return entries[first].timestamp * (stream.time_base or Fraction(1))


class Edits(NamedTuple):
    """What an edit list makes of a stream (ISO/IEC 14496-12)."""

    hidden_seconds: Fraction = Fraction(0)
    """Of samples before the first that is shown."""
    ends_hidden: bool = False
    """Whether the last samples are hidden."""
    joined: bool = False
    """Whether parts are shown whose samples overlap, or one part again."""


def read_edits(stream: Stream) -> Edits:
    """What the edit list hides and joins, by the samples that FFmpeg made of it."""
    entries = stream.index_entries
    count = len(entries)
    if not count:
        return Edits()
    first, last = entries[0], entries[count - 1]
    shown = (
        next((one for one in entries if not one.is_discard), last) if first.is_discard else first
    )
    return Edits(
        hidden_seconds=(shown.timestamp - first.timestamp) * (stream.time_base or Fraction(1)),
        ends_hidden=last.is_discard,
        joined=any(after < before for before, after in pairwise(read_samples(stream).ticks)),
    )


def decoding_seconds(stream: Stream) -> Fraction:
    """From the first sample's decoding to the last one's."""
    entries = stream.index_entries
    count = len(entries)
    ticks = entries[count - 1].timestamp - entries[0].timestamp if count else 0
    return ticks * (stream.time_base or Fraction(1))


def outlasts(stream: Stream, end: Fraction | None) -> bool:
    """Whether the last sample is decoded at the end that the header states, or behind it.

    Some recorders write the lengths before they are done. Fragments have no samples here.
    """
    entries = stream.index_entries
    count = len(entries)
    if not count:
        return False
    last = entries[count - 1].timestamp * (stream.time_base or Fraction(1))
    return end is None or last >= end
