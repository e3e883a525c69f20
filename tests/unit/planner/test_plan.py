"""plan as a whole: what is made and what is not, what is refused, what is told, what it costs."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reelmill.model.containers import Cmaf, Container, Hls, Plain
from reelmill.model.errors import InvalidRequestError, UnsupportedMediaError
from reelmill.model.experience import Finished
from reelmill.model.facts import Facts
from reelmill.model.graph import Condition, QualityOutput
from reelmill.model.operations import Scale
from reelmill.model.steps import Plan, Policy
from reelmill.planner.plan import plan
from reelmill.planner.rules import PASSES
from reelmill.recipes.ladder.graph import ladder
from tests.unit.planner.films import facts, film, picture, sound
from tests.unit.planner.graphs import (
    AUDIO,
    HLS,
    MASTER,
    MP4,
    PCM,
    PICTURE,
    QUALITY,
    TRACK,
    VIDEO,
    WAV,
    graph,
    small,
)


def skipped(made: Plan) -> dict[str, str]:
    return {task.name: task.skipped for task in made.tasks if task.skipped is not None}


@pytest.mark.parametrize(
    ("width", "height", "rungs"),
    [
        (1920, 1080, ["360p", "720p"]),
        (1280, 720, ["360p", "720p"]),
        (720, 1280, ["360p", "720p"]),
        (1280, 544, ["360p"]),
        (1278, 720, ["360p"]),
        (720, 720, ["360p"]),
        (1280, 1280, ["360p", "720p"]),
        (640, 360, ["360p"]),
    ],
)
def test_a_source_gets_the_rungs_that_fit_into_it(
    width: int, height: int, rungs: list[str]
) -> None:
    made = plan(ladder(), facts(film(picture(width=width, height=height), sound())))

    names = [name.removeprefix("mp4_") for step in made.steps for name in step.outputs]
    assert [name for name in names if name in ("360p", "720p")] == rungs


def test_anamorphic_and_turned_pictures_are_as_large_as_they_are_shown() -> None:
    wide = picture(width=1440, height=1080, sample_aspect=Fraction(4, 3), rotation_degrees=90)

    assert skipped(plan(ladder(), facts(film(wide, sound())))) == {}


def test_a_rung_that_is_skipped_takes_all_that_needs_it_along() -> None:
    made = plan(ladder(), facts(film(picture(width=1280, height=544), sound())))

    reason = "the source is 1280x544, and is never scaled up"
    assert skipped(made) == {"transcode_720p": reason, "prepare_hls_720p": reason}
    master = made.step_of("master_hls")
    assert master is not None
    assert master.needs == ("hls_360p",)
    measured = next(task for task in made.tasks if task.name == "measure_quality")
    assert measured.outputs == ("quality_360p",)


def test_without_sound_there_is_no_mp3_but_video_alone() -> None:
    made = plan(ladder(), facts(film(picture())))

    assert skipped(made) == {"extract_audio_mp3": "the source has no such stream"}
    step = made.step_of("mp4_360p")
    assert step is not None
    assert [one.kind for one in step.expects[0].streams] == ["video"]


def test_without_a_picture_there_is_only_sound() -> None:
    made = plan(ladder(), facts(film(sound(index=0))))

    assert [name for step in made.steps for name in step.outputs] == ["audio"]
    assert skipped(made)["transcode_360p"] == "the source has no picture"
    assert skipped(made)["generate_thumbnail"] == "the source has no such stream"
    assert skipped(made)["measure_quality"] == "what it measures is not made"
    assert skipped(made)["write_master_playlist"] == "there is nothing to package"


def test_a_condition_may_ask_for_one_side() -> None:
    output = MP4.but(streams=("video",), when=Condition(long_side=2000))

    other = MP4.but(name="other", path="o.mp4", streams=("video",))
    made = plan(graph(PICTURE, VIDEO, output, other), facts())

    assert made.step_of("mp4") is None
    with pytest.raises(UnsupportedMediaError, match="the source is 1920x1080, and is never scaled"):
        plan(graph(PICTURE, VIDEO, output), facts())


def test_a_language_that_is_not_there_is_refused() -> None:
    with pytest.raises(UnsupportedMediaError, match="the source has no such stream"):
        plan(graph(TRACK.but(language="deu"), PCM, WAV), facts())


@pytest.mark.parametrize(
    ("codec", "container", "words"),
    [
        ("ffv1", Plain(format="mp4"), "MP4 does not take ffv1, only h264, hevc, "),
        ("hevc", Hls(segment_seconds=Fraction(6)), "HLS with MPEG-TS does not take hevc, only "),
        ("av1", Hls(segment_seconds=Fraction(6)), "av1 goes into .*HLS with fMP4"),
        ("ffv1", Cmaf(segment_seconds=Fraction(6)), "CMAF does not take ffv1"),
        ("h264", Plain(format="mp3"), "MP3 does not take h264, only mp3"),
        ("h264", Plain(format="wav"), "WAV does not take h264, only pcm_s16le"),
    ],
)
def test_a_codec_that_a_container_does_not_take_is_refused(
    codec: str, container: Container, words: str
) -> None:
    output = MP4.but(streams=("video",), container=container)

    with pytest.raises(UnsupportedMediaError, match=words) as caught:
        plan(graph(PICTURE, VIDEO.but(codec=codec, crf=None), output), facts())
    assert caught.value.output == "mp4"


def test_sound_is_no_picture_and_a_picture_no_sound() -> None:
    scaled = Scale(id="scaled", input="track", short_side=360)
    video = VIDEO.but(input="scaled")

    with pytest.raises(InvalidRequestError, match="'track' is sound"):
        plan(graph(TRACK, scaled, video, MP4.but(streams=("video",))), facts())
    with pytest.raises(InvalidRequestError, match="'picture' is a picture"):
        plan(graph(PICTURE, AUDIO.but(input="picture"), MP4.but(streams=("audio",))), facts())


def test_a_bitstream_cannot_be_filtered() -> None:
    again = Scale(id="again", input="video", short_side=360)
    twice = VIDEO.but(id="twice", input="again")

    with pytest.raises(InvalidRequestError, match="'video' is a bitstream"):
        plan(graph(PICTURE, VIDEO, again, twice, MP4.but(streams=("twice",))), facts())


def test_a_bitstream_in_two_outputs_is_encoded_once() -> None:
    made = plan(graph(PICTURE, TRACK, VIDEO, AUDIO, MP4, HLS), facts(), passes=())

    streams = [[s.encoder for s in step.running().targets[0].streams] for step in made.steps]
    assert streams == [["libx264", "aac"], ["copy", "copy"]]
    assert made.steps[1].needs == ("mp4",)


def test_steps_come_after_what_they_need() -> None:
    made = plan(ladder(), facts(), passes=())

    done: set[str] = set()
    for step in made.steps:
        assert set(step.needs) <= done
        done |= set(step.outputs)


def test_the_ladder_is_one_process_and_one_document() -> None:
    made = plan(ladder(), facts())

    assert [step.executor for step in made.steps] == ["ffmpeg", "document"]
    assert len(made.steps[0].running().inputs) == 1


def test_a_task_is_required_if_one_of_its_outputs_is() -> None:
    made = plan(ladder(), facts())

    optional = [task.name for task in made.tasks if not task.required]
    assert optional == ["measure_quality"]
    assert all(step.required for step in made.steps)


@pytest.mark.parametrize("passes", [(), PASSES], ids=["apart", "together"])
def test_every_output_is_made_by_one_step(passes: tuple[()]) -> None:
    made = plan(ladder(), facts(), passes=passes)

    outputs = [name for step in made.steps for name in step.outputs]
    assert sorted(outputs) == sorted(output.name for output in ladder().outputs)
    for step in made.steps:
        expected = {one.output for one in step.expects}
        measured = {m.output for m in step.process.measurements} if step.process else set[str]()
        document = {step.document.output} if step.document else set[str]()
        assert expected | measured | document == set(step.outputs)


def test_a_plan_is_the_same_every_time_and_changes_nothing() -> None:
    made, known = ladder(), facts()
    before = made.to_json(), known.to_json()

    assert plan(made, known) == plan(made, known)
    assert (made.to_json(), known.to_json()) == before


def test_a_plan_survives_its_storage() -> None:
    made = plan(ladder(), facts())

    assert Plan.from_json(made.to_json()) == made


@pytest.mark.parametrize("passes", [(), PASSES], ids=["apart", "together"])
@given(
    seconds=st.fractions(1, 5000),
    more=st.fractions(1, 5000),
    side=st.sampled_from([360, 720, 1080, 2160]),
)
@settings(deadline=None, max_examples=30)  # a ladder is planned twice in each
def test_costs_are_positive_and_grow_with_the_length(
    passes: tuple[()], seconds: Fraction, more: Fraction, side: int
) -> None:
    def cost_of(length: Fraction) -> tuple[float, float, int]:
        cost = plan(ladder(), known(length, side), passes=passes).cost
        return cost.wall_seconds, cost.cpu_seconds, cost.size_bytes

    short, long = cost_of(seconds), cost_of(seconds + more)

    assert all(figure > 0 for figure in short)
    assert all(a <= b for a, b in zip(short, long, strict=True))


def known(length: Fraction, side: int) -> Facts:
    size = {"width": side * 16 // 9, "height": side, "end_seconds": length}
    streams = picture(**size), sound(end_seconds=length)
    return facts(film(*streams, duration_seconds=length))


def test_what_steps_took_counts_for_the_next() -> None:
    made = graph(PICTURE, *small())
    first = plan(made, facts())
    basis = first.steps[0].basis
    assert basis is not None
    sizes = {one.output: round(one.size_bytes / 2) for one in basis.sizes}
    slow = Finished(
        basis=basis,
        wall_seconds=4 * basis.wall_seconds,
        cpu_seconds=3 * basis.cpu_seconds,
        sizes=sizes,
    )
    again = plan(made, facts(), Policy(experience=(slow,) * 3))

    assert (first.cost.calibrated_by, again.cost.calibrated_by) == (0, 3)
    assert again.cost.wall_seconds == pytest.approx(4 * first.cost.wall_seconds, rel=1e-3)
    assert again.cost.cpu_seconds == pytest.approx(3 * first.cost.cpu_seconds, rel=1e-3)
    assert again.cost.size_bytes == pytest.approx(first.cost.size_bytes / 2, rel=1e-3)
    assert again.steps[0].basis == basis
    assert again.steps[0].longest == (again.cost.wall_seconds, again.cost.cpu_seconds)
    assert again.steps[0].process == first.steps[0].process


def test_a_step_may_take_as_long_as_the_table_says_whatever_was_learned() -> None:
    made = graph(PICTURE, *small())
    basis = plan(made, facts()).steps[0].basis
    assert basis is not None
    quick = Finished(basis=basis, wall_seconds=0.001, cpu_seconds=0.001)
    (step,) = plan(made, facts(), Policy(experience=(quick,) * 3)).steps

    assert step.cost.wall_seconds < basis.wall_seconds / 9
    assert step.longest == (basis.wall_seconds, basis.cpu_seconds)


def test_the_cost_of_a_plan_is_that_of_its_steps() -> None:
    made = plan(ladder(), facts(), passes=())

    assert made.cost.size_bytes == sum(step.cost.size_bytes for step in made.steps)
    assert plan(ladder(), facts()).cost.cpu_seconds < made.cost.cpu_seconds


def test_threads_follow_the_policy_and_else_the_host() -> None:
    def threads(policy: Policy | None) -> str:
        (step,) = plan(graph(PICTURE, *small()), facts(), policy).steps
        return dict(step.running().targets[0].streams[0].options)["threads"]

    assert threads(None) == "3"  # one and a half for each of two CPUs
    assert threads(Policy(encoder_threads=7)) == "7"


def test_what_the_operator_says_of_damage_stands_on_every_step() -> None:
    made = plan(ladder(), facts(), Policy(damaged="finish"))

    steps = [*made.steps, *(part for step in made.steps for part in step.split)]
    assert {step.damaged for step in steps} == {"finish"}


def test_the_optional_part_of_a_fused_step_stays_optional() -> None:
    quality = QualityOutput(name="quality", task="measure", encode="video", required=False)
    made = plan(graph(PICTURE, TRACK, VIDEO, AUDIO, MP4, HLS, MASTER, quality), facts())

    assert {task.name: task.required for task in made.tasks}["measure"] is False
    assert quality == QUALITY
