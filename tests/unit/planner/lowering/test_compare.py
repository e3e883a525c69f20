"""Two pictures made comparable: what stands before the filters that compare them."""

from fractions import Fraction

import pytest

from reelmill.model.errors import InvalidRequestError, UnsupportedMediaError
from reelmill.model.facts import Colour, Facts, MasteringDisplay, VideoStream
from reelmill.model.graph import Comparison, Graph, QualityOutput, Source
from reelmill.model.operations import SelectVideo
from reelmill.model.steps import Plan, Step
from reelmill.planner.plan import plan
from tests.unit.planner.films import HOST, facts, film, picture
from tests.unit.planner.graphs import MP4, PICTURE, VIDEO, graph
from tests.unit.planner.render import process_lines

ALIGNED = ["setpts expr=PTS-STARTPTS", "fps fps=25 start_time=0"]
PINNED = "format pix_fmts=yuv420p color_ranges=tv"
PQ = Colour(range="tv", matrix="bt2020nc", primaries="bt2020", transfer="smpte2084")


def compared(
    one: VideoStream,
    other: VideoStream,
    *metrics: str,
    mode: str = "exact",
    known: Facts | None = None,
) -> Plan:
    nodes = (SelectVideo(id="one", source="main"), SelectVideo(id="other", source="reference"))
    output = Comparison.model_validate(
        {
            "name": "quality",
            "task": "measure",
            "path": "quality.json",
            "picture": "one",
            "reference": "other",
            "metrics": metrics or ("psnr",),
            "mode": mode,
        }
    )
    made = Graph(
        sources=(Source(id="main"), Source(id="reference")), nodes=nodes, outputs=(output,)
    )
    return plan(made, known or facts(film(one), film(other, source="reference")))


def filters(step: Step) -> list[str]:
    lines = [line for line in process_lines(step.running()) if line.startswith("f")]
    return [line.partition(" = ")[2].partition(" < ")[0] for line in lines]


def test_alike_but_for_the_bits_only_clocks_are_set() -> None:
    made = compared(picture(), picture())

    (step,) = made.steps
    found = filters(step)
    assert found[:2] == ALIGNED
    assert found[-2:] == ["psnr shortest=1", "ssim shortest=1"]
    assert [one for one in found if one.startswith("format")] == [PINNED] * 2
    assert not [one for one in found if one.startswith(("scale", "zscale"))]
    (measurement,) = step.running().measurements
    assert (measurement.frame_count, measurement.log) == (250, None)
    assert made.warnings == ()


def test_the_judged_one_becomes_like_the_reference() -> None:
    small = picture(
        width=640, height=360, nominal_rate=Fraction(50), end_seconds=Fraction(8), bit_depth=10,
        pix_fmt="yuv420p10le",
    )  # fmt: skip

    made = compared(small, picture())

    found = filters(made.steps[0])
    assert "scale w=1920 h=1080 flags=bicubic" in found
    assert found.count("fps fps=25 start_time=0") == 2
    assert sum(one.startswith("format pix_fmts=yuv420p10le") for one in found) == 2
    (measurement,) = made.steps[0].running().measurements
    assert (measurement.frame_count, measurement.bit_depth) == (200, 10)
    assert [one.code for one in made.warnings] == [
        "frame_rate_matched",
        "scaled_to_reference",
        "lengths_differ",
    ]


def test_libvmaf_is_asked_once_for_all_that_it_knows() -> None:
    made = compared(picture(), picture(), "vmaf", "ms_ssim", "psnr")

    assert filters(made.steps[0])[-3:] == [
        "psnr shortest=1",
        "ssim shortest=1",
        "libvmaf log_path=quality.vmaf.csv log_fmt=csv n_threads=2"
        " feature=name=float_ms_ssim shortest=1",
    ]


def test_fast_leaves_frames_out_and_says_so() -> None:
    made = compared(picture(), picture(), "vmaf", mode="fast")

    assert "n_subsample=5" in filters(made.steps[0])[-1]
    assert [one.code for one in made.warnings] == ["quality_approximate"]
    assert made.cost.cpu_seconds < compared(picture(), picture(), "vmaf").cost.cpu_seconds


def test_one_curve_maps_the_tones_of_both() -> None:
    bright = MasteringDisplay(max_luminance=4000)
    one = picture(hdr="hdr10", colour=PQ, pix_fmt="yuv420p10le", bit_depth=10)
    other = one.but(mastering=bright)

    curves = [f for f in filters(compared(one, other).steps[0]) if f.startswith("tonemap")]

    assert len(curves) == 2
    assert curves[0] == curves[1]
    assert "peak=19.7044" in curves[0]


def test_hdr_is_not_held_against_sdr() -> None:
    with pytest.raises(UnsupportedMediaError, match="SDR and HDR10"):
        compared(picture(), picture(hdr="hdr10", colour=PQ))


def test_shapes_must_be_alike() -> None:
    with pytest.raises(InvalidRequestError, match="1440x1080 cannot be compared with 1920x1080"):
        compared(picture(width=1440), picture())
    compared(picture(width=1900), picture())


def test_libvmaf_must_be_there() -> None:
    host = HOST.but(filters=("psnr", "ssim"))
    known = facts(film(), film(source="reference"), host=host)
    with pytest.raises(UnsupportedMediaError, match="no libvmaf"):
        compared(picture(), picture(), "vmaf", known=known)


def test_measured_while_encoding() -> None:
    """The metrics of an analysis join the encode, as those of a ladder do."""
    asked = QualityOutput(
        name="quality", task="measure", encode="video", metrics=("vmaf",), path="quality.json"
    )

    (step,) = plan(graph(PICTURE, VIDEO, MP4.but(streams=("video",)), asked), facts()).steps

    assert step.outputs == ("mp4", "quality")
    names = [one.name for part in step.running().graphs for one in part.filters]
    assert names == ["psnr", "ssim", "libvmaf"]
    assert step.why[-1] == "quality is measured while encoding, by a loopback decoder"


@pytest.mark.parametrize(
    ("width", "height", "model"),
    [(1920, 1080, None), (2560, 1440, None), (3840, 2160, "vmaf_4k_v0.6.1")],
)
def test_a_4k_reference_has_a_model_of_its_own(width: int, height: int, model: str | None) -> None:
    """Netflix: vmaf_v0.6.1 is for HD on a television, vmaf_4k_v0.6.1 for 4K."""
    (step,) = compared(picture(), picture(width=width, height=height), "vmaf").steps
    (asked,) = [line for line in filters(step) if line.startswith("libvmaf")]
    assert ("version=vmaf_4k_v0.6.1" in asked) == (model is not None)
    assert [one.model for one in step.running().measurements] == [model or "vmaf_v0.6.1"]
