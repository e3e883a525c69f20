"""Meters: what comes through the pipes, in pieces of any length."""

import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmill.ffmpeg.meters import QualityMeter, TargetMeter
from reelmill.model.process import EncodedStream, Measurement, Mux, Target

TARGET = Target(
    id="t0",
    streams=(EncodedStream(id="e0", kind="video", pad="in0:0", encoder="libx264"),),
    muxes=(Mux(output="a", path="a.mp4", format="mp4"),),
    duration_seconds=Fraction(10),
)
MEASUREMENT = Measurement(output="quality", pad="f0", of="a")

PACKETS = st.lists(st.tuples(st.floats(0, 12), st.integers(0, 10**6)), max_size=20)


@st.composite
def pieces(draw: st.DrawFn, data: bytes) -> list[bytes]:
    """The bytes, cut anywhere, ended by the empty read of a closed pipe."""
    cuts = sorted(draw(st.lists(st.integers(0, len(data)), max_size=8)))
    edges = [0, *cuts, len(data)]
    return [*(data[a:b] for a, b in itertools.pairwise(edges)), b""]


@given(packets=PACKETS, data=st.data())
def test_packets_are_counted_however_the_pipe_cuts_them(
    packets: list[tuple[float, int]], data: st.DataObject
) -> None:
    meter = TargetMeter(TARGET)
    fractions = [0.0]

    written = b"".join(b"%.6f %d\n" % packet for packet in packets)
    for piece in data.draw(pieces(written)):
        meter.feed(piece)
        fractions.append(meter.fraction or 0.0)

    assert meter.packets == len(packets)
    assert meter.size_bytes == sum(size for _, size in packets)
    assert meter.seconds == pytest.approx(max([0.0, *(time for time, _ in packets)]), abs=1e-6)
    assert fractions == sorted(fractions)
    assert fractions[-1] <= 1


def test_lines_of_another_shape_are_passed_over() -> None:
    meter = TargetMeter(TARGET)

    meter.feed(b"NOPTS 12\n\n1.5\nx y z\n2.5 100\n")

    assert (meter.packets, meter.size_bytes, meter.seconds) == (1, 100, 2.5)


def test_a_last_line_without_its_end_is_not_believed() -> None:
    meter = TargetMeter(TARGET)

    meter.feed(b"1.0 100\n2.0 20")
    meter.feed(b"")

    assert (meter.packets, meter.size_bytes) == (1, 100)


def test_without_a_planned_length_there_is_no_fraction() -> None:
    meter = TargetMeter(TARGET.but(duration_seconds=None))

    meter.feed(b"1.0 100\n")

    assert not meter.has_length
    assert (meter.fraction, meter.eta_seconds) == (None, None)


def test_the_rest_is_estimated_from_the_speed_so_far() -> None:
    meter = TargetMeter(TARGET)
    assert meter.eta_seconds is None

    meter.feed(b"5.0 100\n")

    assert meter.speed > 0
    assert meter.frames_per_second > 0
    assert meter.eta_seconds is not None
    assert meter.eta_seconds >= 0
    meter.feed(b"11.0 100\n")
    assert (meter.fraction, meter.eta_seconds) == (1.0, 0.0)


def frame(number: int, mse: float, ssim: float) -> bytes:
    """What metadata=mode=print says of a frame."""
    return (
        f"frame:{number}    pts:{number}       pts_time:{number / 25}\n"
        f"lavfi.psnr.mse.y={mse / 2:.2f}\nlavfi.psnr.mse_avg={mse:.6f}\n"
        f"lavfi.psnr.psnr_avg=40.0\nlavfi.ssim.Y=0.5\nlavfi.ssim.All={ssim:.6f}\n"
    ).encode()


@given(
    frames=st.lists(st.tuples(st.floats(0.01, 1000), st.floats(0, 1)), min_size=1, max_size=9),
    depth=st.sampled_from([8, 10]),
    data=st.data(),
)
def test_qualities_are_means_over_all_frames(
    frames: list[tuple[float, float]], depth: int, data: st.DataObject
) -> None:
    meter = QualityMeter(MEASUREMENT.but(bit_depth=depth))
    written = b"".join(frame(number, *figures) for number, figures in enumerate(frames))
    for piece in data.draw(pieces(written)):
        meter.feed(piece)

    quality = meter.quality()
    assert quality is not None
    mse = sum(mse for mse, _ in frames) / len(frames)
    psnr = 10 * math.log10((2**depth - 1) ** 2 / mse)
    assert quality.frame_count == meter.frames == len(frames)
    assert quality.psnr == pytest.approx(min(psnr, 100), abs=0.01)
    assert quality.ssim == pytest.approx(sum(ssim for _, ssim in frames) / len(frames), abs=1e-5)


def test_identical_pictures_have_a_psnr_that_json_can_say() -> None:
    meter = QualityMeter(MEASUREMENT)

    meter.feed(frame(0, 0.0, 1.0))

    quality = meter.quality()
    assert quality is not None
    assert (quality.psnr, quality.ssim) == (100, 1)


def test_without_frames_there_is_no_quality() -> None:
    assert QualityMeter(MEASUREMENT).quality() is None
