"""How close one file is to another: held against FFmpeg's own figures, and against identities."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from statistics import median
from typing import Any

import pytest

import reelmill
from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.model.metrics import Metric
from tests.acceptance.command import here
from tests.media.clips import clip_file

ALL = ("vmaf", "psnr", "ssim", "ms-ssim")
CHEAP = {"preset": "ultrafast", "crf": 40}


def ffmpeg(*words: str | Path) -> str:
    """FFmpeg by hand; what it says."""
    command = [find_ffmpeg().path, "-hide_banner", "-y", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stderr


@pytest.fixture(scope="session")
def worse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The plain clip, badly encoded."""
    path = tmp_path_factory.mktemp("worse") / "worse.mp4"
    reelmill.convert(clip_file("plain"), path, video=CHEAP)
    return path


def by_hand(distorted: Path, reference: Path, folder: Path) -> list[dict[str, float]]:
    """Every frame's figures as libvmaf has them."""
    log = folder / "by_hand.json"
    graph = f"libvmaf=log_fmt=json:log_path={log}:feature=name=float_ms_ssim"
    ffmpeg("-i", distorted, "-i", reference, "-lavfi", graph, "-f", "null", "-")
    return [frame["metrics"] for frame in json.loads(log.read_text())["frames"]]


def test_as_libvmaf_by_hand(worse: Path, tmp_path: Path) -> None:
    found = reelmill.analyze(worse, clip_file("plain"), ALL)

    frames = by_hand(worse, clip_file("plain"), tmp_path)
    assert found.frame_count == len(frames) == len(found.frames) == 50
    pairs: tuple[tuple[Metric, str], ...] = (("vmaf", "vmaf"), ("ms_ssim", "float_ms_ssim"))
    for ours, theirs in pairs:
        values = [frame[theirs] for frame in frames]
        pooled = found.metrics[ours]
        assert [frame[ours] for frame in found.frames] == pytest.approx(values, abs=0.01)
        assert pooled.mean == pytest.approx(sum(values) / 50, abs=0.01)
        assert pooled.min == pytest.approx(min(values), abs=0.01)
        assert pooled.min < pooled.harmonic_mean <= pooled.mean
    assert found.metrics["vmaf"].mean < 97
    assert (found.approximate, found.model) == (None, "vmaf_v0.6.1")
    assert found.warnings == ()


def test_as_ffmpegs_psnr_and_ssim(worse: Path) -> None:
    found = reelmill.analyze(worse, clip_file("plain"), ["psnr", "ssim"])

    words = ("-i", worse, "-i", clip_file("plain"), "-f", "null", "-lavfi")
    ssim = re.search(r"All:([\d.]+)", ffmpeg(*words, "ssim", "-"))
    psnr = re.search(r"min:([\d.]+)", ffmpeg(*words, "psnr", "-"))
    assert ssim is not None
    assert psnr is not None
    assert found.metrics["ssim"].mean == pytest.approx(float(ssim[1]), abs=1e-5)
    assert found.metrics["psnr"].min == pytest.approx(float(psnr[1]), abs=1e-4)
    assert set(found.metrics) == {"psnr", "ssim"}


def test_a_file_is_like_itself() -> None:
    found = reelmill.analyze(clip_file("plain"), clip_file("plain"), ALL)

    assert found.metrics["psnr"].min == 100
    assert found.metrics["ssim"].min == 1
    assert found.metrics["ms_ssim"].min == pytest.approx(1, abs=1e-4)
    assert found.metrics["vmaf"].mean > 95
    assert "Infinity" not in found.to_json()


@pytest.mark.parametrize("clip", ["ts", "video_late", "b_frames"])
def test_each_begins_at_its_first_frame(clip: str) -> None:
    """The same fifty frames, but for those that flash, on other clocks."""
    found = reelmill.analyze(clip_file(clip), clip_file("plain"), ["psnr"])

    assert found.frame_count >= 49
    assert median(frame["psnr"] for frame in found.frames) > 45


def test_another_size_rate_and_length(tmp_path: Path) -> None:
    other = tmp_path / "other.mp4"
    small = ("-vf", "scale=320:180,fps=12.5", "-t", "1.2", "-an")
    ffmpeg("-i", clip_file("plain"), *small, "-crf", "12", other)

    found = reelmill.analyze(other, clip_file("plain"), ["psnr", "vmaf"])

    codes = [warning.code for warning in found.warnings]
    assert codes == ["frame_rate_matched", "scaled_to_reference", "lengths_differ"]
    assert found.frame_count == 30
    shown_anew = [frame["psnr"] for frame in found.frames[::2]]
    assert min(shown_anew) > 20


def test_fast_is_called_approximate(worse: Path) -> None:
    exact = reelmill.analyze(worse, clip_file("plain"), ["vmaf", "psnr"])
    fast = reelmill.analyze(worse, clip_file("plain"), ["vmaf", "psnr"], mode="fast")

    assert "one frame in 5" in (fast.approximate or "")
    assert [warning.code for warning in fast.warnings] == ["quality_approximate"]
    assert fast.metrics["psnr"] == exact.metrics["psnr"]
    assert [one["frame"] for one in fast.frames if "vmaf" in one] == list(range(0, 50, 5))
    assert fast.metrics["vmaf"].mean == pytest.approx(exact.metrics["vmaf"].mean, abs=1)


def test_without_a_reference(tmp_path: Path) -> None:
    """The same picture, blurred."""
    blurred = tmp_path / "blurred.mp4"
    ffmpeg("-i", clip_file("plain"), "-vf", "gblur=sigma=4", "-an", blurred)

    sharp, soft = (reelmill.analyze(path) for path in (clip_file("plain"), blurred))

    assert set(sharp.metrics) == {"blur", "blockiness"}
    assert sharp.frame_count == 50
    assert soft.metrics["blur"].mean > 1.2 * sharp.metrics["blur"].mean


@pytest.mark.parametrize(
    ("pair", "metrics", "code", "words"),
    [
        (("plain", "square"), ["psnr"], "invalid_request", "shapes differ"),
        (("plain", "audio_only"), ["psnr"], "unsupported_media", "the reference has no picture"),
        (("audio_only", "plain"), ["psnr"], "unsupported_media", "the input has no picture"),
        (("plain_720p", "hdr10"), ["psnr"], "unsupported_media", "SDR and HDR10"),
        (("plain", "plain"), ["beauty"], "invalid_request", "'vmaf', 'psnr', 'ssim' or 'ms_ssim'"),
        (("tiny_5x5", "tiny_5x5"), ["ms-ssim"], "unsupported_media", "176 pixels"),
    ],
)
def test_what_cannot_be_compared(
    pair: tuple[str, str], metrics: list[str], code: str, words: str
) -> None:
    with pytest.raises(reelmill.ReelmillError, match=re.escape(words)) as caught:
        reelmill.analyze(clip_file(pair[0]), clip_file(pair[1]), metrics)
    assert caught.value.code == code


def test_metrics_that_compare_need_something_to_compare_with() -> None:
    with pytest.raises(reelmill.ReelmillError, match="give a reference"):
        reelmill.analyze(clip_file("plain"), metrics=["vmaf"])


def test_measured_inside_the_encode(tmp_path: Path) -> None:
    """In one process; and the same as measured afterwards."""
    output, plans = tmp_path / "out.mp4", list[reelmill.Planned]()
    operation: dict[str, Any] = {"type": "analyze", "params": {"metrics": [*ALL[:3]]}}

    done = reelmill.convert(
        clip_file("plain"), output, [operation], video=CHEAP, on_plan=plans.append
    )

    (step,) = plans[0].plan.steps
    assert set(step.outputs) == {"output", "quality"}
    (quality,) = done.outcome.qualities
    after = reelmill.analyze(output, clip_file("plain"), ALL[:3])
    assert quality.frame_count == after.frame_count == 50
    assert quality.metrics["vmaf"].mean == pytest.approx(after.metrics["vmaf"].mean, abs=0.01)
    assert quality.metrics["psnr"].min == pytest.approx(after.metrics["psnr"].min, abs=0.01)
    assert done.others == (tmp_path / "out_quality.json",)
    frames = json.loads(done.others[0].read_text())["frames"]
    assert [frame["frame"] for frame in frames] == list(range(50))


def test_against_another_file(tmp_path: Path, worse: Path) -> None:
    operation = {"type": "analyze", "metrics": ["psnr"], "reference_path": str(clip_file("plain"))}

    done = reelmill.convert(worse, tmp_path / "copy.mp4", [operation], video={"codec": "copy"})

    (quality,) = done.outcome.qualities
    expected = reelmill.analyze(worse, clip_file("plain"), ["psnr"])
    assert quality.metrics == expected.metrics


def test_nothing_to_measure(tmp_path: Path) -> None:
    with pytest.raises(reelmill.ReelmillError, match="picture is encoded"):
        reelmill.convert(clip_file("plain"), tmp_path / "a.mp3", [{"type": "analyze"}])


def test_the_command(worse: Path) -> None:
    asked = ("analyze", worse, "--reference", clip_file("plain"), "--metrics", "psnr,ssim")

    ran = here(*asked, "--json")
    shown = here(*asked)

    assert ran.code == 0, ran.err
    said = json.loads(ran.out)
    assert set(said["metrics"]) == {"psnr", "ssim"}
    assert said["frame_count"] == 50
    assert "harmonic mean" in shown.out
    assert here("analyze", worse, "--metrics", "vmaf").code == 2
