"""What a large upload does to the service's memory."""

import shutil
import struct
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.service.accounts import forget_peak, memory_of
from benchmarks.service.findings import Finding
from benchmarks.service.house import House, accepted, id_of, serving

BOUNDARY = "a-boundary-of-the-benchmark"
PIECE = bytes(1 << 20)
LOOK_SECONDS = 0.5
FLAT_MB = 32.0
"""What counts as flat: some write buffers, and no share of the upload."""
SPARE_BYTES = 1 << 30


def memory(small: Path, work: Path, size_bytes: int) -> list[Finding]:
    """Upload a small video that is made large by an empty box at its end.

    One small job comes first: what the service loads at its first job is not the upload's.

    Raises:
        RuntimeError: there is no room for it.
    """
    if shutil.disk_usage(work).free < size_bytes + SPARE_BYTES:
        raise RuntimeError(f"no room for {size_bytes / 1e9:g} GB; see --upload-gb")
    with serving(work / "memory", work) as house:
        house.completed(id_of(house.upload(small.read_bytes())), LOOK_SECONDS)
        forget_peak(house.pid)
        before = memory_of(house.pid)
        began = time.monotonic()
        job_id = _send(house, small.read_bytes(), size_bytes)
        rate = size_bytes / 1e6 / (time.monotonic() - began)
        during = memory_of(house.pid)
        house.completed(job_id, LOOK_SECONDS)
        after = memory_of(house.pid)
    growth = during.peak - before.now
    return [
        Finding(
            f"growth of memory during an upload of {size_bytes / 1e9:g} GB, at its peak",
            f"{growth:.1f} MB",
            f"flat (< {FLAT_MB:g} MB)",
            growth < FLAT_MB,
        ),
        Finding(
            "- resident before / at the peak / accepted / its job completed, MB",
            " / ".join(f"{mb:.0f}" for mb in (before.now, during.peak, during.now, after.now)),
        ),
        Finding("- taken in, MB/s", f"{rate:.0f}"),
    ]


def _send(house: House, video: bytes, size_bytes: int) -> str:
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="large.mp4"\r\n'
        "Content-Type: video/mp4\r\n\r\n"
    ).encode()
    tail = f"\r\n--{BOUNDARY}--\r\n".encode()
    headers = {
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Content-Length": str(len(head) + size_bytes + len(tail)),
    }

    def body() -> Iterator[bytes]:
        yield head
        yield from _padded(video, size_bytes)
        yield tail

    return id_of(accepted(house.client.post("/jobs/upload", content=body(), headers=headers)))


def _padded(video: bytes, size_bytes: int) -> Iterator[bytes]:
    """An MP4 with a box of zeros behind it: `free`, with a 64-bit size (ISO/IEC 14496-12, 4.2)."""
    free = size_bytes - len(video)
    yield video
    yield struct.pack(">I4sQ", 1, b"free", free)
    left = free - 16
    while left > 0:
        yield PIECE[:left]
        left -= len(PIECE)
