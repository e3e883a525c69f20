"""The flags before each input, tried without the sandbox: they hold by themselves."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from reelmill.ffmpeg.argv import arguments
from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.model.process import EncodedStream, Input, Mux, Process, Target
from tests.media.clips import clip_file


def copied(source: Input, path: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    stream = EncodedStream(id="e0", kind="video", pad="in0:0", encoder="libx264")
    target = Target(
        id="t0", streams=(stream,), muxes=(Mux(output="a", path="a.mp4", format="mp4"),)
    )
    process = Process(inputs=(source,), targets=(target,))
    words = [str(find_ffmpeg().path), *arguments(process, {"main": str(path)})]
    return subprocess.run(
        words, cwd=folder, capture_output=True, text=True, timeout=30, check=False
    )


def test_what_was_found_is_read(tmp_path: Path) -> None:
    source = Input(name="main", demuxer="mov", known_decoders=("h264", "aac"))
    assert copied(source, clip_file("plain"), tmp_path).returncode == 0


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        (Input(name="main", demuxer="mov", known_decoders=("aac",)), "not on whitelist"),
        (Input(name="main", demuxer="mov", max_streams=1), "exceeds max_streams"),
        (Input(name="main", demuxer="matroska"), "Invalid data"),
    ],
    ids=["another codec", "more streams", "another container"],
)
def test_anything_else_is_not(tmp_path: Path, source: Input, complaint: str) -> None:
    done = copied(source, clip_file("plain"), tmp_path)
    assert complaint in done.stderr
    assert done.returncode != 0


@pytest.mark.parametrize("demuxer", ["hls", "concat", "dash"])
def test_playlists_open_no_addresses(tmp_path: Path, demuxer: str) -> None:
    texts = {
        "hls": "#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n",
        "concat": "ffconcat version 1.0\nfile 'http://127.0.0.1:9/x.mp4'\n",
        "dash": '<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"/>',
    }
    path = tmp_path / "x.mp4"
    path.write_text(texts[demuxer])
    done = copied(Input(name="main"), path, tmp_path)
    assert done.returncode != 0
    assert "Connection refused" not in done.stderr
