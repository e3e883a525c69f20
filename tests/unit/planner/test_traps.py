"""Traps of FFmpeg that were met while measuring, each with the planner's answer to it."""

from collections.abc import Iterator
from fractions import Fraction

import pytest

from reelmill.model.facts import Facts, VideoStream
from reelmill.model.process import Filter, Process
from reelmill.model.steps import Plan, Policy, Step
from reelmill.planner.plan import plan
from reelmill.planner.rules import PASSES, Pass
from reelmill.recipes.ladder.graph import ladder
from reelmill.recipes.ladder.settings import LadderCodec, LadderSettings
from tests.unit.planner.films import facts, film, picture, sound
from tests.unit.planner.graphs import AUDIO, HLS, MP4, PICTURE, TRACK, VIDEO, graph

WAYS = pytest.mark.parametrize("passes", [(), PASSES], ids=["apart", "together"])


def every_step(made: Plan) -> Iterator[Step]:
    for step in made.steps:
        yield step
        yield from step.split


def processes(made: Plan) -> list[Process]:
    return [step.process for step in every_step(made) if step.process is not None]


def feeding(process: Process, pad: str) -> list[Filter]:
    """The filters from a pad back to its inputs, the last one first."""
    known = {one.id: one for g in process.graphs for one in g.filters}
    chain: list[Filter] = []
    while pad in known:
        chain.append(known[pad])
        pad = known[pad].inputs[0]
    return chain


@WAYS
def test_pixels_and_range_are_pinned_in_every_branch(passes: tuple[Pass, ...]) -> None:
    """A thumbnail's full range leaked through a shared scaler into the 720p rendition."""
    for process in processes(plan(ladder(), facts(), passes=passes)):
        for target in process.targets:
            for stream in target.streams:
                if stream.kind == "audio" or stream.encoder == "copy":
                    continue
                pin, shape, *_ = feeding(process, stream.pad)
                wanted = "pc" if stream.kind == "image" else "tv"
                assert (pin.name, shape.name) == ("setparams", "format")
                assert dict(pin.options)["range"] == wanted
                assert dict(shape.options) == {"pix_fmts": "yuv420p", "color_ranges": wanted}


@WAYS
def test_samples_are_pinned_in_every_resampler(passes: tuple[Pass, ...]) -> None:
    """A WAV beside it made the samples of a FLAC 16 bits wide, through a shared resampler."""
    for process in processes(plan(ladder(), facts(), passes=passes)):
        resamplers = [f for g in process.graphs for f in g.filters if f.name == "aresample"]
        assert {dict(f.options)["out_sample_fmt"] for f in resamplers} <= {"fltp"}


@WAYS
def test_key_frames_stand_on_one_grid_in_every_rung(passes: tuple[Pass, ...]) -> None:
    """Segments that are cut at whatever key frame comes next were 14.7 s and 0.3 s long."""
    settings = LadderSettings(segment_seconds=Fraction(6))
    made = plan(ladder(settings), facts(), passes=passes)
    grids = {
        dict(stream.options)["force_key_frames"]
        for process in processes(made)
        for target in process.targets
        for stream in target.streams
        if stream.kind == "video" and stream.encoder != "copy"
    }

    assert grids == {"expr:gte(t,n_forced*6)"}
    hls = [m for p in processes(made) for t in p.targets for m in t.muxes if m.format == "hls"]
    assert {dict(mux.options)["hls_time"] for mux in hls} == {"6"}


LATE = picture(start_seconds=Fraction(3))
VARIABLE = picture(variable_rate=True)


@WAYS
@pytest.mark.parametrize("stream", [LATE, VARIABLE], ids=["late", "variable"])
def test_rungs_have_a_constant_rate_from_0(stream: VideoStream, passes: tuple[Pass, ...]) -> None:
    """On a variable rate, or video that starts late, segments were 35 s and 0.03 s long."""
    made = plan(ladder(), facts(film(stream, sound())), passes=passes)

    for process in processes(made):
        for target in process.targets:
            for stream_ in target.streams:
                if stream_.kind == "video" and stream_.encoder != "copy":
                    rates = [f for f in feeding(process, stream_.pad) if f.name == "fps"]
                    assert [f.options for f in rates] == [(("fps", "25"), ("start_time", "0"))]


def stills(known: Facts, *passes: Pass) -> list[tuple[str, str, int | None]]:
    found: list[tuple[str, str, int | None]] = []
    for process in (s.running() for s in plan(ladder(), known, passes=passes).steps if s.process):
        for target in process.targets:
            if target.still is not None:
                picks = [f for f in feeding(process, target.streams[0].pad) if f.name == "select"]
                (pick,) = picks
                expression = dict(pick.options)["expr"]
                found.append((target.muxes[0].output, expression, target.frame_limit))
    return found


def test_the_last_thumbnail_is_looked_for_in_the_last_half_second() -> None:
    """To seek to the container's duration yields nothing."""
    assert stills(facts(), *PASSES)[-1] == ("thumb_100", "gte(t,9.499)", None)


def test_the_last_thumbnail_overwrites_itself_until_the_last_frame() -> None:
    made = plan(ladder(), facts())
    step = made.step_of("thumb_100")
    assert step is not None
    target = next(t for t in step.running().targets if t.muxes[0].output == "thumb_100")

    assert target.muxes[0].options == (("update", "1"),)
    assert target.frame_limit is None


def test_stills_are_chosen_by_time_not_by_number() -> None:
    """Numbers of frames are wrong on a variable rate."""
    for known in (facts(), facts(film(VARIABLE, sound()))):
        for name, expression, limit in stills(known)[:-1]:
            assert expression.startswith("gte(t,"), name
            assert "not(gte(prev_t," in expression
            assert "n" not in expression.replace("not", "")
            assert limit == 1


def test_a_still_is_taken_of_the_source_as_it_is_not_of_a_constant_rate() -> None:
    made = plan(ladder(), facts(film(VARIABLE, sound())))
    step = made.step_of("thumb_50")
    assert step is not None
    process = step.running()
    target = next(t for t in process.targets if t.muxes[0].output == "thumb_50")

    assert "fps" not in [f.name for f in feeding(process, target.streams[0].pad)]


def test_a_loopback_reference_is_what_went_into_the_encoder() -> None:
    """From another graph: in one, FFmpeg would see a cycle through the decoder."""
    step = plan(ladder(), facts()).steps[0]
    process = step.running()
    pictures, sound, *measured = process.graphs

    assert {f.name for f in sound.filters} == {"aresample"}
    assert [[f.name for f in one.filters] for one in measured] == [["psnr", "ssim"]] * 2
    encoded = {f"dec:{s.id}": s.pad for t in process.targets for s in t.streams}
    for one in measured:
        distorted, reference = one.filters[0].inputs
        assert reference == encoded[distorted]
        assert reference in {f.id for f in pictures.filters}


def test_a_loopback_compares_what_the_separate_pass_compares() -> None:
    apart = plan(ladder(), facts(), passes=()).step_of("quality_720p")
    inside = plan(ladder(), facts()).step_of("quality_720p")
    assert apart is not None
    assert inside is not None

    def reference(process: Process) -> list[tuple[str, object]]:
        measured = next(m for m in process.measurements if m.output == "quality_720p")
        ssim, _ = feeding(process, measured.pad)[:2]
        return [(f.name, f.options) for f in feeding(process, ssim.inputs[1])]

    assert reference(apart.running()) == reference(inside.running())


def test_the_compared_frames_are_counted() -> None:
    """Where one side is short, FFmpeg repeats its last frame and says nothing."""
    for process in processes(plan(ladder(), facts())):
        assert [m.frame_count for m in process.measurements] in ([], [250], [250, 250])


@WAYS
@pytest.mark.parametrize("codec", ["h264", "hevc", "av1", "vp9"])
def test_threads_are_pinned_on_every_video_encoder(
    codec: LadderCodec, passes: tuple[Pass, ...]
) -> None:
    """x264's packets depend on the number of threads: a retry must make the same ones."""
    made = plan(
        ladder(LadderSettings(codec=codec)), facts(), Policy(encoder_threads=5), passes=passes
    )

    for process in processes(made):
        for target in process.targets:
            for stream in target.streams:
                if stream.kind == "video" and stream.encoder != "copy":
                    assert dict(stream.options)["threads"] == "5"


def test_an_hls_playlist_is_as_long_as_its_picture() -> None:
    """FFmpeg counts segments by the picture; sound that goes on is in the last one."""
    known = facts(film(picture(), sound(end_seconds=Fraction(21, 2))))
    made = plan(graph(PICTURE, TRACK, VIDEO, AUDIO, MP4, HLS), known)

    lengths = {one.output: one.duration_seconds for one in made.steps[0].expects}
    assert lengths == {"mp4": Fraction(21, 2), "hls": 10}


def test_a_picture_with_transparency_is_decoded_with_it() -> None:
    """FFmpeg's own decoder of VP9 drops the alpha plane."""
    known = facts(film(picture(codec="vp9", has_alpha=True), sound()))

    assert plan(ladder(), known).steps[0].running().inputs[0].decoders == ((0, "libvpx-vp9"),)
