from fractions import Fraction
from pathlib import Path

import pytest

from reelmill.model.documents import MasterPlaylistDocument
from reelmill.model.errors import OutputInvalidError
from reelmill.model.results import Artifact, Segments
from reelmill.worker.documents import master_playlist, write_document

DOCUMENT = MasterPlaylistDocument(
    output="master",
    path="master.m3u8",
    variants=(
        ("hls_720p", "720p/segments/playlist.m3u8"),
        ("hls_360p", "360p/segments/playlist.m3u8"),
    ),
)


def variant(name: str, height: int, peak: int) -> Artifact:
    return Artifact(
        output=f"hls_{name}",
        path=f"{name}/segments/playlist.m3u8",
        size_bytes=200,
        width=height * 16 // 9,
        height=height,
        frame_rate=Fraction(30_000, 1001),
        codecs="avc1.4d401f,mp4a.40.2",
        segments=Segments(
            count=2,
            size_bytes=1000,
            longest_seconds=10,
            peak_bit_rate=peak,
            average_bit_rate=peak // 2,
        ),
    )


MADE = {
    "hls_360p": variant("360p", 360, 900_000),
    "hls_720p": variant("720p", 720, 3_000_000),
}
ATTRIBUTES = 'FRAME-RATE=29.970,CODECS="avc1.4d401f,mp4a.40.2"'


def test_variants_are_listed_with_what_was_measured() -> None:
    assert master_playlist(DOCUMENT, MADE).splitlines() == [
        "#EXTM3U",
        "#EXT-X-VERSION:6",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        "#EXT-X-STREAM-INF:BANDWIDTH=3000000,AVERAGE-BANDWIDTH=1500000,RESOLUTION=1280x720,"
        + ATTRIBUTES,
        "720p/segments/playlist.m3u8",
        "#EXT-X-STREAM-INF:BANDWIDTH=900000,AVERAGE-BANDWIDTH=450000,RESOLUTION=640x360,"
        + ATTRIBUTES,
        "360p/segments/playlist.m3u8",
    ]


def test_a_variant_that_was_not_made_is_left_out() -> None:
    text = master_playlist(DOCUMENT, {"hls_360p": MADE["hls_360p"]})

    assert "720p" not in text
    assert text.endswith("360p/segments/playlist.m3u8\n")


def test_without_variants_there_is_no_playlist() -> None:
    with pytest.raises(OutputInvalidError, match="no variant"):
        master_playlist(DOCUMENT, {})


def test_addresses_are_relative_to_where_the_playlist_stands(tmp_path: Path) -> None:
    document = DOCUMENT.but(path="lists/all.m3u8")

    artifact = write_document(document, MADE, tmp_path)

    text = (tmp_path / "lists/all.m3u8").read_text(encoding="utf-8")
    assert "\n../720p/segments/playlist.m3u8\n" in text
    assert artifact.size_bytes == len(text.encode())


def test_sound_alone_has_no_resolution() -> None:
    sound = MADE["hls_360p"].but(width=None, height=None, frame_rate=None, codecs=None)
    document = DOCUMENT.but(variants=DOCUMENT.variants[1:])

    line = master_playlist(document, {"hls_360p": sound}).splitlines()[3]

    assert line == "#EXT-X-STREAM-INF:BANDWIDTH=900000,AVERAGE-BANDWIDTH=450000"
