"""Each clip is what it says, and the readers read it right: later judgements rest on both."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import av.error
import pytest
from av.stream import Disposition

from . import hear, look, read, sync
from .clips import CLIPS, Truth, clip_file
from .opening import open_media

BY_PYAV = [
    name
    for name, clip in CLIPS.items()
    if clip.truth.decodable and not clip.truth.damaged and name != "webp_animated"
]
"""PyAV's own FFmpeg shows only the first frame of an animated WebP."""
SYNC_SECONDS = 0.005
STAMP_SECONDS = 0.0021
"""Matroska and FLV round stamps to a millisecond."""
AAC_FRAME_SECONDS = 0.13
"""A sound track ends on a whole coded frame, 128 ms at 8 kHz."""


def _check_picture(first: read.Seen, truth: Truth) -> None:
    height, width = first.rgb.shape[:2]
    square_width = round(width / truth.stored_squareness)
    assert (square_width, height) == (truth.displayed_width, truth.displayed_height)
    if not min(width, height) >= 64:
        return
    if truth.transfer == "sdr":
        assert read.orientation(first) is look.Orientation.UPRIGHT
    assert read.squareness(first) == pytest.approx(truth.stored_squareness, rel=0.012)
    if truth.bar_tolerance is not None:
        assert look.bar_error(read.colour_bars(first)) <= truth.bar_tolerance


def _check_sound(path: Path, truth: Truth) -> None:
    track = hear.read_track(path)
    assert (track is not None) == truth.has_audio
    if track is None:
        return
    assert track.rate == truth.sample_rate
    if truth.audio_start_seconds is not None:
        assert track.start == pytest.approx(truth.audio_start_seconds, abs=0.025)
    if truth.audio_end_seconds is not None:
        assert track.end == pytest.approx(truth.audio_end_seconds, abs=AAC_FRAME_SECONDS)
    if truth.has_video and truth.flash_times:
        errors = sync.sync_error_seconds(path)
        assert len(errors) == sum(time < track.end for time in truth.flash_times)
        assert errors == pytest.approx([truth.sync_offset_seconds] * len(errors), abs=SYNC_SECONDS)


@pytest.mark.parametrize("name", BY_PYAV)
def test_clip_is_what_it_says(name: str) -> None:
    truth, path = CLIPS[name].truth, clip_file(name)
    frames = read.decode_frames(path)
    assert bool(frames) == truth.has_video
    if frames:
        assert len(frames) == truth.frame_count
        if truth.numbered:
            last = truth.first_number + len(frames)
            assert [seen.number for seen in frames] == list(range(truth.first_number, last))
        times = [seen.time for seen in frames]
        assert times == sorted(set(times))
        assert float(times[0]) == pytest.approx(truth.video_start_seconds, abs=STAMP_SECONDS)
        _check_picture(frames[0], truth)
        found = [float(time) for time in sync.flash_times(path)]
        if truth.flash_times:
            assert found == pytest.approx(truth.flash_times, abs=STAMP_SECONDS)
    _check_sound(path, truth)


@pytest.mark.parametrize("name", [n for n, clip in CLIPS.items() if not clip.truth.decodable])
def test_nothing_can_be_had_from_what_is_no_media(name: str) -> None:
    with pytest.raises(av.error.FFmpegError):
        read.decode_frames(clip_file(name))


@pytest.mark.parametrize(
    "name", [n for n, c in CLIPS.items() if c.truth.damaged and c.truth.decodable]
)
def test_damage_loses_content(name: str) -> None:
    truth, path = CLIPS[name].truth, clip_file(name)
    numbers = read.frame_numbers(path, tolerant=True)
    assert numbers[:20] == list(range(20))
    if name.startswith("audio"):
        track = hear.read_track(path, tolerant=True)
        beeps = [] if track is None else hear.beeps_in(track)
        assert len(beeps) < len(truth.flash_times)
    else:
        assert len([n for n in numbers if n is not None]) < (truth.frame_count or 0)


@pytest.mark.parametrize("name", [n for n, clip in CLIPS.items() if clip.truth.matrix])
def test_display_matrix_is_in_the_file(name: str) -> None:
    stored = read.first_frame(clip_file(name), upright=False)
    assert read.orientation(stored) is not look.Orientation.UPRIGHT


@pytest.mark.parametrize(("name", "first_line"), [("interlaced_tff", 0), ("interlaced_bff", 1)])
def test_fields_hold_their_own_moments(name: str, first_line: int) -> None:
    frames = read.decode_frames(clip_file(name))
    assert all(seen.frame.interlaced_frame for seen in frames)
    for offset in (0, 1):
        fields = [seen.luma[(first_line + offset) % 2 :: 2] for seen in frames]
        assert [look.frame_number(field) for field in fields] == list(range(offset, 100, 2))


def test_telecine_spreads_four_frames_over_five() -> None:
    frames = read.decode_frames(clip_file("telecined"))
    tops = [look.frame_number(seen.luma[0::2]) for seen in frames]
    assert tops[:10] == [0, 1, 1, 2, 3, 4, 5, 5, 6, 7]


def test_gap_and_jitter_of_the_phone() -> None:
    times = read.frame_times(clip_file("vfr_gap"))
    steps = [after - before for before, after in pairwise(times)]
    assert max(steps) > 5
    assert len(set(steps)) > 4


def test_languages_differ_by_their_hum() -> None:
    path = clip_file("two_languages")
    assert hear.hum_hz(path, stream=0) == pytest.approx(120, abs=3)
    assert hear.hum_hz(path, stream=1) == pytest.approx(300, abs=3)
    with open_media(path) as container:
        kept = [bool(s.disposition & Disposition.default) for s in container.streams.audio]
        assert kept == [False, True]


def test_tags_of_unusual_clips() -> None:
    def tags(name: str) -> tuple[int, int, int, int]:
        found = read.first_frame(clip_file(name)).tags
        return found.primaries, found.transfer, found.matrix, found.range

    assert tags("hdr10") == (9, 16, 9, 1)
    assert tags("hlg") == (9, 18, 9, 1)
    assert tags("full_range") == (1, 1, 1, 2)
    assert tags("bt601_untagged") == (2, 2, 2, 0)
    assert tags("bt601_tagged_hd")[2] in (5, 6)


def test_odd_rates_reach_ffmpeg_as_such() -> None:
    def base_rate(name: str) -> Fraction | None:
        with open_media(clip_file(name)) as container:
            return container.streams.video[0].base_rate

    assert base_rate("irregular") == 90_000
    assert base_rate("rate_14985") == Fraction(15_000, 1001)
