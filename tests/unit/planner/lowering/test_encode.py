"""Encoders: their options, threads and levels."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmill.model.containers import Plain
from reelmill.model.errors import UnsupportedMediaError
from reelmill.model.facts import VideoStream
from reelmill.model.operations import ConstantRate, EncodeAudio, EncodeVideo
from reelmill.model.process import EncodedStream
from reelmill.model.steps import Plan, Policy
from reelmill.planner.lowering.encode import fitting_rate
from reelmill.planner.lowering.levels import LEVELS, h264_level
from reelmill.planner.plan import plan
from tests.unit.planner.films import HOST, facts, film, picture, sound
from tests.unit.planner.graphs import AUDIO, MP4, PICTURE, TRACK, VIDEO, graph

STEADY = ConstantRate(id="steady", input="picture", max_rate=Fraction(120))


def planned(encode: EncodeVideo | EncodeAudio, stream: VideoStream | None = None) -> Plan:
    output = MP4.but(streams=(encode.id,), container=Plain(format="matroska"))
    known = facts(film(stream or picture(), sound()))
    return plan(graph(PICTURE, TRACK, STEADY, encode, output), known, Policy(encoder_threads=3))


def encoded(encode: EncodeVideo | EncodeAudio, stream: VideoStream | None = None) -> EncodedStream:
    return planned(encode, stream).steps[0].running().targets[0].streams[0]


VIDEO_OPTIONS: dict[str, tuple[str, list[str]]] = {
    "h264": ("libx264", ["threads=3", "preset=slow", "crf=20"]),
    "hevc": (
        "libx265",
        [
            *("threads=3", "preset=slow", "crf=20"),
            "x265-params=log-level=error:open-gop=0:pools=3:frame-threads=1",
        ],
    ),
    "av1": ("libsvtav1", ["threads=3", "preset=5", "crf=20", "svtav1-params=lp=3"]),
    "vp9": (
        "libvpx-vp9",
        ["threads=3", "crf=20", "b=0", "row-mt=1", "deadline=good", "cpu-used=1"],
    ),
    "ffv1": ("ffv1", ["threads=3"]),
}


@pytest.mark.parametrize("codec", VIDEO_OPTIONS)
def test_a_video_codec_has_its_encoder_with_threads_pinned(codec: str) -> None:
    encoder, options = VIDEO_OPTIONS[codec]
    crf = None if codec == "ffv1" else 20
    found = encoded(VIDEO.but(codec=codec, crf=crf, preset="slow"))

    assert found.encoder == encoder
    assert [f"{name}={value}" for name, value in found.options] == options


def test_a_number_as_the_preset_of_vp9_is_its_speed() -> None:
    assert ("cpu-used", "4") in encoded(VIDEO.but(codec="vp9", preset="4")).options


@pytest.mark.parametrize(
    ("codec", "encoder", "rate"),
    [
        ("aac", "aac", 48_000),
        ("mp3", "libmp3lame", 48_000),
        ("flac", "flac", 48_000),
        ("pcm_s16le", "pcm_s16le", 48_000),
        ("opus", "libopus", 48_000),
    ],
)
def test_an_audio_codec_has_its_encoder(codec: str, encoder: str, rate: int) -> None:
    made = planned(AUDIO.but(codec=codec, bit_rate=None))
    (expected,) = made.steps[0].expects[0].streams

    assert made.steps[0].running().targets[0].streams[0].encoder in (encoder, "copy")
    assert (expected.codec, expected.sample_rate) == (codec, rate)


def test_another_sample_rate_is_a_filter_and_opus_knows_one() -> None:
    asked = planned(AUDIO.but(sample_rate=44_100)).steps[0]
    opus = planned(AUDIO.but(codec="opus", sample_rate=16_000)).steps[0]

    (only,) = asked.running().graphs[0].filters
    assert (only.name, only.options) == (
        "aresample",
        (("out_sample_rate", "44100"), ("out_sample_fmt", "fltp")),
    )
    assert opus.running().graphs == ()
    assert opus.expects[0].streams[0].sample_rate == 48_000


def test_key_frames_are_forced_on_a_grid() -> None:
    found = encoded(VIDEO.but(key_frame_seconds=Fraction(10)))

    assert ("force_key_frames", "expr:gte(t,n_forced*10)") in found.options


def test_an_encoder_that_the_host_lacks_is_refused() -> None:
    known = facts(host=HOST.but(encoders=("aac",)))

    with pytest.raises(UnsupportedMediaError, match="this host has no working libx264"):
        plan(graph(PICTURE, VIDEO, MP4.but(streams=("video",))), known)


@pytest.mark.parametrize(
    ("asked", "size", "rate", "level"),
    [
        ("3.1", (640, 360), 30, "3.1"),
        ("3.1", (1280, 720), 30, "3.1"),
        ("3.1", (1280, 720), 60, "3.2"),
        ("4.0", (1920, 1080), 30, "4.0"),
        ("4.0", (1920, 1080), 60, "4.2"),
        ("3.0", (640, 360), 120, "3.2"),
        ("4.1", (3840, 2160), 30, "5.1"),
        ("6.2", (16384, 16384), 300, "6.2"),
        ("1b", (640, 360), 30, "1b"),
    ],
)
def test_a_level_is_raised_to_what_fits(
    asked: str, size: tuple[int, int], rate: int, level: str
) -> None:
    assert h264_level(asked, *size, Fraction(rate)) == level


@given(
    asked=st.sampled_from([name for name, _, _ in LEVELS]),
    width=st.integers(2, 8192),
    height=st.integers(2, 8192),
    rate=st.fractions(1, 240),
)
def test_a_level_is_never_lowered(asked: str, width: int, height: int, rate: Fraction) -> None:
    names = [name for name, _, _ in LEVELS]

    assert names.index(h264_level(asked, width, height, rate)) >= names.index(asked)


def test_a_raised_level_is_told() -> None:
    encode = VIDEO.but(input="steady", level="3.1")
    made = planned(encode)

    assert ("level", "4.0") in made.steps[0].running().targets[0].streams[0].options
    assert [notice.code for notice in made.warnings] == ["level_raised"]


@pytest.mark.parametrize(
    ("codec", "rate", "fitting"),
    [
        ("mpeg2video", "25", "25"),
        ("mpeg2video", "25/2", "25"),
        ("mpeg2video", "10", "30"),
        ("mpeg2video", "15000/1001", "30000/1001"),
        ("mpeg2video", "26", "30000/1001"),
        ("mpeg2video", "120", "60"),
        ("mpeg2video", "100", "50"),
        ("h264", "25/2", "25/2"),
    ],
)
def test_a_rate_that_a_codec_has_shows_each_frame_equally_long(
    codec: str, rate: str, fitting: str
) -> None:
    assert fitting_rate(codec, Fraction(rate)) == Fraction(fitting)
