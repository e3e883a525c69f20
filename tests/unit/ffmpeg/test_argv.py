"""Argument lists, whole: commands/*.txt has one option with its values a line."""

import re
import shlex
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmill.ffmpeg.argv import arguments
from reelmill.model.graph import Graph
from reelmill.model.operations import ConstantRate, Sound
from reelmill.model.process import EncodedStream, Input, Mux, Process, Target
from reelmill.model.steps import Policy
from reelmill.planner.plan import plan
from reelmill.recipes.ladder.graph import ladder
from reelmill.recipes.ladder.settings import LadderSettings
from tests.unit.planner.films import facts
from tests.unit.planner.graphs import (
    AUDIO,
    HLS,
    MP4,
    PICTURE,
    QUALITY,
    TRACK,
    VIDEO,
    graph,
    small,
    still,
)

COMMANDS = Path(__file__).with_name("commands")
STEADY = ConstantRate(id="steady", input="picture", max_rate=Fraction(60))
SOUND = Sound(id="sound", input="track")

CASES: dict[str, Graph] = {
    "mp4": graph(PICTURE, TRACK, VIDEO, AUDIO, MP4),
    "mp4_and_hls": graph(PICTURE, TRACK, VIDEO, AUDIO, MP4, HLS),
    "measured": graph(PICTURE, STEADY, *small(), QUALITY.but(encode="video_p360")),
    "stills": graph(PICTURE, *still(0, "first"), *still(1, "last")),
    "ladder": ladder(),
    "ladder_hevc": ladder(LadderSettings(codec="hevc", packaging=("hls-fmp4", "cmaf"))),
}


def lines(words: list[str]) -> str:
    """Words with a line for each option."""
    text = ""
    for word in words:
        text += ("\n" if re.match(r"-[a-z]", word) and text else " ") + shlex.quote(word)
    return text.strip() + "\n"


@pytest.mark.parametrize("name", CASES)
def test_a_process_is_this_command(name: str) -> None:
    (step, *_) = plan(CASES[name], facts(), Policy(encoder_threads=2)).steps
    pipes = {target.id: 10 + i for i, target in enumerate(step.running().targets)}
    pipes |= {one.output: 20 + i for i, one in enumerate(step.running().measurements)}

    words = arguments(step.running(), {"main": "../in/main"}, pipes)

    assert lines(words) == (COMMANDS / f"{name}.txt").read_text()


def test_without_pipes_there_is_no_progress() -> None:
    process = plan(CASES["mp4"], facts()).steps[0].running()

    assert not [word for word in arguments(process, {"main": "a"}) if "stats_enc" in word]


def test_a_copy_reports_packets_as_they_are_written() -> None:
    process = plan(CASES["mp4_and_hls"], facts(), passes=()).steps[1].running()

    words = arguments(process, {}, {"t0": 9})

    assert words[words.index("-stats_mux_pre:v:0") + 1] == "pipe:9"


def test_an_input_is_sought_cut_and_decoded_as_the_step_says() -> None:
    source = Input(
        name="main",
        demuxer="matroska",
        seek_seconds=Fraction(7, 3),
        length_seconds=Fraction(2),
        decoders=((1, "libvpx-vp9"),),
        known_decoders=("vp9", "libvpx-vp9", "flac"),
    )
    audio = EncodedStream(id="e0", kind="audio", pad="in0:2", encoder="flac", language="deu")
    target = Target(
        id="t0", streams=(audio,), muxes=(Mux(output="a", path="a.flac", format="flac"),)
    )

    words = arguments(Process(inputs=(source,), targets=(target,)), {"main": "-odd name"})

    assert words[8:] == [
        *("-ss", "2.333333", "-t", "2.000000", "-c:1", "libvpx-vp9"),
        *("-protocol_whitelist", "file", "-format_whitelist", "matroska", "-f", "matroska"),
        *("-codec_whitelist", "vp9,libvpx-vp9,flac", "-max_streams", "64"),
        *("-max_pixels", "268435456", "-i", "file:-odd name"),
        *("-map", "0:2", "-c:a", "flac", "-metadata:s:a", "language=deu"),
        *("-map_metadata", "-1", "-map_chapters", "-1", "-f", "flac", "file:a.flac"),
    ]


def test_the_output_of_another_step_is_opened_by_its_path() -> None:
    process = plan(CASES["mp4_and_hls"], facts(), passes=()).steps[1].running()

    assert "file:a.mp4" in arguments(process, {})


def test_loopback_decoders_are_numbered_by_first_use() -> None:
    process = plan(ladder(), facts()).steps[0].running()
    words = arguments(process, {"main": "a"})
    graphs = [words[i + 1] for i, word in enumerate(words) if word == "-filter_complex"]

    assert [words[i + 1] for i, word in enumerate(words) if word == "-dec"] == ["0:0", "1:0"]
    assert "[dec:0]" in graphs[-2]
    assert "[dec:1]" in graphs[-1]


OPTION = st.text(st.sampled_from("ab:[]|\\'%$,;= 0"), max_size=12)


def slaves(text: str) -> list[tuple[dict[str, str], str]]:
    r"""Reads a tee's argument as FFmpeg does: | between, [k=v:...] in front, \\ before anything."""
    found: list[tuple[dict[str, str], str]] = []
    for part in split(text, "|"):
        options, path = split(part.removeprefix("["), "]")
        pairs = [split(pair, "=", 1) for pair in split(options, ":")]
        found.append(({k: unescaped(v) for k, v in pairs}, path))
    return found


def split(text: str, at: str, most: int = 1 << 30) -> list[str]:
    parts, escaped = [""], False
    for letter in text:
        if letter == at and not escaped and len(parts) <= most:
            parts.append("")
        else:
            parts[-1] += letter
        escaped = letter == "\\" and not escaped
    return parts


def unescaped(text: str) -> str:
    letters = iter(text)
    return "".join(next(letters) if letter == "\\" else letter for letter in letters)


@given(options=st.dictionaries(st.sampled_from(("hls_time", "x", "tag")), OPTION))
def test_options_of_a_tee_can_be_read_back(options: dict[str, str]) -> None:
    stream = EncodedStream(id="e0", kind="video", pad="in0:0", encoder="copy")
    first = Mux(output="a", path="a.mp4", format="mp4", options=tuple(options.items()))
    second = Mux(output="b", path="b/playlist.m3u8", format="hls")
    target = Target(id="t0", streams=(stream,), muxes=(first, second))

    words = arguments(Process(inputs=(Input(name="main"),), targets=(target,)), {"main": "a"})

    assert words[-3:-1] == ["-f", "tee"]
    assert slaves(words[-1]) == [
        ({"f": "mp4", **options}, "a.mp4"),
        ({"f": "hls"}, "b/playlist.m3u8"),
    ]


def test_streams_of_one_kind_are_told_apart_by_number() -> None:
    def stream(number: int) -> EncodedStream:
        return EncodedStream(id=f"e{number}", kind="audio", pad=f"in0:{number}", encoder="aac")

    mux = Mux(output="a", path="a.mp4", format="mp4")
    target = Target(id="t0", streams=(stream(1), stream(2)), muxes=(mux,))
    words = arguments(Process(inputs=(Input(name="main"),), targets=(target,)), {"main": "a"})

    assert Counter(word for word in words if word.startswith("-c:")) == {"-c:a:0": 1, "-c:a:1": 1}
