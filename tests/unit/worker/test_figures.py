"""What was measured of each frame: gathered, pooled and written down."""

import json
from pathlib import Path

import pytest

from reelmill.ffmpeg.meters import QualityMeter
from reelmill.model.errors import OutputInvalidError
from reelmill.model.process import Measurement
from reelmill.model.results import Artifact, Quality
from reelmill.worker.figures import gathered

ASKED = Measurement(
    output="quality",
    pad="f1",
    of="quality",
    metrics=("vmaf", "psnr"),
    log="quality.vmaf.csv",
    path="quality.json",
)


def heard(of: Measurement, *psnr: str) -> QualityMeter:
    meter = QualityMeter(of)
    for number, value in enumerate(psnr):
        mse = b"0" if value == "inf" else b"1"
        meter.feed(f"frame:{number} pts:0 pts_time:0\n".encode())
        meter.feed(b"lavfi.psnr.mse_avg=" + mse + b"\nlavfi.ssim.All=0.5\n")
        meter.feed(f"lavfi.psnr.psnr_avg={value}\n".encode())
    return meter


def found(of: Measurement, meter: QualityMeter, out: Path) -> tuple[Quality, Artifact | None]:
    quality = meter.quality()
    assert quality is not None
    return gathered(of, meter, quality, out)


def test_pools_and_writes_every_frame(tmp_path: Path) -> None:
    (tmp_path / "quality.vmaf.csv").write_text("Frame,vmaf,\n0,0.0,\n1,80.0,\n2,100.0,\n")

    quality, artifact = found(ASKED, heard(ASKED, "40", "inf", "30"), tmp_path)

    vmaf, psnr = quality.metrics["vmaf"], quality.metrics["psnr"]
    assert (vmaf.mean, vmaf.min) == (60, 0)
    assert vmaf.harmonic_mean == pytest.approx(3 / (1 + 1 / 81 + 1 / 101) - 1, abs=1e-6)
    assert (psnr.mean, psnr.min) == (pytest.approx(170 / 3, abs=1e-6), 30)
    assert artifact is not None
    assert artifact.path == "quality.json"
    written = (tmp_path / "quality.json").read_text()
    assert artifact.size_bytes == len(written)
    assert json.loads(written)["frames"] == [
        {"frame": 0, "psnr": 40.0, "ssim": 0.5, "vmaf": 0.0},
        {"frame": 1, "psnr": 100.0, "ssim": 0.5, "vmaf": 80.0},
        {"frame": 2, "psnr": 30.0, "ssim": 0.5, "vmaf": 100.0},
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["quality.json"]


def test_frames_that_were_left_out_have_no_figure(tmp_path: Path) -> None:
    of = ASKED.but(every=2)
    (tmp_path / "quality.vmaf.csv").write_text("Frame,vmaf,\n0,50,\n2,60,\n")

    quality, _ = found(of, heard(of, "40", "40", "40"), tmp_path)

    assert quality.metrics["vmaf"].mean == 55
    assert "one frame in 2" in (quality.approximate or "")
    frames = json.loads((tmp_path / "quality.json").read_text())["frames"]
    assert ["vmaf" in frame for frame in frames] == [True, False, True]


@pytest.mark.parametrize(
    ("log", "words"),
    [
        ("Frame,vmaf,\n0,50,\n", "vmaf of 1 frames, where 2 were compared"),
        ("Frame,vmaf,\n0,", "cannot be read"),
        ("", "vmaf of 0 frames"),
        (None, "cannot be read"),
    ],
)
def test_a_log_that_ends_early_is_no_result(tmp_path: Path, log: str | None, words: str) -> None:
    if log is not None:
        (tmp_path / "quality.vmaf.csv").write_text(log)
    with pytest.raises(OutputInvalidError, match=words):
        found(ASKED, heard(ASKED, "40", "40"), tmp_path)


def test_a_ladders_means_need_no_frames(tmp_path: Path) -> None:
    of = Measurement(output="quality_720p", pad="f1", of="mp4_720p")

    quality, artifact = found(of, heard(of, "40"), tmp_path)

    assert (quality.metrics, artifact) == ({}, None)
    assert list(tmp_path.iterdir()) == []
