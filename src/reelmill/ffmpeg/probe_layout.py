"""What the outermost bytes of a file promise, for the few containers where that is cheap."""

import os
import struct

_MAX_BOXES = 1000
_SYNC = 0x47
_TRANSPORT_PACKETS = ((188, 0), (192, 4), (204, 0))
"""Bytes of a transport packet, and where in it its sync byte stands: plain, M2TS, with FEC."""
_MIN_SYNCS, _MAX_SYNCS = 8, 60


def is_fragmented(descriptor: int) -> bool:
    """Whether an ISO base media file has movie fragments (ISO/IEC 14496-12, `moof`).

    Only its top-level boxes are looked at: a header with samples of its own may come first.
    """
    position = 0
    for _ in range(_MAX_BOXES):
        head = os.pread(descriptor, 16, position)
        if len(head) < 8:
            return False
        size, kind = struct.unpack_from(">I4s", head)
        if kind == b"moof":
            return True
        if size == 1 and len(head) == 16:
            (size,) = struct.unpack_from(">Q", head, 8)
        if size < 8:  # 0: the box goes on to the end of the file
            return False
        position += size
    return False


def promised_bytes(descriptor: int) -> int | None:
    """How long a RIFF (AVI, WAV) or Matroska file says it is; None: it does not say.

    A longer file is no surprise (appended tags, OpenDML); a shorter one is cut off.
    """
    head = os.pread(descriptor, 256, 0)
    if head[:4] == b"RIFF" and len(head) >= 8:
        (size,) = struct.unpack_from("<I", head, 4)
        return size + 8 if 0 < size < 0xFFFFFFFF else None
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return _segment_end(head)
    return None


def ends_inside_packet(descriptor: int, size_bytes: int) -> bool:
    """Whether an MPEG transport stream (ISO/IEC 13818-1, 2.4.3) ends within one of its packets.

    Counted from its last packets, as it may begin or have been joined anywhere. What follows
    them without a sync byte is padding, not a packet.
    """
    verdicts: list[bool] = []
    for length, sync in _TRANSPORT_PACKETS:
        start = max(0, size_bytes - (_MAX_SYNCS + 1) * length)
        tail = os.pread(descriptor, size_bytes - start, start)
        for phase in range(min(length, len(tail))):
            last = phase + (len(tail) - phase) // length * length
            found = tail[phase + sync : last : length]
            if len(found) >= _MIN_SYNCS and found.count(_SYNC) == len(found):
                rest = tail[last:]
                begun = 0 < len(rest) <= sync or rest[sync : sync + 1] == bytes([_SYNC])
                verdicts.append(begun)
    # A payload that repeats can look like sync bytes: the friendlier reading counts.
    return bool(verdicts) and all(verdicts)


def _segment_end(head: bytes) -> int | None:
    """The end of the Segment that follows the EBML header (RFC 8794, RFC 9559 section 5.1)."""
    header = _vint(head, 4)
    if header is None:
        return None
    segment = header[0] + header[1]
    if head[segment : segment + 4] != b"\x18\x53\x80\x67":
        return None
    body = _vint(head, segment + 4)
    return body and sum(body)


def _vint(data: bytes, at: int) -> tuple[int, int] | None:
    """Where the data after a variable-size integer starts, and its value; None: unknown size."""
    if at >= len(data) or not data[at]:
        return None
    length = 9 - data[at].bit_length()
    bits = 7 * length
    value = int.from_bytes(data[at : at + length]) & ((1 << bits) - 1)
    if at + length > len(data) or value == (1 << bits) - 1:
        return None
    return at + length, value
