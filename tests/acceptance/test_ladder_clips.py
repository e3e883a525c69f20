"""Every hard clip through the ladder: right, or refused with the right code."""

from __future__ import annotations

import json
from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise

import pytest

from reelmill.ffmpeg.playlists import read_playlist
from tests.media import hear, look, read
from tests.media.clips import CLIPS, clip_file

from .answers import (
    ANSWERS,
    CUT_INSIDE_A_PACKET,
    JUMPING,
    POSITIONS,
    REFUSED,
    SOUND_ONLY,
    STANDARD,
    TAKEN,
    beeps_of,
    frame_count_of,
    rate_of,
    stills_of,
    truth_of,
)
from .runs import QUICK, Film, Ladders, beside

SYNC_SECONDS = 0.020
MATRICES = {STANDARD: (5, 6)}
"""H.273 numbers; what is not here is BT.709's 1."""
UNSPECIFIED, LIMITED = 2, 1
SEGMENT_SECONDS = QUICK.segment_seconds
NUMBERED = [name for name in TAKEN if truth_of(name).numbered]
SOUNDING = [name for name in TAKEN if truth_of(name).has_audio]


def by_clip(names: Iterable[str]) -> pytest.MarkDecorator:
    """What looks at the same ladder runs in the same process, and the ladder there once."""
    clips = [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in names]
    return pytest.mark.parametrize("name", clips)


def test_every_clip_has_an_answer() -> None:
    judged = {*ANSWERS, *SOUND_ONLY, *CUT_INSIDE_A_PACKET, *JUMPING}
    assert judged == set(CLIPS)


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str, ladders: Ladders) -> None:
    assert ladders.refusal(name).code == REFUSED[name]


@pytest.mark.parametrize("name", CUT_INSIDE_A_PACKET)
def test_cut_inside_a_transport_packet(name: str, ladders: Ladders) -> None:
    assert ladders.refusal(name).code == CUT_INSIDE_A_PACKET[name]


def test_a_jump_of_the_clock_is_no_length(ladders: Ladders) -> None:
    assert ladders.job("ts_jump").mp4.numbers == [*range(50), *range(50)]


@by_clip(TAKEN)
def test_taken_with_its_warnings(name: str, ladders: Ladders) -> None:
    job = ladders.job(name)
    assert job.warnings == TAKEN[name].warnings
    assert job.rungs == ["360p"]
    assert set(job.skipped) == (set() if truth_of(name).has_audio else {"extract_audio_mp3"})
    papers = json.loads((job.folder / "metadata.json").read_text())
    size = "{}x{}".format(*TAKEN[name].size)
    assert papers["outputs"]["360p"]["resolution"] == size
    assert (papers["outputs"]["audio"] is None) == (not truth_of(name).has_audio)


def _bars(name: str, found: list[tuple[float, float, float]]) -> float:
    """How far bars are from what is right: the source as it decodes, or as it was drawn."""
    if TAKEN[name].drawn_bars:
        return look.bar_error(found)
    source = read.colour_bars(clip_file(name))
    wanted = tuple((round(red), round(green), round(blue)) for red, green, blue in source)
    return look.bar_error(found, wanted)


@by_clip(TAKEN)
def test_picture(name: str, ladders: Ladders) -> None:
    answer, job = TAKEN[name], ladders.job(name)
    for film in (job.mp4, job.hls):
        first = film.first
        assert {seen.shape for seen in film.glances} == {answer.size[::-1]}
        assert first.frame.format.name == "yuv420p"
        tags = first.tags
        assert tags.matrix in MATRICES.get(answer.matrix, (1,))
        assert UNSPECIFIED not in (tags.primaries, tags.transfer)
        assert tags.range == LIMITED
        stored = read.first_frame(film.path, upright=False)
        assert read.orientation(stored) is look.Orientation.UPRIGHT
        assert read.squareness(stored) == pytest.approx(1, abs=0.022)
        assert _bars(name, read.colour_bars(first)) <= answer.bar_levels


@by_clip(TAKEN)
def test_stills(name: str, ladders: Ladders) -> None:
    answer, job = TAKEN[name], ladders.job(name)
    seen = {position: read.first_frame(job.still(position)) for position in POSITIONS}
    size = (answer.still_size or answer.size)[::-1]
    assert {one.luma.shape for one in seen.values()} == {size}
    if name in NUMBERED or answer.stills is not None:
        assert tuple(one.number for one in seen.values()) == stills_of(name)
    for one in seen.values():
        assert read.orientation(one) is look.Orientation.UPRIGHT
    assert _bars(name, read.colour_bars(seen[0])) <= answer.bar_levels


def _check_frames(name: str, film: Film) -> None:
    rate, truth = rate_of(name), truth_of(name)
    steps = [after - before for before, after in pairwise(film.times)]
    assert abs(len(film.glances) - frame_count_of(name)) <= 1
    assert [float(step) for step in steps] == pytest.approx(
        [float(1 / rate)] * len(steps), abs=2e-4
    )
    if not truth.numbered:
        return
    first = truth.first_number
    last = first + (truth.frame_count or 0) - 1
    numbers = [number for number in film.numbers if number is not None]
    assert len(numbers) == len(film.numbers)
    assert (numbers[0], numbers[-1]) == (first, last)
    assert all(0 <= after - before <= 1 for before, after in pairwise(numbers))


@by_clip(TAKEN)
def test_frames(name: str, ladders: Ladders) -> None:
    job = ladders.job(name)
    _check_frames(name, job.mp4)
    _check_frames(name, job.hls)
    assert job.mp4.times[0] == 0


@by_clip(TAKEN)
def test_segments_stand_on_the_grid(name: str, ladders: Ladders) -> None:
    job = ladders.job(name)
    lengths = [seconds for _, seconds in read_playlist(job.hls.path).segments]
    frame = float(1 / rate_of(name))
    assert lengths[:-1] == pytest.approx(
        [float(SEGMENT_SECONDS)] * (len(lengths) - 1), abs=frame + 1e-3
    )
    assert 0 < lengths[-1] <= float(SEGMENT_SECONDS) + frame + 1e-3
    assert sum(lengths) == pytest.approx(frame_count_of(name) * frame, abs=frame + 1e-3)


@by_clip(SOUNDING)
def test_sync(name: str, ladders: Ladders) -> None:
    job, offset = ladders.job(name), truth_of(name).sync_offset_seconds
    for film in (job.mp4, job.hls):
        errors = film.sync_errors
        assert len(errors) == beeps_of(name)
        assert errors == pytest.approx([offset] * len(errors), abs=SYNC_SECONDS)
    errors = beside(hear.beep_times(job.mp3), job.mp4.flashes)
    assert len(errors) >= beeps_of(name)
    assert errors == pytest.approx([offset] * len(errors), abs=SYNC_SECONDS)


@pytest.mark.parametrize("name", SOUND_ONLY)
def test_sound_alone(name: str, ladders: Ladders) -> None:
    job = ladders.job(name)
    files = {str(path.relative_to(job.folder)) for path in job.folder.rglob("*") if path.is_file()}
    assert files == {"audio/audio.mp3", "metadata.json"}
    assert set(job.skipped) == {
        "transcode_360p",
        "prepare_hls_360p",
        "generate_thumbnail",
        "write_master_playlist",
    }
    assert all(job.skipped.values())
    assert hear.beep_times(job.mp3) == pytest.approx(truth_of(name).flash_times, abs=0.005)


def test_the_default_language_is_heard(ladders: Ladders) -> None:
    assert hear.hum_hz(ladders.job("two_languages").mp4.path) == pytest.approx(300, abs=5)
    english = ladders.job("two_languages", QUICK.but(language="eng", thumbnail_positions=()))
    assert hear.hum_hz(english.mp4.path) == pytest.approx(120, abs=5)


def test_transparency_lies_on_black(ladders: Ladders) -> None:
    picture = ladders.job("alpha_vp9").mp4.first.rgb
    assert picture[-5, 320].max() <= 4
    half = read.first_frame(clip_file("alpha_vp9")).rgb[5, 320].astype(float) / 2
    assert picture[5, 320].astype(float) == pytest.approx(half, abs=4)


@pytest.mark.parametrize(("name", "first_line"), [("interlaced_tff", 0), ("interlaced_bff", 1)])
def test_first_fields_are_kept(name: str, first_line: int, ladders: Ladders) -> None:
    """Each frame is one field with its other lines made up, in the order of time."""
    frames = read.decode_frames(ladders.job(name).mp4.path)
    numbers = [look.frame_number(seen.luma[first_line::2]) for seen in frames]
    assert numbers == list(range(0, 100, 2))


@by_clip(["interlaced_tff", "interlaced_bff", "telecined"])
def test_no_comb_is_left(name: str, ladders: Ladders) -> None:
    """A moving bar stands in both fields of a frame at the same place."""
    source = max(_comb(seen) for seen in read.decode_frames(clip_file(name))[5:15])
    made = ladders.job(name).mp4.path
    found = max(_comb(seen) for seen in read.decode_frames(made)[5:15])
    assert source > 10
    assert found < source / 3


def _comb(seen: read.Seen) -> float:
    """How much neighbouring lines differ inside the moving bar."""
    height, width = seen.luma.shape
    rows = seen.luma[round(height * 0.702) : round(height * 0.718), width // 12 : -width // 12]
    lines = rows.astype(float)
    return float(abs(lines[1:] - lines[:-1]).mean())


def test_length_is_that_of_the_source(ladders: Ladders) -> None:
    """A gap, a late picture and long sound: the rung is as long as the source, to a frame."""
    for name, seconds in (("vfr_gap", 8.003), ("video_late", 2.52), ("audio_longer", 5.0)):
        frames = len(ladders.job(name).mp4.glances)
        assert Fraction(frames) / rate_of(name) == pytest.approx(
            seconds, abs=float(1 / rate_of(name))
        )
