"""Other codecs, rungs and packages: FFmpeg plays them, and their papers say what they are."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import pytest
from av.sidedata.sidedata import Type as SideData

from reelmill.ffmpeg.playlists import read_playlist
from reelmill.recipes.ladder.settings import RUNGS, LadderSettings
from tests.media import look, planes, read
from tests.media.clips import clip_file, ffmpeg_path
from tests.media.film import Recipe, Shot, film
from tests.media.picture import Canvas

from .runs import PICTURE_ONLY, QUICK, Film, Job, Ladders


def played(path: Path) -> int:
    """Frames that FFmpeg shows of a file or playlist, which it must do without a complaint."""
    command = [
        str(ffmpeg_path()), "-hide_banner", "-nostdin", "-v", "error", "-progress", "pipe:1",
        "-i", str(path), "-map", "0:v:0", "-map", "0:a:0?", "-f", "null", "-",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, check=True, text=True)
    assert done.stderr == ""
    return int(re.findall(r"^frame=(\d+)$", done.stdout, re.MULTILINE)[-1])


ATTRIBUTE = re.compile(r'([A-Z-]+)=("[^"]*"|[^,]*)')


def variants(master: Path) -> dict[str, dict[str, str]]:
    """The attributes of each variant of a master playlist by its URI."""
    lines = master.read_text().splitlines()
    found: dict[str, dict[str, str]] = {}
    for line, uri in pairwise(lines):
        kind, _, attributes = line.partition(":")
        if kind == "#EXT-X-STREAM-INF":
            found[uri] = {name: value.strip('"') for name, value in ATTRIBUTE.findall(attributes)}
    return found


@dataclass(frozen=True)
class Coding:
    """Settings with what they must give."""

    settings: LadderSettings
    codecs: str
    playable: tuple[str, ...]
    tag: str


CODINGS = {
    "h264": Coding(
        PICTURE_ONLY.but(packaging=("hls", "hls-fmp4", "cmaf")),
        r"avc1\.[0-9a-f]{6},mp4a\.40\.2",
        ("master.m3u8", "master_fmp4.m3u8", "cmaf/master.m3u8", "cmaf/manifest.mpd"),
        "avc1",
    ),
    "hevc": Coding(
        PICTURE_ONLY.but(codec="hevc", packaging=("hls-fmp4", "cmaf")),
        r"hvc1\.1\.6\.L63\.90,mp4a\.40\.2",
        ("master_fmp4.m3u8", "cmaf/master.m3u8", "cmaf/manifest.mpd"),
        "hvc1",
    ),
    "av1": Coding(
        PICTURE_ONLY.but(codec="av1", preset="10", packaging=("hls-fmp4", "cmaf")),
        r"av01\.0\.01M\.08,mp4a\.40\.2",
        ("master_fmp4.m3u8", "cmaf/master.m3u8", "cmaf/manifest.mpd"),
        "av01",
    ),
    "vp9": Coding(
        PICTURE_ONLY.but(codec="vp9", preset="8", packaging=("hls-fmp4", "cmaf")),
        r"vp09\.00\.21\.08,mp4a\.40\.2",
        ("master_fmp4.m3u8", "cmaf/master.m3u8", "cmaf/manifest.mpd"),
        "vp09",
    ),
}


@pytest.mark.parametrize("name", CODINGS)
def test_codecs(name: str, ladders: Ladders) -> None:
    coding = CODINGS[name]
    job = ladders.job("sync_6s", coding.settings)
    assert job.mp4.numbers == list(range(150))
    assert look.bar_error(read.colour_bars(job.mp4.first)) <= 3
    with av.open(job.mp4.path) as container:
        assert container.streams.video[0].codec_context.codec_tag == coding.tag
    for path in coding.playable:
        assert played(job.folder / path) == 150
        if path.endswith(".m3u8"):
            shown = job.film(path)
            assert shown.numbers == list(range(150))
            errors = shown.sync_errors
            assert len(errors) == 6
            assert errors == pytest.approx([0.0] * 6, abs=0.02)
            (variant,) = variants(job.folder / path).values()
            assert re.fullmatch(coding.codecs, variant["CODECS"])
            assert variant["RESOLUTION"] == "640x360"
            assert variant["FRAME-RATE"] == "25.000"
            assert "VIDEO-RANGE" not in variant


def _rates(*playlists: Path) -> tuple[int, int]:
    """Peak and average over playlists that are played together, from the files' sizes."""
    peak = average = 0.0
    for playlist in playlists:
        read_back = read_playlist(playlist)
        sizes = [(path.stat().st_size * 8, seconds) for path, seconds in read_back.segments]
        whole = [bits / seconds for bits, seconds in sizes if seconds >= 0.5]
        peak += max(whole)
        average += sum(bits for bits, _ in sizes) / sum(seconds for _, seconds in sizes)
    return round(peak), round(average)


@pytest.fixture(scope="module")
def two_rungs(ladders: Ladders) -> Job:
    settings = QUICK.but(
        rungs=(RUNGS["360p"], RUNGS["720p"]),
        packaging=("hls", "cmaf"),
        mp3=False,
        thumbnail_positions=(),
    )
    return ladders.job("plain_720p", settings)


def test_bit_rates_are_measured(two_rungs: Job) -> None:
    found = variants(two_rungs.folder / "master.m3u8")
    assert [line["RESOLUTION"] for line in found.values()] == ["1280x720", "640x360"]
    for uri, line in found.items():
        peak, average = _rates(two_rungs.folder / uri)
        assert (int(line["BANDWIDTH"]), int(line["AVERAGE-BANDWIDTH"])) == (peak, average)


def test_cmaf_says_what_was_measured(two_rungs: Job) -> None:
    folder = two_rungs.folder / "cmaf"
    found = variants(folder / "master.m3u8")
    assert list(found) == ["media_0.m3u8", "media_2.m3u8"]
    for uri, sound in (("media_0.m3u8", "media_1.m3u8"), ("media_2.m3u8", "media_3.m3u8")):
        line = found[uri]
        wanted = _rates(folder / uri, folder / sound)
        assert int(line["BANDWIDTH"]) == pytest.approx(wanted[0], abs=2)
        assert int(line["AVERAGE-BANDWIDTH"]) == pytest.approx(wanted[1], abs=2)
        group = re.escape(line["AUDIO"])
        text = (folder / "master.m3u8").read_text()
        assert re.search(rf'TYPE=AUDIO,GROUP-ID="{group}",.*URI="{sound}"', text)
    manifest = (folder / "manifest.mpd").read_text()
    written = re.findall(r'<Representation id="(\d)"[^>]* bandwidth="(\d+)"', manifest)
    assert {number: int(rate) for number, rate in written} == {
        number: _rates(folder / f"media_{number}.m3u8")[0] for number in "0123"
    }


def test_cmaf_playlists_are_whole_and_timeless(two_rungs: Job) -> None:
    for path in (two_rungs.folder / "cmaf").glob("media_*.m3u8"):
        lines = path.read_text().splitlines()
        assert "#EXT-X-PLAYLIST-TYPE:VOD" in lines
        assert lines[-1] == "#EXT-X-ENDLIST"
        assert not [line for line in lines if "PROGRAM-DATE-TIME" in line]
    for number in (0, 2):
        playlist = read_playlist(two_rungs.folder / f"cmaf/media_{number}.m3u8")
        assert [seconds for _, seconds in playlist.segments] == [1.0, 1.0]


def test_every_playlist_plays(two_rungs: Job) -> None:
    for path in ("master.m3u8", "cmaf/master.m3u8", "cmaf/manifest.mpd"):
        assert played(two_rungs.folder / path) == 60


def test_silent_cmaf_has_no_empty_set(ladders: Ladders) -> None:
    job = ladders.job("no_audio", PICTURE_ONLY.but(packaging=("cmaf",)))
    assert (job.folder / "cmaf/manifest.mpd").read_text().count("<AdaptationSet") == 1
    assert played(job.folder / "cmaf/manifest.mpd") == 75
    assert played(job.folder / "cmaf/master.m3u8") == 75


def test_hdr_is_kept(ladders: Ladders) -> None:
    job = ladders.job(
        "hdr10", PICTURE_ONLY.but(codec="hevc", hdr="keep", packaging=("hls-fmp4", "cmaf"))
    )
    assert job.warnings == set()
    source = read.colour_bars(clip_file("hdr10"))
    wanted = tuple((round(red), round(green), round(blue)) for red, green, blue in source)
    for path in ("360p/video_360p.mp4", "360p/segments_fmp4/playlist.m3u8"):
        first = job.film(path).first
        assert first.frame.format.name == "yuv420p10le"
        tags = first.tags
        assert (tags.primaries, tags.transfer, tags.matrix, tags.range) == (9, 16, 9, 1)
        kinds = planes.side_data(first.frame).keys()
        assert {SideData.MASTERING_DISPLAY_METADATA, SideData.CONTENT_LIGHT_LEVEL} <= kinds
        assert look.bar_error(read.colour_bars(first), wanted) <= 2
    for path in ("master_fmp4.m3u8", "cmaf/master.m3u8"):
        (variant,) = variants(job.folder / path).values()
        assert variant["CODECS"] == "hvc1.2.4.L63.90"
        assert variant["VIDEO-RANGE"] == "PQ"


def test_hlg_is_kept(ladders: Ladders) -> None:
    job = ladders.job("hlg", PICTURE_ONLY.but(codec="hevc", hdr="keep", packaging=("cmaf",)))
    tags = job.mp4.first.tags
    assert (tags.primaries, tags.transfer, tags.matrix, tags.range) == (9, 18, 9, 1)
    (variant,) = variants(job.folder / "cmaf/master.m3u8").values()
    assert variant["VIDEO-RANGE"] == "HLG"


def test_full_hd(ladders: Ladders, tmp_path: Path) -> None:
    source = tmp_path / "full.mp4"
    shot = Shot(Canvas(1920, 1080), Fraction(25), 26)
    film(ffmpeg_path(), source, shot, Recipe())
    job = ladders.file(
        source, PICTURE_ONLY.but(rungs=(RUNGS["360p"], RUNGS["1080p"], RUNGS["1440p"]))
    )
    assert job.rungs == ["1080p", "360p"]
    for name, shape in (("1080p", (1080, 1920)), ("360p", (360, 640))):
        found = Film(job.folder / f"{name}/video_{name}.mp4")
        assert found.numbers == list(range(26))
        assert found.glances[0].shape == shape
    assert job.skipped["transcode_1440p"] == "the source is 1920x1080, and is never scaled up"


@pytest.mark.parametrize(
    ("clip", "rungs"),
    [
        ("plain", {"360p": (640, 360)}),
        ("portrait", {"360p": (360, 640), "480p": (480, 854), "720p": (720, 1280)}),
        ("sar_16_11", {"360p": (640, 360), "480p": (854, 480)}),
        ("wide_32_9", {"360p": (1280, 360)}),
    ],
)
def test_rungs_by_the_short_side(
    clip: str, rungs: dict[str, tuple[int, int]], ladders: Ladders
) -> None:
    wanted = tuple(RUNGS[name] for name in ("360p", "480p", "720p"))
    job = ladders.job(clip, PICTURE_ONLY.but(rungs=wanted))
    assert job.rungs == sorted(rungs)
    for name, (width, height) in rungs.items():
        first = read.first_frame(job.folder / f"{name}/video_{name}.mp4", upright=False)
        assert first.luma.shape == (height, width)
        assert read.squareness(first) == pytest.approx(1, abs=0.02)
        assert read.orientation(first) is look.Orientation.UPRIGHT
