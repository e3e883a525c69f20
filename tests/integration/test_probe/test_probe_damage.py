"""Files that end early, lie, or are no media; names that look like something else."""

import os
import random
from contextlib import suppress
from pathlib import Path

import pytest

from reelmill.ffmpeg.probe import probe
from reelmill.model.errors import (
    InputUnreadableError,
    NotFoundError,
    ReelmillError,
    UnsupportedMediaError,
)

from .conftest import AUDIO, VIDEO, VP9, X264, Make


def cut(path: Path, percent: int) -> Path:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) * percent // 100])
    return path


@pytest.mark.parametrize("percent", [30, 60, 90, 99])
@pytest.mark.parametrize("suffix", ["mp4", "mkv", "webm", "avi"])
def test_truncated(make: Make, suffix: str, percent: int) -> None:
    codecs = (*VP9, "-c:a", "libopus") if suffix == "webm" else X264
    flags = ("-movflags", "+faststart") if suffix == "mp4" else ()
    whole = make(f"a.{suffix}", *VIDEO, *AUDIO, *codecs, *flags)
    promised = probe(whole)
    assert promised.missing_seconds is None
    found = probe(cut(whole, percent))
    assert found.missing_seconds is not None
    assert found.duration_seconds is not None
    assert promised.duration_seconds is not None
    if percent < 99:
        assert found.missing_seconds > 0
        together = found.duration_seconds + found.missing_seconds
        assert abs(together - promised.duration_seconds) < 0.1


def test_truncated_inside_a_fragment(make: Make) -> None:
    flags = ("-movflags", "frag_keyframe+empty_moov")
    found = probe(cut(make("a.mp4", *VIDEO, *X264, *flags), 90))
    assert found.missing_seconds


def test_late_tags_are_not_missing_media(make: Make) -> None:
    path = make("a.mkv", *VIDEO, *X264)
    path.write_bytes(path.read_bytes() + bytes(5000))
    assert probe(path).missing_seconds is None


@pytest.mark.parametrize("flags", [(), ("-mpegts_m2ts_mode", "1")], ids=["188", "192"])
def test_a_transport_stream_cut_inside_a_packet(make: Make, flags: tuple[str, ...]) -> None:
    whole = make("a.ts", *VIDEO, *X264, *flags)
    assert probe(whole).missing_seconds is None
    content, length = whole.read_bytes(), 192 if flags else 188
    kept = len(content) // length // 2 * length
    whole.write_bytes(content[: kept + 50])
    assert probe(whole).missing_seconds == 0
    whole.write_bytes(content[:kept])  # begun and ended anywhere, as receivers record
    found = probe(whole)
    assert found.missing_seconds is None
    assert found.duration_seconds is not None
    assert found.duration_seconds < 1.8


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"just some text\n" * 100,
        random.Random(7).randbytes(100_000),
        bytes(100_000),
        b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom",
    ],
    ids=["empty", "text", "random", "zeros", "no moov"],
)
def test_no_media(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(content)
    with pytest.raises(InputUnreadableError):
        probe(path)


PLAYLISTS = {
    "HLS": "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{target}\n#EXT-X-ENDLIST\n",
    "concat": "ffconcat version 1.0\nfile '{target}'\n",
    "DASH": '<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>',
    "SDP": "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n",
}


@pytest.mark.parametrize("kind", PLAYLISTS)
@pytest.mark.parametrize("before", ["", "\ufeff", "\n  "])
def test_playlists_are_not_followed(make: Make, tmp_path: Path, kind: str, before: str) -> None:
    target = make("target.mp4", *VIDEO, *X264)
    path = tmp_path / "a.mp4"
    path.write_text(before + PLAYLISTS[kind].format(target=target), encoding="utf-8")
    with pytest.raises(UnsupportedMediaError):
        probe(path)


def test_nothing_there(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing.mp4", tmp_path / "no" / "such"):
        with pytest.raises(NotFoundError):
            probe(path)


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnsupportedMediaError):
        probe(tmp_path / "pipe")


@pytest.mark.parametrize(
    "name",
    [
        *("-i", "a:b", "http:x.mp4", "concat:a|b", "a%03d.png", "100%.mp4", "*.mp4", "a\nb.mp4"),
        *('it\'s "so".mp4', "🎬.mp4", "\u202egp4.mp4", " ", "x" * 255, "a.m3u8", "a.txt", "a.yuv"),
    ],
)
def test_names_mean_nothing(make: Make, tmp_path: Path, name: str) -> None:
    path = make("plain.mp4", *VIDEO, *X264).rename(tmp_path / name)
    assert probe(path).duration_seconds == 2


def test_a_name_that_is_no_text(make: Make, tmp_path: Path) -> None:
    path = make("plain.mp4", *VIDEO, *X264)
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.mp4"))
    assert probe(path.rename(odd)).duration_seconds == 2


def test_descriptors_are_closed(make: Make, tmp_path: Path) -> None:
    good = make("a.mp4", *VIDEO, *X264)
    bad = tmp_path / "bad"
    bad.write_bytes(b"bad")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for path in (good, bad, tmp_path):
        with suppress(ReelmillError):
            probe(path, key_frames=True)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.parametrize("suffix", ["mp3", "wav", "flac", "ogg", "opus", "aac", "asf", "flv"])
def test_sound_alone(make: Make, suffix: str) -> None:
    facts = probe(make(f"a.{suffix}", *AUDIO))
    assert facts.picture is None
    assert facts.sound is not None
    assert facts.duration_seconds is not None
    assert abs(facts.duration_seconds - 2) < 0.1
    assert facts.missing_seconds is None
