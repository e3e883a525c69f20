"""What verification refuses, on small files that PyAV writes: exit code 0 proves nothing."""

from fractions import Fraction
from pathlib import Path

import av
import pytest
from av.video.frame import VideoFrame

from reelmill.model.errors import InputTruncatedError, OutputInvalidError
from reelmill.model.steps import Expectation, ExpectedStream
from reelmill.worker.verify import verify

STREAM = ExpectedStream(
    kind="video", codec="mpeg4", width=64, height=48, frame_rate=Fraction(10), frame_count=10
)
WANTED = Expectation(
    output="mp4",
    path="a.mp4",
    format="mp4",
    streams=(STREAM,),
    duration_seconds=Fraction(1),
    tolerance_seconds=Fraction(1, 5),
)


def write(path: Path, *, frames: int = 10) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)  # pyright: ignore[reportUnknownMemberType]  # PyAV: **kwargs
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for frame in [*(VideoFrame(64, 48, "yuv420p") for _ in range(frames)), None]:
            container.mux(stream.encode(frame))  # pyright: ignore[reportUnknownMemberType]  # PyAV: Packet[...]
    return path


def test_what_was_planned_becomes_an_artifact(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4")

    artifact = verify(WANTED, tmp_path)

    assert (artifact.output, artifact.path) == ("mp4", "a.mp4")
    assert (artifact.width, artifact.height, artifact.frame_rate) == (64, 48, 10)
    assert artifact.duration_seconds == 1
    assert artifact.size_bytes == path.stat().st_size
    assert artifact.bit_rate == path.stat().st_size * 8


def test_what_is_missing_or_empty_or_no_media_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with pytest.raises(OutputInvalidError, match="it was not written") as caught:
        verify(WANTED, tmp_path)
    assert caught.value.output == "mp4"
    path.write_bytes(b"")
    with pytest.raises(OutputInvalidError, match="it is empty"):
        verify(WANTED, tmp_path)
    path.write_bytes(b"not media" * 100)
    with pytest.raises(OutputInvalidError, match="cannot be read back"):
        verify(WANTED, tmp_path)


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (WANTED.but(streams=(STREAM, STREAM)), "1 streams where 2 were planned"),
        (WANTED.but(streams=(STREAM.but(width=66),)), "is video mpeg4 64 48, planned was video"),
        (WANTED.but(streams=(STREAM.but(codec="h264"),)), "planned was video h264"),
        (WANTED.but(streams=(STREAM.but(kind="audio"),)), "planned was audio"),
        (WANTED.but(streams=(STREAM.but(frame_count=7),)), "10 frames where 7 were planned"),
        (WANTED.but(duration_seconds=Fraction(1, 2)), "1.00 s long where 0.50 s were planned"),
    ],
)
def test_another_thing_than_planned_is_refused(
    tmp_path: Path, wanted: Expectation, words: str
) -> None:
    write(tmp_path / "a.mp4")

    with pytest.raises(OutputInvalidError, match=words):
        verify(wanted, tmp_path)


@pytest.mark.parametrize("frames", [12, 8])
def test_a_doubtful_frame_or_two_are_forgiven(tmp_path: Path, frames: int) -> None:
    write(tmp_path / "a.mp4", frames=frames)

    verify(WANTED, tmp_path)


def test_what_ends_early_is_the_fault_of_the_source(tmp_path: Path) -> None:
    write(tmp_path / "a.mp4", frames=5)
    uncounted = WANTED.but(streams=(STREAM.but(frame_count=None),))

    with pytest.raises(InputTruncatedError, match="ends after 5 of 10 frames"):
        verify(WANTED, tmp_path)
    with pytest.raises(InputTruncatedError, match=r"0.50 s long where 1.00 s were planned"):
        verify(uncounted, tmp_path)
    assert verify(WANTED, tmp_path, shorter_is_fine=True).duration_seconds == 0.5


def test_an_unfinished_manifest_is_refused(tmp_path: Path) -> None:
    wanted = WANTED.but(path="manifest.mpd", format="dash")

    for text in ("", '<MPD type="dynamic"></MPD>', '<MPD type="static">'):
        (tmp_path / "manifest.mpd").write_text(text)
        with pytest.raises(OutputInvalidError, match=r"manifest\.mpd is not whole"):
            verify(wanted, tmp_path)
    (tmp_path / "manifest.mpd").write_text('<MPD type="static"></MPD>\n')
    with pytest.raises(OutputInvalidError, match=r"media_0\.m3u8 was not written"):
        verify(wanted, tmp_path)


def test_a_segment_far_beyond_the_grid_is_refused(tmp_path: Path) -> None:
    write(tmp_path / "segment_000.mp4", frames=10)
    (tmp_path / "playlist.m3u8").write_text(
        "#EXTM3U\n#EXTINF:1.0,\nsegment_000.mp4\n#EXT-X-ENDLIST\n"
    )
    wanted = WANTED.but(path="playlist.m3u8", format="hls", segment_seconds=Fraction(1, 2))

    with pytest.raises(OutputInvalidError, match=r"a segment of 1 s on a grid of 0\.5"):
        verify(wanted, tmp_path)
    artifact = verify(wanted.but(segment_seconds=Fraction(1)), tmp_path)
    assert artifact.segments is not None
    assert (artifact.segments.count, artifact.frame_rate) == (1, 10)
