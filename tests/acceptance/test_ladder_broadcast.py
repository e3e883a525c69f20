"""Transport streams as receivers record them: begun anywhere, spliced, changing on the way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.media import hear
from tests.media.clips import ffmpeg_path
from tests.media.film import H264, Recipe, Shot, film
from tests.media.mux import joined_ts
from tests.media.sound import Sound

from .runs import PICTURE_ONLY, QUICK, Ladders

PACKET_BYTES = 188
SPLICE_SECONDS = 3.0
OPEN_GOP = "open-gop=1:bframes=3:keyint=25:min-keyint=25:scenecut=0"
CODERS: dict[str, Sequence[str]] = {
    "closed": H264,
    "open": ("-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-x264-params", OPEN_GOP),
    "mpeg2": ("-c:v", "mpeg2video", "-q:v", "2", "-g", "25", "-bf", "2"),
}
FIRST_SHOWN = {"closed": 50, "open": 50, "mpeg2": 51}
"""MPEG-2's first picture after a key frame refers to what is not there."""


@pytest.mark.parametrize("coder", CODERS)
def test_begun_between_key_frames_is_no_damage(
    coder: str, ladders: Ladders, tmp_path: Path
) -> None:
    whole, begun = tmp_path / "whole.ts", tmp_path / "begun.ts"
    recipe = Recipe(video=CODERS[coder], muxer=("-f", "mpegts"))
    film(ffmpeg_path(), whole, Shot(count=100), recipe)
    data = whole.read_bytes()
    packets = len(data) // PACKET_BYTES
    begun.write_bytes(data[PACKET_BYTES * (packets * 2 // 5) :])
    job = ladders.file(begun, QUICK.but(thumbnail_positions=(100,)))
    kept = sorted({number for number in job.mp4.numbers if number is not None})
    assert kept == list(range(FIRST_SHOWN[coder], 100))
    errors = job.mp4.sync_errors
    assert len(errors) >= 2
    assert errors == pytest.approx([0.0] * len(errors), abs=0.02)


def test_spliced_to_another_size(ladders: Ladders) -> None:
    job = ladders.job("ts_size_change")
    assert job.mp4.numbers == [*range(49), *range(50)]
    assert job.hls.numbers == job.mp4.numbers


def test_channels_that_change_on_the_way(ladders: Ladders, tmp_path: Path) -> None:
    """From 5.1 to mono: filters that are set up anew must not begin at 0 again."""
    path = tmp_path / "changing.ts"
    parts = [Shot(count=75, sound=Sound(channels=channels)) for channels in (6, 1)]
    after = [(parts[0], Recipe(), 0), (parts[1], Recipe(), 3)]
    joined_ts(ffmpeg_path(), path, after)
    job = ladders.file(path)
    assert job.warnings == {"audio_downmixed", "variable_frame_rate"}
    assert job.mp4.numbers == [*range(74), *range(75)]
    flashes = job.mp4.flashes
    # Behind the splice the pictures stand 19 ms off the grid of the first programme. An MP3 has
    # no timestamps and keeps the 47 ms by which the two programmes' sounds overlap.
    for path, behind in ((job.mp4.path, 0.025), (job.mp3, 0.075)):
        track = hear.read_track(path)
        assert track is not None
        assert track.end == pytest.approx(6.0, abs=0.06)
        # Five channels give a louder beep than one: each half is measured by its own.
        joint = round((SPLICE_SECONDS - track.start) * track.rate)
        second = hear.Track(SPLICE_SECONDS, track.rate, track.mono[joint:])
        first = hear.Track(track.start, track.rate, track.mono[:joint])
        assert hear.beeps_in(first) == pytest.approx(flashes[:3], abs=0.02)
        assert hear.beeps_in(second) == pytest.approx(flashes[3:], abs=behind)


def test_quality_is_measured_on_the_same_frames(ladders: Ladders) -> None:
    """The reference is moved to the grid as the rung was; a frame off would halve the figures."""
    job = ladders.job("ts", PICTURE_ONLY.but(quality=True))
    (quality,) = job.result.outcome.qualities
    assert quality.frame_count == 50
    assert (quality.psnr or 0) > 38
    assert (quality.ssim or 0) > 0.98
