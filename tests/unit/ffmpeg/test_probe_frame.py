import struct
from math import cos, radians, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmill.ffmpeg.probe_frame import read_mastering, read_orientation

ONE = 1 << 16


def matrix(a: float, b: float, c: float, d: float) -> bytes:
    values = [a, b, 0, c, d, 0, 0, 0, 1 << 14]
    return struct.pack("=9i", *(round(value * ONE) for value in values))


@pytest.mark.parametrize(
    ("entries", "turn"),
    [
        ((1, 0, 0, 1), (0, False)),
        ((0, 1, -1, 0), (90, False)),
        ((-1, 0, 0, -1), (180, False)),
        ((0, -1, 1, 0), (270, False)),
        ((-1, 0, 0, 1), (0, True)),
        ((1, 0, 0, -1), (180, True)),
        ((0, 1, 1, 0), (270, True)),
        ((0, -1, -1, 0), (90, True)),
    ],
)
def test_the_eight_orientations(entries: tuple[int, int, int, int], turn: tuple[int, bool]) -> None:
    assert read_orientation(matrix(*entries)) == turn


@given(st.integers(0, 359), st.booleans(), st.sampled_from([0.5, 1, 2]))
def test_any_turn_reads_back(degrees: int, flipped: bool, scale: float) -> None:
    cosine, sine = scale * cos(radians(degrees)), scale * sin(radians(degrees))
    mirror = -1 if flipped else 1
    packed = matrix(mirror * cosine, mirror * sine, -sine, cosine)
    assert read_orientation(packed) == (degrees, flipped)


def test_mastering_data() -> None:
    display = bytes(64) + struct.pack("=4i2i", 1, 10000, 10000000, 10000, 1, 1)
    found = read_mastering(display, struct.pack("=2I", 1000, 400))
    assert found is not None
    assert (found.min_luminance, found.max_luminance) == (0.0001, 1000)
    assert (found.max_content_light, found.max_average_light) == (1000, 400)


def test_mastering_data_without_luminance() -> None:
    found = read_mastering(bytes(88), None)
    assert found is not None
    assert found.max_luminance is None
    assert read_mastering(None, None) is None
