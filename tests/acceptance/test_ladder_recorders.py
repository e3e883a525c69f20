"""Files as phones, recorders and editors leave them: what their headers say is not the whole."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

import reelmill
from tests.media import look, read
from tests.media.boxes import cropped, showing, stating
from tests.media.clips import clip_file, ffmpeg_path
from tests.media.film import Recipe, Shot, film, run, to_yuv
from tests.media.picture import Canvas

from .runs import PICTURE_ONLY, QUICK, Ladders

STILLS = PICTURE_ONLY.but(thumbnail_positions=(0, 75, 100))
COPY = {"codec": "copy"}
TICKS = 12_800
"""A second of the picture's own clock, as FFmpeg writes it for 25 frames a second."""


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Two seconds with B-frames, the index last, shown from tick 1024 on."""
    path = tmp_path_factory.mktemp("plain") / "plain.mp4"
    video = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-bf", "2", "-g", "25")
    film(ffmpeg_path(), path, Shot(), Recipe(video=video, muxer=()))
    return path.read_bytes()


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("stated", [0.0, 1.0])
def test_a_length_that_was_stated_too_early(plain: bytes, stated: float, tmp_path: Path) -> None:
    facts = reelmill.probe(_written(tmp_path / "a.mp4", stating(plain, stated)))
    assert facts.duration_seconds == 2
    assert facts.duration_from == "packets"


def test_all_that_is_there_is_shown(plain: bytes, ladders: Ladders, tmp_path: Path) -> None:
    path = _written(tmp_path / "a.mp4", stating(plain, 1.0))
    assert ladders.file(path, PICTURE_ONLY).mp4.numbers == [*range(50)]


def test_an_edit_list_ends_it_before_a_gap(ladders: Ladders, tmp_path: Path) -> None:
    """As long as the edit list, but its last frames, behind a gap, are not shown."""
    gap, path = tmp_path / "gap.mp4", tmp_path / "a.mp4"
    run(ffmpeg_path(), [
        "-i", str(clip_file("plain")), "-vf", "setpts=PTS+gte(N\\,30)*3/TB", "-fps_mode", "vfr",
        "-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-g", "60", "-an", str(gap),
    ])  # fmt: skip
    path.write_bytes(showing(gap.read_bytes(), [(4.2, 1024)]))
    assert ladders.file(path, PICTURE_ONLY).mp4.numbers == [*range(30)]


def test_a_copy_ends_where_an_edit_list_does(plain: bytes, tmp_path: Path) -> None:
    data = showing(plain, [(1.2, 1024)], sound=[(1.2, 1024)])
    path, made = _written(tmp_path / "a.mp4", data), tmp_path / "b.mkv"
    reelmill.convert(path, made, video=COPY, audio=COPY)
    assert read.frame_numbers(made)[:30] == [*range(30)]
    assert float(reelmill.probe(made).duration_seconds or 0) == pytest.approx(1.2, abs=0.13)


def test_joined_by_an_edit_list(plain: bytes, ladders: Ladders, tmp_path: Path) -> None:
    """Two parts of it, the second from between two key frames: shown, but not copied."""
    parts = [(0.8, 1024), (0.8, 1024 + TICKS * 30 // 25)]
    path = _written(tmp_path / "a.mp4", showing(plain, parts))
    assert ladders.file(path, PICTURE_ONLY).mp4.numbers == [*range(20), *range(30, 50)]
    with pytest.raises(reelmill.ReelmillError, match="joins parts of the picture") as refused:
        reelmill.convert(path, tmp_path / "b.mp4", video=COPY, audio=COPY)
    assert refused.value.code == "unsupported_media"


def test_a_last_frame_that_stands_for_long(ladders: Ladders, tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    longer = "setts=duration=if(eq(N\\,49)\\,38400\\,DURATION)"
    source = str(clip_file("plain"))
    run(ffmpeg_path(), ["-i", source, "-an", "-c", "copy", "-bsf:v", longer, str(path)])
    job = ladders.file(path, STILLS)
    assert job.mp4.numbers == [*range(50), *[49] * 74]
    assert [read.first_frame(job.still(at)).number for at in (0, 75, 100)] == [0, 49, 49]


def test_cropped_by_the_container(ladders: Ladders, tmp_path: Path) -> None:
    """A clean aperture of 640x360 that is 4 pixels above the middle of 704x400."""
    whole, path = tmp_path / "whole.mp4", tmp_path / "a.mp4"
    filters = f"pad=704:400:32:16:red,{to_yuv()}"
    film(ffmpeg_path(), whole, Shot(sound=None), Recipe(filters=filters, muxer=()))
    path.write_bytes(cropped(whole.read_bytes(), 640, 360, 0, (-8) & 0xFFFFFFFF))
    job = ladders.file(path, STILLS)
    assert job.mp4.numbers == [*range(50)]
    assert look.bar_error(read.colour_bars(job.mp4.first)) <= 3
    assert job.mp4.first.luma.shape == read.first_frame(job.still(0)).luma.shape == (360, 640)


def test_cropped_from_the_left_by_its_bitstream(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    crop = "h264_metadata=crop_left=10:crop_right=6"
    run(ffmpeg_path(), ["-i", str(clip_file("plain")), "-c", "copy", "-bsf:v", crop, str(path)])
    picture = reelmill.probe(path).picture
    assert picture is not None
    assert (picture.width, picture.height) == (624, 360)


def test_a_call_that_changes_its_size(ladders: Ladders, tmp_path: Path) -> None:
    """As WebRTC does: VP8 at half the size from 2 s on."""
    shots = [Shot(sound=None), Shot(Canvas(320, 180), sound=None)]
    coder = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "3M")
    names = [tmp_path / f"{number}.webm" for number in range(2)]
    for name, shot in zip(names, shots, strict=True):
        film(ffmpeg_path(), name, shot, Recipe(coder, filters=to_yuv(matrix="bt601"), muxer=()))
    playlist, path = tmp_path / "list.txt", tmp_path / "call.webm"
    playlist.write_text("".join(f"file '{name}'\n" for name in names))
    run(ffmpeg_path(), [
        "-f", "concat", "-safe", "0", "-i", str(playlist), "-c", "copy", str(path),
    ])  # fmt: skip
    job = ladders.file(path, STILLS)
    assert job.mp4.numbers == [*range(50), *range(50)]
    stills = [read.first_frame(job.still(at)) for at in (0, 75, 100)]
    assert [(one.number, one.luma.shape) for one in stills] == [
        (0, (360, 640)), (25, (360, 640)), (49, (360, 640)),
    ]  # fmt: skip
    concat = {"type": "concat", "inputs": [str(clip_file("plain"))]}
    joined = reelmill.convert(
        path, tmp_path / "joined.mp4", [concat], video={"preset": "ultrafast"}
    )
    assert read.frame_numbers(joined.path) == [*range(50)] * 3


def test_sound_that_a_programme_gets_later(ladders: Ladders, tmp_path: Path) -> None:
    """The table of the first half knows no sound."""
    path = tmp_path / "a.ts"
    coder = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "25")
    for offset, more in ((0, ("-an",)), (2, ("-c:a", "mp2", "-tables_version", "3"))):
        part = tmp_path / "part.ts"
        moved = ("-output_ts_offset", str(offset), str(part))
        run(ffmpeg_path(), ["-i", str(clip_file("plain")), *coder, *more, *moved])
        path.write_bytes((path.read_bytes() if path.exists() else b"") + part.read_bytes())
    job = ladders.file(path, QUICK.but(thumbnail_positions=()))
    sound = reelmill.probe(path).sound
    assert sound is not None
    assert (sound.codec, sound.sample_rate, sound.channels) == ("mp2", 48_000, 1)
    assert len(job.mp4.flashes) == 4
    assert job.mp4.sync_errors == pytest.approx([0, 0], abs=0.02)


def test_a_palette_that_comes_once(tmp_path: Path) -> None:
    """Behind a seek there would be none, and the picture black."""
    path, made = tmp_path / "a.avi", tmp_path / "a.png"
    colours = ("-vf", "format=rgb24", "-pix_fmt", "pal8", "-c:v", "rawvideo", "-an")
    run(ffmpeg_path(), ["-i", str(clip_file("plain")), *colours, str(path)])
    reelmill.convert(path, made, [{"type": "thumbnail", "at": 1}])
    assert read.first_frame(made).number == 25


def test_stills_of_a_camcorder(ladders: Ladders, tmp_path: Path) -> None:
    """DV of NTSC has a quarter of the colour samples across, and 16:9 makes it 853.3 wide."""
    path = tmp_path / "a.mov"
    wide = Shot(Canvas(720, 480, Fraction(32, 27)), Fraction(30000, 1001), 36, None)
    coder = ("-c:v", "dvvideo", "-pix_fmt", "yuv411p")
    film(ffmpeg_path(), path, wide, Recipe(coder, filters=to_yuv("yuv411p", "bt601"), muxer=()))
    job = ladders.file(path, STILLS)
    still = read.first_frame(job.still(100))
    assert (still.number, still.luma.shape) == (35, (480, 854))


def test_tags_that_are_no_text(tmp_path: Path) -> None:
    path, made = tmp_path / "a.mkv", tmp_path / "b.mkv"
    source, title = str(clip_file("plain")), "title=ABCDEFGH"
    run(ffmpeg_path(), ["-i", source, "-c", "copy", "-metadata", title, str(path)])
    path.write_bytes(path.read_bytes().replace(b"ABCDEFGH", b"A\xff\xfe\xc3\x28\x00\x01H"))
    reelmill.convert(path, made, video=COPY, audio=COPY)
    assert b"A\xff\xfe\xc3\x28" in made.read_bytes()


def test_a_part_before_the_sound_begins(tmp_path: Path) -> None:
    trim = {"type": "trim", "end_time": 0.4}
    made = tmp_path / "a.mp4"
    reelmill.convert(clip_file("audio_late"), made, [trim], video={"preset": "ultrafast"})
    assert read.frame_numbers(made) == [*range(10)]
    sound = reelmill.probe(made).sound
    assert sound is not None
    assert float(sound.end_seconds or 0) == pytest.approx(0.4, abs=0.03)


def test_a_copy_of_a_program_stream(tmp_path: Path) -> None:
    """In which only some frames have a time."""
    path, made = tmp_path / "a.vob", tmp_path / "a.mkv"
    coder = ("-c:v", "mpeg2video", "-q:v", "2", "-bf", "2", "-c:a", "ac3", "-f", "dvd")
    run(ffmpeg_path(), ["-i", str(clip_file("plain")), *coder, str(path)])
    reelmill.convert(path, made, video=COPY, audio=COPY)
    assert read.frame_numbers(made) == [*range(50)]


def test_a_rate_that_mpeg_2_has_not(tmp_path: Path) -> None:
    path, made = tmp_path / "a.mp4", tmp_path / "a.mpg"
    film(ffmpeg_path(), path, Shot(rate=Fraction(25, 2), count=20))
    done = reelmill.convert(path, made)
    assert [one.code for one in done.outcome.warnings] == ["frame_rate_changed"]
    assert read.frame_numbers(made) == [number for n in range(20) for number in (n, n)]
    steps = [after - before for before, after in pairwise(read.frame_times(made))]
    assert {round(float(step), 3) for step in steps} == {0.04}


def test_a_part_of_subtitles_in_which_nobody_speaks(tmp_path: Path) -> None:
    path, made = tmp_path / "a.srt", tmp_path / "b.srt"
    path.write_text("1\n00:00:03,000 --> 00:00:04,000\nLate\n")
    reelmill.convert(path, made, [{"type": "trim", "end_time": 2}])
    assert made.read_bytes() == b""


def test_the_second_file_of_a_disc(ladders: Ladders, tmp_path: Path) -> None:
    """It begins in the middle: of pictures that need others before, and of a frame of sound."""
    disc, part = tmp_path / "disc.vob", tmp_path / "part.vob"
    run(ffmpeg_path(), [
        "-i", str(clip_file("plain")), "-c:v", "mpeg2video", "-b:v", "3M", "-g", "12", "-bf", "2",
        "-c:a", "mp2", "-b:a", "192k", "-f", "vob", str(disc),
    ])  # fmt: skip
    packs = disc.stat().st_size // 2048
    part.write_bytes(disc.read_bytes()[packs * 2 // 5 * 2048 :])
    (sound,) = (one for one in reelmill.probe(part).streams if one.kind == "audio")
    assert sound.undecodable_packets > 0
    seen = ladders.file(part, QUICK).mp4.numbers
    first = seen[0]
    assert first is not None
    assert 20 < first < 40
    assert seen[seen.count(first) - 1 :] == [*range(first, 50)], "it stands until then"
