"""Operations on time and on sound, read back: what is seen and heard is what was asked for."""

from __future__ import annotations

import re
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import reelmill
from reelmill.model.errors import InvalidRequestError, ReelmillError, UnsupportedMediaError
from reelmill.model.facts import SourceFacts
from tests.media import hear, read, sync
from tests.media.clips import clip_file, ffmpeg_path
from tests.media.sound import HUM_HZ

Operation = dict[str, Any]
LOSSLESS: dict[str, Any] = {
    "video": {"preset": "ultrafast", "crf": 12},
    "audio": {"codec": "flac"},
}


def made(source: str | Path, output: Path, *operations: Operation, **settings: Any) -> SourceFacts:
    """What a conversion made, as it is read back."""
    path = clip_file(source) if isinstance(source, str) else source
    reelmill.convert(path, output, operations, **{**LOSSLESS, **settings})
    return reelmill.probe(output)


def tone(path: Path, words: str) -> Path:
    """A sound that FFmpeg makes up."""
    command = [ffmpeg_path(), "-v", "error", "-f", "lavfi", "-i", words, f"file:{path}"]
    subprocess.run(command, check=True, timeout=30)
    return path


def level(path: Path, start: float, end: float) -> float:
    """Of a sound between two moments, in dBFS."""
    track = hear.read_track(path)
    assert track is not None
    part = track.mono[round(start * track.rate) : round(end * track.rate)]
    return float(20 * np.log10(max(np.sqrt(np.mean(np.square(part))), 1e-9)))


def loudness(path: Path) -> float:
    """Integrated, as FFmpeg's own meter reads it (EBU R128)."""
    command = [ffmpeg_path(), "-hide_banner", "-nostats", "-i", f"file:{path}"]
    command += ["-af", "ebur128", "-f", "null", "-"]
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=30).stderr
    return float(re.findall(r"I: +(-?[\d.]+) LUFS", said)[-1])


def bright(path: Path) -> list[float]:
    """How light each frame is."""
    return [float(seen.luma.mean()) for seen in read.iter_frames(path)]


@pytest.mark.parametrize(("start", "seen"), [("1.2", (36, 44)), ("3", (44, 44)), ("6.3", (44, 50))])
def test_a_frame_that_began_before_the_part_is_seen_in_it(
    tmp_path: Path, start: str, seen: tuple[int, int]
) -> None:
    """In a gap of five seconds the picture before it stands."""
    trim: Operation = {"type": "trim", "start_time": start, "duration": "0.4"}
    made("vfr_gap", tmp_path / "part.mkv", trim)
    numbers = read.frame_numbers(tmp_path / "part.mkv")
    assert (len(numbers), numbers[0], numbers[-1]) == (12, *seen)


def test_a_part_before_the_first_picture_shows_it(tmp_path: Path) -> None:
    found = made("video_late", tmp_path / "part.mkv", {"type": "trim", "duration": "0.4"})
    assert found.picture is not None
    assert set(read.frame_numbers(tmp_path / "part.mkv")) == {0}


@pytest.mark.parametrize("speed", [2, 0.5])
def test_speed_keeps_the_pitch_and_stays_in_sync(speed: float, tmp_path: Path) -> None:
    out = tmp_path / "out.mkv"

    facts = made("sync_6s", out, {"type": "speed", "speed": speed})

    assert float(facts.duration_seconds or 0) == pytest.approx(6 / speed, abs=0.05)
    assert facts.picture is not None
    assert facts.picture.nominal_rate == 25
    assert hear.hum_hz(out) == pytest.approx(HUM_HZ, abs=2)
    flashes = [float(moment) for moment in sync.flash_times(out)]
    assert flashes == pytest.approx([(n + 0.54) / speed for n in range(6)], abs=0.05 / speed)
    assert all(abs(error) < 0.02 for error in sync.sync_error_seconds(out))
    numbers = read.frame_numbers(out)
    assert numbers[:6] == ([0, 2, 4, 6, 8, 10] if speed == 2 else [0, 0, 1, 1, 2, 2])


def test_a_tape_that_runs_twice_as_fast_is_an_octave_higher(tmp_path: Path) -> None:
    out = tmp_path / "out.wav"

    made("plain", out, {"type": "speed", "speed": 2, "keep_pitch": False}, audio={})

    assert hear.hum_hz(out) == pytest.approx(240, abs=3)


@pytest.mark.parametrize("source", ["no_audio", "audio_only"])
def test_speed_of_picture_or_sound_alone(source: str, tmp_path: Path) -> None:
    facts = made(source, tmp_path / "out.mkv", {"type": "speed", "speed": 3})

    assert float(facts.duration_seconds or 0) == pytest.approx(1, abs=0.05)


def test_backwards_twice_is_forwards(tmp_path: Path) -> None:
    once, twice, plain = (tmp_path / f"{name}.mkv" for name in ("once", "twice", "plain"))
    back = {"type": "reverse"}

    made("plain", once, back)
    made("plain", twice, back, back)
    made("plain", plain)

    assert read.frame_numbers(once) == list(range(49, -1, -1))
    assert read.frame_numbers(twice) == list(range(50))
    tracks = [hear.read_track(path) for path in (plain, once, twice)]
    forth, backward, again = (track.mono for track in tracks if track is not None)
    assert np.array_equal(forth[::-1], backward)
    assert np.array_equal(forth, again)


def test_sources_of_any_shape_are_joined_in_sync(tmp_path: Path) -> None:
    names = ("plain", "rotated_90", "no_audio", "rate_23976", "audio_only", "sar_16_11", "stereo")
    inputs = [str(clip_file(name)) for name in names[1:]]
    out = tmp_path / "out.mkv"

    facts = made("plain", out, {"type": "concat", "inputs": inputs})

    assert facts.picture is not None
    assert facts.sound is not None
    assert (facts.picture.width, facts.picture.height) == (640, 360)
    assert (facts.picture.nominal_rate, facts.sound.channels) == (25, 1)
    lengths = [reelmill.probe(clip_file(name)).duration_seconds or 0 for name in names]
    assert float(facts.duration_seconds or 0) == pytest.approx(float(sum(lengths)), abs=0.2)
    errors = sync.sync_error_seconds(out)
    assert len(errors) >= 8
    assert all(abs(error) < 0.022 for error in errors)  # half a frame of the grid
    light = bright(out)
    black = round(float(sum(lengths[:4])) * 25) + 5
    assert max(light[black : black + 60]) < 2
    start = float(sum(lengths[:2]))
    assert level(out, start + 0.1, start + 2.9) < -80


def test_a_part_of_what_was_joined_shows_the_right_frames(tmp_path: Path) -> None:
    again = {"type": "concat", "inputs": [str(clip_file("plain"))]}
    part = {"type": "trim", "start_time": 1.8, "duration": 0.4}
    out = tmp_path / "out.mkv"

    made("plain", out, again, part)

    assert read.frame_numbers(out) == [45, 46, 47, 48, 49, 0, 1, 2, 3, 4]


def test_fades_and_volume(tmp_path: Path) -> None:
    sound = tone(tmp_path / "tone.wav", "sine=440:d=3")
    out = tmp_path / "out.wav"
    fade = {"type": "fade", "fade_in": 1, "fade_out": 1}
    made(sound, out, fade, {"type": "volume", "volume": "-6dB"}, audio={})

    middle = level(out, 1.2, 1.8)
    assert middle == pytest.approx(level(sound, 1.2, 1.8) - 6, abs=0.1)
    assert level(out, 0.48, 0.52) == pytest.approx(middle - 6, abs=0.5)
    assert level(out, 2.48, 2.52) == pytest.approx(middle - 6, abs=0.5)
    assert level(out, 0, 0.01) < -40


@pytest.mark.parametrize("source", ["plain", "full_range"])
def test_a_picture_fades_from_black_and_to_it(source: str, tmp_path: Path) -> None:
    out = tmp_path / "out.mkv"
    made(source, out, {"type": "fade", "fade_in": 0.4, "fade_out": 0.4, "of": "video"})

    light = bright(out)
    assert light[0] < 2
    assert light[5] == pytest.approx(light[12] / 2, rel=0.25)
    assert light[-1] < light[12] / 4


PEAKY = (
    "aevalsrc='0.05*sin(2*PI*300*t)+0.6*sin(2*PI*2000*t)*lt(mod(t,2),0.01)':d=8:s=44100:c=stereo"
)


@pytest.mark.parametrize(
    ("words", "target"), [("sine=500:d=4", -16), (PEAKY, -23), (PEAKY, -14)], ids=str
)
def test_loudness_is_what_was_asked_for(words: str, target: int, tmp_path: Path) -> None:
    sound, out = tone(tmp_path / "tone.wav", words), tmp_path / "out.wav"

    facts = made(sound, out, {"type": "normalize", "target": target}, audio={})

    assert loudness(out) == pytest.approx(target, abs=1)
    assert facts.sound is not None
    assert facts.sound.sample_rate == 44_100
    assert facts.duration_seconds == reelmill.probe(sound).duration_seconds
    track = hear.read_track(out)
    assert track is not None
    assert float(np.abs(track.mono).max()) <= 10 ** (-0.9 / 20)


@pytest.mark.parametrize("words", ["anullsrc=d=2", "anoisesrc=a=0.0001:d=2:c=pink"])
def test_silence_is_not_made_loud(words: str, tmp_path: Path) -> None:
    sound, out = tone(tmp_path / "tone.wav", words), tmp_path / "out.wav"

    made(sound, out, {"type": "normalize"}, audio={})

    assert level(out, 0, 2) == pytest.approx(level(sound, 0, 2), abs=1)


def test_silence_is_cut_out_of_picture_and_sound(tmp_path: Path) -> None:
    cut = {"type": "remove_silence", "threshold_db": -25, "min_seconds": 0.2, "keep_seconds": 0.1}
    out = tmp_path / "out.mkv"

    facts = made("sync_6s", out, cut)

    assert float(facts.duration_seconds or 0) == pytest.approx(6 * 0.24, abs=0.3)
    errors = sync.sync_error_seconds(out)
    assert len(errors) == 6
    assert all(abs(error) < 0.01 for error in errors)
    with pytest.raises(UnsupportedMediaError, match="nothing but silence"):
        made(tone(tmp_path / "none.wav", "anullsrc=d=1"), tmp_path / "out.wav", cut, audio={})


def test_another_sound_comes_in_at_its_time_and_is_repeated(tmp_path: Path) -> None:
    music = tone(tmp_path / "music.wav", "sine=440:d=0.8:r=44100")
    out = tmp_path / "out.mkv"
    put = {"type": "audio", "source": str(music), "offset": 1.5, "loop": True}

    facts = made("sync_6s", out, put)

    assert float(facts.duration_seconds or 0) == 6
    assert hear.hum_hz(out) == pytest.approx(440, abs=2)
    assert level(out, 0, 1.45) < -80
    assert level(out, 5.5, 6) > -30


def test_mixed_sound_gives_way_and_neither_moves(tmp_path: Path) -> None:
    music = tone(tmp_path / "music.wav", "sine=440:d=4")
    speech = tone(tmp_path / "speech.wav", "aevalsrc='0.4*sin(2*PI*1500*t)*gt(t,2)':d=4:s=48000")
    plain, ducked = tmp_path / "plain.wav", tmp_path / "ducked.wav"
    put = {"type": "audio", "source": str(music), "mode": "mix", "volume": 2}

    made(speech, plain, put, audio={})
    made(speech, ducked, {**put, "duck": True}, audio={})

    assert level(plain, 0.5, 1.5) == pytest.approx(level(music, 0.5, 1.5) + 6, abs=0.2)
    assert hear_tone(ducked, 440, 0.5, 1.5) == pytest.approx(
        hear_tone(plain, 440, 0.5, 1.5), rel=0.05
    )
    assert hear_tone(ducked, 440, 3, 3.9) < hear_tone(plain, 440, 3, 3.9) / 2
    assert hear_tone(ducked, 1500, 3, 3.9) == pytest.approx(0.4, rel=0.05)


def hear_tone(path: Path, hz: int, start: float, end: float) -> float:
    """How loud a tone is between two moments."""
    track = hear.read_track(path)
    assert track is not None
    part = track.mono[round(start * track.rate) : round(end * track.rate)]
    clock = np.arange(len(part)) / track.rate
    return float(2 * np.abs(np.mean(part * np.exp(-2j * np.pi * hz * clock))))


def test_a_source_without_sound_has_none_to_lend(tmp_path: Path) -> None:
    put = {"type": "audio", "source": str(clip_file("no_audio"))}

    with pytest.raises(ReelmillError, match="has none"):
        made("plain", tmp_path / "out.mkv", put)


def test_channels_and_rate_on_request(tmp_path: Path) -> None:
    wanted = {"audio": {"codec": "flac", "channels": 6, "sample_rate": 32_000}}
    facts = made("stereo", tmp_path / "out.mkv", **wanted)

    assert facts.sound is not None
    assert (facts.sound.channels, facts.sound.sample_rate) == (6, 32_000)


def test_chapters_and_tags_are_written_and_kept(tmp_path: Path) -> None:
    one, two = tmp_path / "one.mp4", tmp_path / "two.mkv"
    title = "Caf\u00e9; #1 = \\o/ \U0001f600"
    said = {
        "type": "metadata",
        "tags": {"title": title},
        "chapters": [{"start": 0, "title": title}, {"start": 1, "end": 1.5}],
    }

    first = made("plain", one, said, audio={})
    second = made(one, two, {"type": "volume", "volume": 0.5})

    for facts in (first, second):
        found = [(c.start_seconds, c.end_seconds, c.title or "") for c in facts.chapters]
        assert found == [(0, 1, title), (1, Fraction(3, 2), "")]
        assert dict(facts.tags)["title"] == title


def test_what_begins_after_the_end_without_silences_is_refused_when_that_is_known(
    tmp_path: Path,
) -> None:
    beeps = tone(tmp_path / "beeps.wav", "aevalsrc='0.3*sin(2764*t)*lt(mod(t,1),0.4)':d=4")
    chain = [{"type": "remove_silence", "min_seconds": 0.2}, {"type": "trim", "start_time": 3}]
    with pytest.raises(InvalidRequestError, match="without its silences"):
        reelmill.convert(beeps, tmp_path / "a.flac", chain)


@pytest.mark.parametrize("name", ["quiet.ts", "quiet.aac", "quiet.ac3", "quiet.mp3"])
def test_a_little_silence_is_what_it_is(tmp_path: Path, name: str) -> None:
    """FFmpeg takes 0.2 s of silent AAC in MPEG-TS for something else."""
    quiet = tmp_path / "quiet.wav"
    command = [ffmpeg_path(), "-v", "error", "-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo"]
    subprocess.run([*command, "-t", "0.2", quiet], check=True, timeout=60)
    made = reelmill.convert(quiet, tmp_path / name)
    assert made.outcome.artifacts[0].duration_seconds == pytest.approx(0.2, abs=0.1)
