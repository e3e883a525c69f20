"""What becomes of time: trim, constant rate, stills, sound."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmill.model.containers import Plain
from reelmill.model.facts import AudioStream, Facts, VideoStream
from reelmill.model.operations import ConstantRate, Node, Sound, Trim
from reelmill.model.steps import Plan, Policy
from reelmill.planner.lowering.timing import decimal
from reelmill.planner.plan import plan
from tests.unit.planner.films import facts, film, picture, sound
from tests.unit.planner.graphs import AUDIO, MP4, PCM, PICTURE, TRACK, VIDEO, WAV, graph, still
from tests.unit.planner.render import process_lines

STEADY = ConstantRate(id="steady", input="picture", max_rate=Fraction(120))
SOUND = Sound(id="sound", input="track")


def filters(made: Plan) -> list[str]:
    (step,) = made.steps
    lines = [line for line in process_lines(step.running()) if line.startswith("f")]
    return [line.partition(" = ")[2].partition(" < ")[0] for line in lines]


def of_video(known: Facts, *nodes: Node) -> Plan:
    encode = VIDEO.but(input=nodes[-1].id)
    made = graph(PICTURE, TRACK, *nodes, encode, MP4.but(streams=("video",)))
    return plan(made, known, Policy(encoder_threads=1), passes=())


def of_sound(known: Facts, *nodes: Node) -> Plan:
    made = graph(PICTURE, TRACK, *nodes, PCM.but(input=nodes[-1].id), WAV)
    return plan(made, known, passes=())


def codes(made: Plan) -> list[str]:
    return [notice.code for notice in made.warnings]


def both(video: VideoStream | None = None, audio: AudioStream | None = None) -> Facts:
    return facts(film(video or picture(), audio or sound()))


@given(st.fractions(min_value=0, max_value=90_000))
def test_seconds_are_written_to_the_microsecond_and_without_exponent(value: Fraction) -> None:
    text = decimal(value)

    assert "e" not in text
    assert abs(Fraction(text) - value) < Fraction(1, 1_000_000)


def test_trims_picture_and_sound_to_begin_at_0() -> None:
    start, end = Fraction(3, 2), Fraction(4)
    video = of_video(both(), Trim(id="part", input="picture", start_seconds=start, end_seconds=end))
    audio = of_sound(both(), Trim(id="part", input="track", start_seconds=start, end_seconds=end))

    assert filters(video) == ["trim start=1.5 end=4", "setpts expr=PTS-1.5/TB"]
    assert filters(audio) == ["atrim start=1.5 end=4", "asetpts expr=PTS-1.5/TB"]
    for made in (video, audio):
        assert made.steps[0].expects[0].duration_seconds == Fraction(5, 2)


def test_a_trim_without_an_end_goes_on() -> None:
    made = of_video(both(), Trim(id="part", input="picture", start_seconds=Fraction(4)))

    assert filters(made)[0] == "trim start=4"
    assert made.steps[0].expects[0].duration_seconds == 6


def test_a_constant_rate_counts_the_frames() -> None:
    made = of_video(both(), STEADY)

    assert filters(made) == ["fps fps=25 start_time=0"]
    (expected,) = made.steps[0].expects[0].streams
    assert (expected.frame_rate, expected.frame_count) == (25, 250)
    assert made.warnings == ()


def test_a_variable_rate_is_made_constant_at_the_nominal_one() -> None:
    rate = Fraction(30_000, 1001)
    video = picture(variable_rate=True, nominal_rate=rate)
    made = of_video(both(video), STEADY)

    assert filters(made) == ["fps fps=30000/1001 start_time=0"]
    assert codes(made) == ["variable_frame_rate"]


def test_a_high_rate_is_lowered() -> None:
    made = of_video(both(picture(nominal_rate=Fraction(240))), STEADY)

    assert filters(made) == ["fps fps=120 start_time=0"]
    assert codes(made) == ["frame_rate_lowered"]


@pytest.mark.parametrize(
    ("sound_ends", "held"), [(Fraction(11), None), (Fraction(12), "2"), (Fraction(9), None)]
)
def test_a_picture_that_ends_more_than_a_second_early_is_held(
    sound_ends: Fraction, held: str | None
) -> None:
    known = both(audio=sound(end_seconds=sound_ends))
    made = of_video(known, STEADY.but(hold_for="track"))

    tail = [f"tpad stop_mode=clone stop_duration={held}"] if held else []
    assert filters(made) == ["fps fps=25 start_time=0", *tail]
    assert codes(made) == (["picture_held"] if held else [])
    length = sound_ends if held else 10
    assert made.steps[0].expects[0].duration_seconds == length
    assert made.steps[0].expects[0].streams[0].frame_count == length * 25


def test_a_picture_is_not_held_for_sound_that_is_not_there() -> None:
    made = of_video(facts(film(picture())), STEADY.but(hold_for="track"))

    assert filters(made) == ["fps fps=25 start_time=0"]


@pytest.mark.parametrize(
    ("position", "expression", "limit"),
    [
        (Fraction(0), "gte(t,0)*not(gte(prev_t,0))", 1),
        (Fraction(1, 4), "gte(t,2.499)*not(gte(prev_t,2.499))", 1),
        (Fraction(995, 1000), "gte(t,9.949)*not(gte(prev_t,9.949))", 1),
        (Fraction(999, 1000), "gte(t,9.499)", None),
        (Fraction(1), "gte(t,9.499)", None),
    ],
)
def test_a_still_is_taken_at_a_share_of_the_length(
    position: Fraction, expression: str, limit: int | None
) -> None:
    made = plan(graph(PICTURE, *still(position)), both(), passes=())

    assert filters(made) == [f"select expr={expression}"]
    assert made.steps[0].running().targets[0].frame_limit == limit


def test_a_still_of_a_late_picture_is_counted_from_its_first_frame() -> None:
    late = picture(start_seconds=Fraction(4))
    made = plan(graph(PICTURE, *still(Fraction(1, 2))), both(late), passes=())

    assert filters(made) == ["select expr=gte(t,6.999)*not(gte(prev_t,6.999))"]


def test_times_are_counted_from_where_the_file_begins() -> None:
    video = picture(start_seconds=Fraction(101), end_seconds=Fraction(111))
    known = facts(film(video, start_seconds=Fraction(100)))
    made = plan(graph(PICTURE, *still(0)), known, passes=())

    assert filters(made) == ["select expr=gte(t,0.999)*not(gte(prev_t,0.999))"]


PINNED = "out_sample_fmt=fltp out_chlayout=stereo"
FILLED = f"aresample async=1 min_hard_comp=0.02 {PINNED} first_pts=0"


def test_late_sound_begins_with_silence() -> None:
    made = of_sound(both(audio=sound(start_seconds=Fraction(2))), SOUND)

    assert filters(made) == [FILLED]
    assert made.steps[0].expects[0].duration_seconds == 10


def test_sound_that_ends_early_is_padded_to_the_picture() -> None:
    known = both(audio=sound(end_seconds=Fraction(7)))
    made = of_sound(known, SOUND.but(pad_to="picture"))

    assert filters(made) == [FILLED, "apad whole_dur=10"]
    assert codes(made) == ["sound_padded"]
    assert made.steps[0].expects[0].duration_seconds == 10


def test_a_difference_that_nobody_hears_is_left() -> None:
    known = both(audio=sound(end_seconds=Fraction(996, 100)))

    assert filters(of_sound(known, SOUND.but(pad_to="picture"))) == [FILLED]


@pytest.mark.parametrize(
    ("channels", "most", "layout"),
    [(6, 2, "stereo"), (2, 1, "mono"), (8, 6, "6c"), (1, 2, None), (2, 2, None)],
)
def test_channels_are_mixed_down_but_never_up(channels: int, most: int, layout: str | None) -> None:
    made = of_sound(both(audio=sound(channels=channels)), SOUND.but(max_channels=most))

    assert filters(made) == [
        FILLED,
        *([f"aformat sample_fmts=fltp channel_layouts={layout}"] if layout else []),
    ]
    assert codes(made) == (["audio_downmixed"] if layout else [])
    assert made.steps[0].expects[0].streams[0].channels == min(channels, most)


def test_two_audio_streams_are_told_apart_by_language() -> None:
    english = sound(index=1, language="eng")
    german = sound(index=2, language="deu", sample_rate=44_100)
    known = facts(film(picture(), english, german))
    track = TRACK.but(language="deu")
    output = MP4.but(streams=("audio",), container=Plain(format="mp4"))
    made = plan(graph(track, AUDIO, output), known, passes=())

    stream = made.steps[0].running().targets[0].streams[0]
    assert (stream.pad, stream.language) == ("in0:2", "deu")
    assert codes(made) == ["audio_tracks_dropped"]
