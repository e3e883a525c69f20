"""TIFF that FFmpeg decodes to black without a word: with JPEG inside."""

import os
import struct

_JPEG = (6, 7)
_COMPRESSION = 259
_ENTRY_BYTES = 12


def holds_jpeg(descriptor: int) -> bool:
    """Whether the first picture of a TIFF file is compressed as JPEG, old style or new.

    Source: TIFF 6.0, sections 2 (image file directory) and 22; Adobe's technical note 2. A camera's
    raw file (DNG), which says so by other tags, is none of this.
    """
    head = os.pread(descriptor, 8, 0)
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(head[:4])
    if order is None or len(head) < 8:
        return False
    (directory,) = struct.unpack_from(f"{order}I", head, 4)
    counted = os.pread(descriptor, 2, directory)
    if len(counted) < 2:
        return False
    (count,) = struct.unpack(f"{order}H", counted)
    entries = os.pread(descriptor, count * _ENTRY_BYTES, directory + 2)
    for at in range(0, len(entries) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
        tag, value = *struct.unpack_from(f"{order}H", entries, at), entries[at + 8 : at + 10]
        if tag == _COMPRESSION:
            return struct.unpack(f"{order}H", value)[0] in _JPEG
    return False
