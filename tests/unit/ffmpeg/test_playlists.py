from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reelmill.ffmpeg.playlists import read_playlist
from reelmill.model.errors import OutputInvalidError

WHOLE = """#EXTM3U
#EXT-X-VERSION:3
#EXT-X-TARGETDURATION:10
#EXT-X-PLAYLIST-TYPE:VOD
#EXTINF:10.000000,
segment_000.ts
#EXTINF:8.000000,
segment_001.ts
#EXTINF:0.400000,
segment_002.ts
#EXT-X-ENDLIST
"""


@pytest.fixture
def playlist(tmp_path: Path) -> Path:
    for number, size in enumerate((1000, 2000, 900)):
        (tmp_path / f"segment_{number:03d}.ts").write_bytes(bytes(size))
    path = tmp_path / "playlist.m3u8"
    path.write_text(WHOLE)
    return path


def test_a_whole_playlist_is_measured(playlist: Path) -> None:
    found = read_playlist(playlist)
    measured = found.measured()

    assert found.init is None
    assert [path.name for path, _ in found.segments] == [f"segment_00{n}.ts" for n in range(3)]
    assert found.duration_seconds == pytest.approx(18.4)
    assert (measured.count, measured.size_bytes, measured.longest_seconds) == (3, 3900, 10)
    assert measured.average_bit_rate == round(3900 * 8 / 18.4)
    assert measured.peak_bit_rate == 2000  # the second; the third is too short to count


def test_an_initialisation_section_belongs_to_it(playlist: Path) -> None:
    init = playlist.with_name("init.mp4")
    init.write_bytes(b"x")
    playlist.write_text(WHOLE.replace("#EXTINF:10", '#EXT-X-MAP:URI="init.mp4"\n#EXTINF:10'))

    assert read_playlist(playlist).init == init
    init.unlink()
    with pytest.raises(OutputInvalidError, match=r"init\.mp4 is missing or empty"):
        read_playlist(playlist)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (WHOLE.replace("#EXT-X-ENDLIST\n", ""), "has no end"),
        ("", "has no end"),
        ("#EXTM3U\n#EXT-X-ENDLIST\n", "names no segments"),
        (
            WHOLE.replace("10.000000", "0").replace("8.000000", "0").replace("0.400000", "0"),
            "names",
        ),
        (WHOLE.replace("segment_001", "segment_009"), r"segment_009\.ts is missing or empty"),
    ],
    ids=["cut off", "empty", "no segments", "no time", "missing segment"],
)
def test_a_playlist_that_is_not_whole_is_refused(playlist: Path, text: str, words: str) -> None:
    playlist.write_text(text)

    with pytest.raises(OutputInvalidError, match=words):
        read_playlist(playlist)


def test_an_empty_segment_is_what_a_full_disk_leaves(playlist: Path) -> None:
    playlist.with_name("segment_002.ts").write_bytes(b"")

    with pytest.raises(OutputInvalidError, match=r"segment_002\.ts is missing or empty"):
        read_playlist(playlist)


def test_a_playlist_that_was_not_written_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputInvalidError, match="was not written"):
        read_playlist(tmp_path / "playlist.m3u8")
    (tmp_path / "binary.m3u8").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(OutputInvalidError, match="was not written"):
        read_playlist(tmp_path / "binary.m3u8")


LINES = st.sampled_from(
    [
        *WHOLE.splitlines(),
        "#EXTINF:nan,",
        "#EXTINF:-1,",
        "#EXTINF:x",
        "..",
        "a/b",
        "\0",
        ".",
        "#EXTINF:1e999,",
    ]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(LINES | st.text(max_size=20), max_size=12))
def test_whatever_stands_in_it_it_is_whole_or_refused(playlist: Path, lines: list[str]) -> None:
    playlist.write_text("\n".join([*lines, "#EXT-X-ENDLIST"]), encoding="utf-8", errors="replace")
    try:
        read = read_playlist(playlist)
    except OutputInvalidError:
        return
    assert 0 < read.duration_seconds < float("inf")
    assert all(path.is_file() and path.parent == playlist.parent for path, _ in read.segments)
