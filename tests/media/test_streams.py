"""The clips' further streams are there, and colour, alpha and playlists are read right."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from av.sidedata.sidedata import Type as SideData
from PIL import Image

from . import look, planes, read, sync
from .clips import CLIPS, clip_file, ffmpeg_path
from .clips_hidden import CAPTION
from .film import run
from .hdr import bars_as, hlg, pq
from .names import awkward_names, named
from .opening import open_media
from .picture import BAR_COLOURS


def _kinds(name: str) -> list[str]:
    with open_media(clip_file(name)) as container:
        return [stream.type for stream in container.streams]


def test_rich_files_have_their_streams() -> None:
    assert _kinds("mkv_rich") == ["video", "audio", "subtitle", "subtitle", "attachment"]
    assert _kinds("mp4_rich")[:3] == ["video", "audio", "subtitle"]
    assert "data" in _kinds("mp4_rich")
    with open_media(clip_file("mkv_rich")) as container:
        assert [chapter["metadata"]["title"] for chapter in container.chapters()] == [
            "First",
            "Second",
        ]
    with open_media(clip_file("mp4_rich")) as container:
        codes = [stream.metadata.get("timecode") for stream in container.streams]
        assert "01:02:03:04" in codes


def test_hdr_bars_hold_the_intended_signal() -> None:
    for name, signal in (("hdr10", pq), ("hlg", hlg)):
        found = np.array(read.colour_bars(clip_file(name)))
        assert np.abs(found - np.array(bars_as(signal, BAR_COLOURS))).max() < 3


def test_mastering_data_is_in_the_file() -> None:
    kinds = planes.side_data(read.first_frame(clip_file("hdr10")).frame).keys()
    assert {SideData.MASTERING_DISPLAY_METADATA, SideData.CONTENT_LIGHT_LEVEL} <= kinds


def test_captions_are_in_the_pictures() -> None:
    shown = run(ffmpeg_path(), [
        "-f", "lavfi", "-i", f"movie={clip_file('cea_608')}[out0+subcc]", "-map", "0:s",
        "-f", "srt", "pipe:1",
    ])  # fmt: skip
    assert CAPTION.encode() in shown
    frames = read.decode_frames(clip_file("cea_608"))
    assert all(SideData.A53_CC in planes.side_data(seen.frame) for seen in frames)


def test_dolby_vision_is_declared() -> None:
    words = subprocess.run(
        [ffmpeg_path(), "-hide_banner", "-i", clip_file("dolby_vision_5")],
        capture_output=True,
        check=False,
    ).stderr
    assert b"DOVI configuration record: version: 1.0, profile: 5" in words


def test_splice_changes_the_size() -> None:
    sizes = [seen.luma.shape for seen in read.iter_frames(clip_file("ts_size_change"))]
    assert sizes == [(360, 640)] * 50 + [(360, 480)] * 50


def _rgba(name: str, *decoder: str) -> npt.NDArray[np.uint8]:
    raw = run(ffmpeg_path(), [
        *decoder, "-i", str(clip_file(name)), "-frames:v", "1", "-pix_fmt", "rgba",
        "-f", "rawvideo", "pipe:1",
    ])  # fmt: skip
    return np.frombuffer(raw, np.uint8).reshape(360, 640, 4)


def test_alpha_is_in_the_file() -> None:
    # The native VP9 decoder drops alpha; libvpx keeps it.
    for picture in (_rgba("alpha_vp9", "-c:v", "libvpx-vp9"), _rgba("alpha_prores")):
        assert picture[-3, 320, 3] == 0
        assert int(picture[5, 320, 3]) == pytest.approx(128, abs=3)
        assert picture[180, 320, 3] == 255


def test_animated_webp_has_all_its_frames() -> None:
    with Image.open(clip_file("webp_animated")) as image:
        assert getattr(image, "n_frames", 1) == CLIPS["webp_animated"].truth.frame_count


@pytest.mark.parametrize("segments", ["mpegts", "fmp4"])
def test_playlists_are_read(segments: str, tmp_path: Path) -> None:
    playlist = tmp_path / "list.m3u8"
    run(ffmpeg_path(), [
        "-i", str(clip_file("sync_6s")), "-c", "copy", "-f", "hls", "-hls_time", "2",
        "-hls_playlist_type", "vod", "-hls_segment_type", segments, str(playlist),
    ])  # fmt: skip
    assert read.frame_numbers(playlist) == list(range(150))
    errors = sync.sync_error_seconds(playlist)
    assert errors == pytest.approx([0.0] * 6, abs=0.005)


def test_marks_survive_a_small_rung(tmp_path: Path) -> None:
    small = tmp_path / "small.mp4"
    run(ffmpeg_path(), [
        "-i", str(clip_file("plain_720p")), "-vf", "scale=320:180", "-c:v", "libx264",
        "-preset", "veryfast", "-crf", "30", "-c:a", "aac", "-b:a", "48k", str(small),
    ])  # fmt: skip
    assert read.frame_numbers(small) == list(range(60))
    assert look.bar_error(read.colour_bars(small)) < 6
    assert read.squareness(small) == pytest.approx(1, abs=0.03)
    assert sync.sync_error_seconds(small) == pytest.approx([0.0, 0.0], abs=0.005)


def test_readers_notice_what_is_wrong(tmp_path: Path) -> None:
    """A turned, stretched, mistagged copy with its sound late must not pass."""
    wrong = tmp_path / "wrong.mp4"
    run(ffmpeg_path(), [
        "-i", str(clip_file("sync_6s")), "-itsoffset", "0.1", "-i", str(clip_file("sync_6s")),
        "-map", "0:v", "-map", "1:a",
        "-vf", "hflip,scale=480:360,setsar=1,setparams=colorspace=smpte170m",
        "-c:v", "libx264", "-preset", "ultrafast", "-frames:v", "100", "-c:a", "copy", str(wrong),
    ])  # fmt: skip
    assert read.orientation(wrong) is look.Orientation.MIRRORED
    upright = read.first_frame(wrong).rgb[:, ::-1]
    assert look.squareness(upright) == pytest.approx(0.75, abs=0.02)
    assert look.bar_error(look.bars_in(upright)) > 15
    assert sync.sync_error_seconds(wrong) == pytest.approx([0.1] * 4, abs=0.005)


@pytest.mark.parametrize("label", list(awkward_names()))
def test_awkward_names_are_files_like_any_other(label: str, tmp_path: Path) -> None:
    name = awkward_names()[label]
    assert len(name.encode()) <= 255
    path = named(clip_file("fifth_of_a_second"), name, tmp_path)
    assert read.frame_numbers(path) == [0, 1, 2, 3, 4]
