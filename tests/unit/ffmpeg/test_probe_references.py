import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from reelmill.ffmpeg.probe_references import is_steady

UNIT = 1 << 16
"""About so many bytes from one clock reference to the next."""


def reference(seconds: float) -> bytes:
    ticks = round(seconds * 90_000) % (1 << 33)
    head = b"\x47\x01\x00\x20\xb7\x10" + (ticks << 7).to_bytes(5) + b"\x00"
    return head.ljust(188, b"\xff")


def judged(path: Path, times: Sequence[float]) -> bool:
    filling = b"\x47\x1f\xff\x10".ljust(188, b"\xff") * (UNIT // 188)
    path.write_bytes(b"".join(reference(time) + filling for time in times))
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return is_steady(descriptor, os.fstat(descriptor).st_size)
    finally:
        os.close(descriptor)


COUNT = 600
EVEN = [number * 0.05 for number in range(COUNT)]


@pytest.mark.parametrize(
    ("times", "steady"),
    [
        (EVEN, True),
        ([95_430 + time for time in EVEN], True),  # wraps on the way
        ([time * 100 for time in EVEN], True),  # 16 references, 80 s, between two look-ups
        ([time + (100 if time > 17 else 0) for time in EVEN], False),
        ([time - (15 if time > 17 else 0) for time in EVEN], False),
        ([time % 10 for time in EVEN], False),
        ([number * 20.0 for number in range(COUNT)], False),
        (EVEN[:100], False),  # small enough to be read
    ],
    ids=["even", "wrap", "slow", "forward", "back", "repeated", "unknown", "small"],
)
def test_steadiness(tmp_path: Path, times: Sequence[float], steady: bool) -> None:
    assert judged(tmp_path / "a.ts", times) is steady


def test_without_references_nobody_knows(tmp_path: Path) -> None:
    path = tmp_path / "a.ts"
    path.write_bytes(bytes(40 << 20))
    descriptor = os.open(path, os.O_RDONLY)
    try:
        assert not is_steady(descriptor, 40 << 20)
    finally:
        os.close(descriptor)
