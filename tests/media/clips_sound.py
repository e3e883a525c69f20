"""Clips whose sound is hard: missing, late, short, many, wide or undecodable."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from PIL import Image

from .clip import PRIMING_SECONDS, Clip, Step, filmed, reworked, shifted, truth_of
from .film import AAC, FAST_START, Recipe, Shot, run
from .mux import joined_ts, overwritten, packet_spans
from .picture import Canvas, draw
from .sound import Sound, samples, wav

MOVIE = Shot(count=75)
SECOND_HUM_HZ = 300
"""The hum of the second language, to tell which track was kept."""
COVER = Canvas(300, 300)


def _with_sound(sound: Sound | None) -> Shot:
    return replace(MOVIE, sound=sound)


def _cover(path: Path) -> None:
    Image.fromarray(draw(9999, COVER)).save(path, quality=95)


def _sound_file(ffmpeg: Path, path: Path, cover: bool, *audio: str) -> None:
    """Beeps with no picture, or with a cover."""
    with tempfile.TemporaryDirectory() as scratch:
        beeps, image = Path(scratch, "beeps.wav"), Path(scratch, "cover.jpg")
        sound = MOVIE.sound or Sound()
        beeps.write_bytes(wav(samples(sound, MOVIE.flash_times, MOVIE.length), sound.rate))
        _cover(image)
        art = ("-i", str(image), "-map", "1:v", "-c:v", "copy", "-disposition:v", "attached_pic")
        run(ffmpeg, [
            "-i", str(beeps), *(art if cover else ()), "-map", "0:a", *audio, str(path),
        ])  # fmt: skip


def _sounding(name: str, suffix: str, cover: bool, *audio: str) -> Clip:
    truth = replace(
        truth_of(MOVIE), has_video=False, displayed_width=None, displayed_height=None,
        frame_count=0, nominal_rate=None, bar_tolerance=None, numbered=False,
    )  # fmt: skip
    return Clip(name, suffix, lambda ffmpeg, path: _sound_file(ffmpeg, path, cover, *audio), truth)


def _film_with_cover(ffmpeg: Path, source: Path, path: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        image = Path(scratch, "cover.jpg")
        _cover(image)
        run(ffmpeg, [
            "-i", str(source), "-i", str(image), "-map", "0", "-map", "1", "-c", "copy",
            "-disposition:v:1", "attached_pic", *FAST_START, str(path),
        ])  # fmt: skip


def _film_with_attached_cover(ffmpeg: Path, source: Path, path: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        image = Path(scratch, "cover.jpg")
        _cover(image)
        run(ffmpeg, [
            "-i", str(source), "-map", "0", "-c", "copy", "-attach", str(image),
            "-metadata:s:t", "mimetype=image/jpeg", str(path),
        ])  # fmt: skip


def _two_languages(ffmpeg: Path, source: Path, path: Path) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        second = Path(scratch, "second.wav")
        sound = Sound(hum_hz=SECOND_HUM_HZ)
        second.write_bytes(wav(samples(sound, MOVIE.flash_times, MOVIE.length), sound.rate))
        run(ffmpeg, [
            "-i", str(source), "-i", str(second), "-map", "0", "-map", "1", "-c", "copy",
            "-c:a:1", "aac", "-b:a:1", "96k",
            "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=deu",
            "-disposition:a:0", "0", "-disposition:a:1", "default", *FAST_START, str(path),
        ])  # fmt: skip


def _spoiled(share: Sequence[float]) -> Step:
    def step(_ffmpeg: Path, source: Path, path: Path) -> None:
        spans = packet_spans(source, "audio")
        first, last = round(share[0] * len(spans)), round(share[1] * len(spans))
        path.write_bytes(overwritten(source, spans[first:last], seed=11))

    return step


def _two_codecs(ffmpeg: Path, path: Path) -> None:
    """One programme whose sound turns from AAC into MP2 half-way, as a broadcast splice does.

    FFmpeg goes on decoding AAC, so the second half of the sound is lost to it.
    """
    mp2 = Recipe(audio=("-c:a", "mp2"))
    joined_ts(ffmpeg, path, [(MOVIE, Recipe(), 0), (MOVIE, mp2, 3)])


HALF = Fraction(1, 2)

CLIPS: tuple[Clip, ...] = (
    filmed("no_audio", _with_sound(None)),
    _sounding("audio_only", ".mp4", False, *AAC),
    _sounding("audio_cover_mp4", ".m4a", True, *AAC),
    _sounding("audio_mp3_cover", ".mp3", True, "-c:a", "libmp3lame"),
    reworked("video_cover_mp4", MOVIE, _film_with_cover),
    reworked("video_cover_mkv", MOVIE, _film_with_attached_cover, suffix=".mkv"),
    reworked("two_languages", MOVIE, _two_languages, truth=replace(
        truth_of(MOVIE), audio_streams=2,
    )),
    filmed("surround_5_1", _with_sound(Sound(channels=6))),
    filmed("stereo", _with_sound(Sound(channels=2, rate=44_100))),
    filmed("mono_8k", _with_sound(Sound(rate=8000)), Recipe(
        audio=("-c:a", "aac", "-b:a", "24k"),
    )),
    filmed("audio_late", _with_sound(Sound(start=HALF))),
    filmed("audio_ends_early", _with_sound(Sound(end=Fraction(2)))),
    filmed("audio_longer", _with_sound(Sound(end=Fraction(5)))),
    reworked("audio_corrupt_middle", MOVIE, _spoiled((0.4, 0.6)), truth=replace(
        truth_of(MOVIE), damaged=True,
    )),
    reworked("audio_undecodable", MOVIE, _spoiled((0.0, 1.0)), truth=replace(
        truth_of(MOVIE), damaged=True, audio_start_seconds=None, audio_end_seconds=None,
    )),
    Clip("audio_two_codecs", ".ts", _two_codecs, replace(
        shifted(truth_of(MOVIE), PRIMING_SECONDS), frame_count=150, numbered=False,
        duration_seconds=6.0, audio_end_seconds=6.0, damaged=True,
        flash_times=tuple(
            float(time) + after for after in (PRIMING_SECONDS, 3.0) for time in MOVIE.flash_times
        ),
    )),
)  # fmt: skip
