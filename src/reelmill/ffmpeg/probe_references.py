"""Clock references of a transport stream, looked up here and there: does its clock jump?"""

import os
from itertools import pairwise

_HERTZ, _WRAP = 90_000, 1 << 33
_JUMP = 10 * _HERTZ
_SYNC = 0x47
_LENGTHS = (188, 192, 204)
_SMALL_BYTES = 32 << 20
_STEP_BYTES, _MAX_STEPS = 1 << 20, 8192
_LEAST_BYTES = 1 << 15
_READS = (1 << 14, 1 << 17, 1 << 21)


def is_steady(descriptor: int, size_bytes: int) -> bool:
    """Whether no clock reference (ISO/IEC 13818-1, PCR) is over 10 s off the one before.

    They are looked up at every megabyte, and halfway between two that are too far apart: a step
    forward can't hide, a step back not where a megabyte lasts less than 10 s. False: the clock
    jumps, or only reading everything can tell, which for a small file is as cheap.
    """
    if size_bytes <= _SMALL_BYTES:
        return False
    references = _References(descriptor)
    step = max(_STEP_BYTES, size_bytes // _MAX_STEPS)
    # The very end is read anyway.
    places = [*range(0, size_bytes - step, step), size_bytes - _READS[1]]
    try:
        return all(references.agree(before, after) for before, after in pairwise(places))
    except LookupError:
        return False


class _References:
    """Clock references by where in the file they are asked for."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._program: int | None = None
        self._last: tuple[int, int] = (-1, 0)

    def agree(self, before: int, after: int) -> bool:
        """Whether the clock goes on by no more than 10 s at a time between two places."""
        spans = [(before, after)]
        while spans:
            first, last = spans.pop()
            if (self._at(last) - self._at(first)) % _WRAP <= _JUMP:
                continue
            if last - first <= _LEAST_BYTES:
                return False
            middle = (first + last) // 2
            spans += [(first, middle), (middle, last)]
        return True

    def _at(self, place: int) -> int:
        """The first reference at or after this place, in ticks."""
        if self._last[0] != place:
            self._last = place, self._look_up(place)
        return self._last[1]

    def _look_up(self, place: int) -> int:
        for count in _READS:
            data = os.pread(self._descriptor, count, place)
            aligned = _align(data)
            if aligned is None:
                continue
            for at in range(aligned[0], len(data) - 11, aligned[1]):
                program = int.from_bytes(data[at + 1 : at + 3]) & 0x1FFF
                # An adaptation field that is long enough, and its PCR flag.
                if not data[at + 3] & 0x20 or data[at + 4] < 7 or not data[at + 5] & 0x10:
                    continue
                if data[at] == _SYNC and self._program in (None, program):
                    self._program = program
                    return int.from_bytes(data[at + 6 : at + 11]) >> 7
        raise LookupError("no clock reference")


def _align(data: bytes) -> tuple[int, int] | None:
    """Where the first packet's sync byte stands, and how long packets are."""
    for length in _LENGTHS:
        for at in range(min(length, len(data))):
            syncs = data[at : at + 16 * length : length]
            if len(syncs) >= 8 and syncs.count(_SYNC) == len(syncs):
                return at, length
    return None
