"""What becomes of time and of sound: speed, reverse, fades, loudness, silence, mixes."""

from fractions import Fraction

import pytest

from reelmill.model.errors import UnsupportedMediaError
from reelmill.model.facts import AudioStream, Facts, SourceFacts, VideoStream
from reelmill.model.graph import Graph, Source
from reelmill.model.operations import (
    Channels,
    ConstantRate,
    Fade,
    Loudness,
    Mix,
    Node,
    Place,
    RemoveSilence,
    Reverse,
    SelectAudio,
    Sound,
    Speed,
    Trim,
    Volume,
)
from reelmill.model.steps import Plan, Policy
from reelmill.planner.plan import plan
from tests.unit.planner.films import facts, film, picture, sound
from tests.unit.planner.graphs import MP4, PCM, PICTURE, TRACK, VIDEO, WAV, graph
from tests.unit.planner.render import process_lines

RATE = ConstantRate(id="rate", input="picture", max_rate=Fraction(120))
STEADY = Sound(id="sound", input="track")
FPS = "fps fps=25 start_time=0"
FILLED = "aresample async=1 min_hard_comp=0.02 out_sample_fmt=fltp out_chlayout=stereo first_pts=0"


def filters(made: Plan) -> list[str]:
    (step,) = made.steps
    lines = [line for line in process_lines(step.running()) if " < " in line and " = " in line]
    words = [line.partition(" = ")[2].rpartition(" <")[0] for line in lines]
    return [one for one in words if not one.startswith(("libx264", "pcm", "e0"))]


def of_video(known: Facts, *nodes: Node) -> Plan:
    encode = VIDEO.but(input=nodes[-1].id)
    made = graph(PICTURE, TRACK, RATE, STEADY, *nodes, encode, MP4.but(streams=("video",)))
    return plan(made, known, Policy(encoder_threads=1), passes=())


def of_sound(known: Facts, *nodes: Node) -> Plan:
    made = graph(PICTURE, TRACK, RATE, STEADY, *nodes, PCM.but(input=nodes[-1].id), WAV)
    return plan(made, known, passes=())


def both(video: VideoStream | None = None, audio: AudioStream | None = None) -> Facts:
    return facts(film(video or picture(), audio or sound()))


def length(made: Plan) -> Fraction | None:
    return made.steps[0].expects[0].duration_seconds


def test_a_faster_picture_keeps_its_rate() -> None:
    made = of_video(both(), Speed(id="fast", input="rate", factor=Fraction(5, 2)))

    assert filters(made)[1:] == ["settb expr=1/1000000", "setpts expr=PTS*2/5", FPS]
    assert length(made) == 4
    assert made.steps[0].expects[0].streams[0].frame_count == 100


@pytest.mark.parametrize(
    ("factor", "tempos"),
    [
        (Fraction(1, 4), ["0.5", "0.5"]),
        (Fraction(8, 5), ["1.6"]),
        (Fraction(10), ["2", "2", "2", "1.25"]),
    ],
)
def test_faster_sound_keeps_its_pitch_in_steps_of_two(factor: Fraction, tempos: list[str]) -> None:
    made = of_sound(both(), Speed(id="fast", input="sound", factor=factor))

    end = f"{float(10 / factor):g}"
    assert filters(made) == [
        FILLED,
        "aformat sample_fmts=flt",
        *(f"atempo tempo={one}" for one in tempos),
        "aresample out_sample_fmt=fltp out_chlayout=stereo",
        *(["adelay delays=3072S all=1"] if factor < 1 else []),
        f"apad whole_dur={end}",
        f"atrim end={end}",
    ]
    assert length(made) == 10 / factor


def test_pitch_goes_with_the_speed_like_a_tape() -> None:
    made = of_sound(both(), Speed(id="fast", input="sound", factor=Fraction(2), keep_pitch=False))

    assert filters(made)[1:4] == [
        "asetrate r=96000",
        "aresample out_sample_rate=48000 out_sample_fmt=fltp out_chlayout=stereo",
        "asetpts expr=N/SR/TB",
    ]


def test_sound_that_was_not_made_steady_is_before_its_samples_are_counted() -> None:
    made = of_sound(both(), Speed(id="fast", input="track", factor=Fraction(2)))

    assert filters(made)[0] == FILLED


def test_both_are_as_long_before_they_are_reversed() -> None:
    known = both(audio=sound(end_seconds=Fraction(1001, 100)))
    video = of_video(known, Reverse(id="back", input="rate", pad_to="sound"))
    audio = of_sound(known, Reverse(id="back", input="sound", pad_to="rate"))

    assert filters(video)[1:] == ["tpad stop_mode=clone stop_duration=0.04", "reverse"]
    assert filters(audio)[1:] == [
        "apad whole_dur=10.04",
        "atrim end=10.04",
        "areverse",
        "asetpts expr=N/SR/TB",
    ]
    assert length(video) == length(audio) == Fraction(1004, 100)


def test_what_is_too_big_for_memory_is_not_reversed() -> None:
    known = both(picture(width=3840, height=2160, end_seconds=Fraction(60)))

    with pytest.raises(UnsupportedMediaError, match=r"1500 frames of 3840x2160 are 17.4 GiB"):
        of_video(known, Reverse(id="back", input="rate"))


def test_a_part_of_it_is() -> None:
    known = both(picture(width=3840, height=2160, end_seconds=Fraction(60)))
    part = Trim(id="part", input="rate", start_seconds=Fraction(20), end_seconds=Fraction(24))

    assert filters(of_video(known, part, Reverse(id="back", input="part")))[-1] == "reverse"


def test_hours_of_sound_are_not_reversed() -> None:
    with pytest.raises(UnsupportedMediaError, match="at most 1 GiB"):
        of_sound(both(audio=sound(end_seconds=Fraction(7200))), Reverse(id="back", input="sound"))


def test_fades_at_both_ends() -> None:
    fade = Fade(id="fade", input="rate", in_seconds=Fraction(1, 2), out_seconds=Fraction(3))
    made = of_video(both(), fade)
    heard = of_sound(both(), fade.but(input="sound", in_seconds=Fraction(0)))

    assert [one for one in filters(made) if one.startswith("fade")] == [
        "fade type=in start_time=0 duration=0.5",
        "fade type=out start_time=7 duration=3",
    ]
    assert filters(heard)[1:] == ["afade type=out start_time=7 duration=3"]


def test_nothing_fades_to_an_end_that_nobody_knows() -> None:
    known = facts(film(picture(end_seconds=None), duration_seconds=None))

    with pytest.raises(UnsupportedMediaError, match="known length"):
        of_video(known, Fade(id="fade", input="rate", out_seconds=Fraction(1)))


def test_volume_and_channels() -> None:
    made = of_sound(
        both(),
        Volume(id="loud", input="sound", factor=1.5),
        Channels(id="many", input="loud", channels=6),
    )

    assert filters(made)[1:] == [
        "volume volume=1.500000 precision=float",
        "aresample out_chlayout=5.1 out_sample_fmt=fltp",
    ]
    assert made.steps[0].expects[0].streams[0].channels == 6


def test_as_many_channels_are_left_alone() -> None:
    made = of_sound(both(), Channels(id="same", input="sound", channels=2))

    assert filters(made) == [FILLED]


def test_loudness_is_measured_before_it_is_changed() -> None:
    made = of_sound(both(), Loudness(id="even", input="sound", integrated=-16))

    (step,) = made.steps
    (heard,) = step.first
    assert (heard.name, heard.finds, heard.process.talks) == ("even", "loudness", True)
    assert [one.name for one in heard.process.filters] == ["aresample", "loudnorm"]
    assert heard.process.targets[0].muxes[0].format == "null"
    assert filters(made)[1:] == [
        "loudnorm I=-16 TP=-1 LRA={even.kept_range} measured_I={even.integrated}"
        " measured_TP={even.true_peak} measured_LRA={even.range}"
        " measured_thresh={even.threshold} offset={even.offset} linear=true",
        "aresample out_sample_rate=48000 out_sample_fmt=fltp out_chlayout=stereo",
        "apad whole_dur=10",
        "atrim end=10",
    ]


def test_what_is_measured_after_another_measurement_waits_for_it() -> None:
    made = of_sound(
        both(),
        Loudness(id="one", input="sound"),
        Loudness(id="two", input="one"),
    )

    assert [one.name for one in made.steps[0].first] == ["one", "two"]
    assert "{one.integrated}" in str(made.steps[0].first[1].process.filters)


def test_silence_is_cut_out_of_both_by_one_analysis() -> None:
    cut = RemoveSilence(id="cut", input="rate", by="sound")
    heard = RemoveSilence(id="heard", input="sound", by="sound", frames_of="rate")
    encodes = (VIDEO.but(input="cut"), PCM.but(input="heard"))
    output = MP4.but(streams=("video", "pcm"), container=WAV.container.but(format="matroska"))
    made = plan(
        graph(PICTURE, TRACK, RATE, STEADY, cut, heard, *encodes, output), both(), passes=()
    )

    (step,) = made.steps
    (found,) = step.first
    assert found.finds == "silence"
    assert found.cuts is not None
    assert (found.cuts.frame_seconds, found.cuts.block_seconds) == (
        Fraction(1, 25),
        Fraction(1, 100),
    )
    names = " ".join(one.name for one in step.running().filters)
    assert names == "fps select settb setpts aresample asetnsamples aselect asetpts"
    assert f"{{{found.name}.frames}}" in str(step.process)
    assert step.expects[0].duration_seconds is None


def test_without_sound_no_silence_is_removed() -> None:
    made = of_video(facts(film(picture())), RemoveSilence(id="cut", input="rate", by="sound"))

    assert filters(made) == [FPS]
    assert [one.code for one in made.warnings] == ["no_sound"]


OTHER = SelectAudio(id="other", source="music")
MUSIC = sound(index=0, sample_rate=44_100, end_seconds=Fraction(4))


def mixed(*nodes: Node, main: SourceFacts | None = None, duration: int = 4) -> Plan:
    music = film(MUSIC.but(end_seconds=Fraction(duration)), source="music")
    encode = PCM.but(input=nodes[-1].id)
    made = Graph(
        sources=(Source(id="main"), Source(id="music")),
        nodes=(PICTURE, TRACK, RATE, STEADY, OTHER, *nodes, encode),
        outputs=(WAV,),
    )
    return plan(made, facts(main or film(), music), passes=())


def test_another_sound_is_placed_and_made_as_long_as_the_picture() -> None:
    place = Place(
        id="place", input="other", offset_seconds=Fraction(1, 2), as_long_as=("rate", "sound")
    )
    made = mixed(place)

    assert filters(made)[1:] == [
        "adelay delays=22050S all=1",
        "apad whole_dur=10",
        "atrim end=10",
    ]
    assert length(made) == 10


def test_what_is_too_short_is_repeated() -> None:
    place = Place(id="place", input="other", loop=True, as_long_as=("rate",))

    assert "aloop loop=-1 size=176400" in filters(mixed(place))
    assert not any("aloop" in one for one in filters(mixed(place, duration=12)))


def test_hours_are_not_repeated() -> None:
    place = Place(id="place", input="other", loop=True, as_long_as=("rate",))
    main = film(picture(end_seconds=Fraction(20_000)))

    with pytest.raises(UnsupportedMediaError, match="too much to be held"):
        mixed(place, main=main, duration=7200)


def test_a_mix_is_added_up_and_limited() -> None:
    made = mixed(Mix(id="mix", sounds=("sound", "other"), duck=True))

    alike = "aresample out_sample_rate=48000 out_chlayout=stereo out_sample_fmt=fltp"
    found = filters(made)
    assert found.count(alike) == 4
    assert "sidechaincompress threshold=0.02 ratio=8 attack=20 release=500" in found
    assert "amix inputs=2 duration=longest normalize=0 dropout_transition=0" in found
    assert "alimiter limit=0.97 level=0 attack=5 release=50 latency=1" in found
    assert length(made) == 10
