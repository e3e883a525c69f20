"""The ladder's outputs: names, tasks and paths as the reference has them."""

from fractions import Fraction

import pytest
from pydantic import ValidationError

from reelmill.model.containers import Hls
from reelmill.model.graph import FileOutput, Graph, MasterPlaylist, PackageOutput
from reelmill.model.operations import EncodeVideo, SelectAudio
from reelmill.planner.explain import tree
from reelmill.recipes.ladder.graph import ladder
from reelmill.recipes.ladder.settings import RUNGS, LadderSettings

REFERENCE = {
    "transcode_360p": ["360p/video_360p.mp4"],
    "prepare_hls_360p": ["360p/segments/playlist.m3u8"],
    "transcode_720p": ["720p/video_720p.mp4"],
    "prepare_hls_720p": ["720p/segments/playlist.m3u8"],
    "extract_audio_mp3": ["audio/audio.mp3"],
    "generate_thumbnail": [f"thumbnails/thumb_{p}.jpg" for p in ("00", "25", "50", "75", "100")],
}


def paths(graph: Graph) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for output in graph.outputs:
        if isinstance(output, FileOutput | PackageOutput | MasterPlaylist):
            found.setdefault(output.task, []).append(output.path)
    return found


def test_the_default_is_the_tree_of_the_reference_and_a_master_playlist() -> None:
    assert paths(ladder()) == {**REFERENCE, "write_master_playlist": ["master.m3u8"]}


def test_segments_stand_beside_their_playlist_under_the_names_of_the_reference() -> None:
    hls = [
        o for o in ladder().outputs if isinstance(o, FileOutput) and isinstance(o.container, Hls)
    ]

    assert [o.container.segment_seconds for o in hls if isinstance(o.container, Hls)] == [10, 10]


def test_encoders_are_set_as_the_reference_says() -> None:
    videos = {n.id: n for n in ladder().nodes if isinstance(n, EncodeVideo)}
    small, large = videos["video_360p"], videos["video_720p"]

    assert (small.crf, small.preset, small.profile, small.level) == (23, "medium", "main", "3.1")
    assert (large.crf, large.preset, large.profile, large.level) == (22, "medium", "high", "4.0")


def test_a_given_thumbnail_is_a_second_source() -> None:
    graph = ladder(custom_thumbnail=True)

    assert [source.id for source in graph.sources] == ["main", "thumbnail"]
    assert "thumbnails/thumb_custom.jpg" in paths(graph)["generate_thumbnail"]


def test_what_is_switched_off_is_not_in_the_graph() -> None:
    bare = LadderSettings(mp3=False, quality=False, thumbnail_positions=(), packaging=())

    assert [output.name for output in ladder(bare).outputs] == ["mp4_360p", "mp4_720p"]


def test_every_rung_is_a_line_and_the_best_is_listed_first() -> None:
    graph = ladder(LadderSettings(rungs=tuple(RUNGS.values())))

    master = graph.outputs[-1]
    assert isinstance(master, MasterPlaylist)
    assert master.of == tuple(f"hls_{name}" for name in reversed(RUNGS))


def test_other_packaging_stands_beside_the_files() -> None:
    graph = ladder(LadderSettings(packaging=("hls", "hls-fmp4", "cmaf")))

    found = paths(graph)
    assert found["package_cmaf"] == ["cmaf/manifest.mpd"]
    assert found["prepare_hls_360p"] == [
        "360p/segments/playlist.m3u8",
        "360p/segments_fmp4/playlist.m3u8",
    ]
    assert found["write_master_playlist"] == [
        "master.m3u8",
        "master_fmp4.m3u8",
        "cmaf/master.m3u8",
    ]


@pytest.mark.parametrize("codec", ["hevc", "av1", "vp9"])
def test_newer_codecs_go_into_fmp4_with_their_own_scale_of_crf(codec: str) -> None:
    settings = LadderSettings().but(codec=codec)
    graph = ladder(settings)

    assert settings.packages == ("hls-fmp4",)
    video = next(n for n in graph.nodes if isinstance(n, EncodeVideo))
    assert (video.profile, video.level) == (None, None)
    assert video.crf is not None
    assert video.crf > RUNGS["360p"].crf


def test_a_language_chooses_the_track() -> None:
    tracks = [n for n in ladder(LadderSettings(language="deu")).nodes if isinstance(n, SelectAudio)]

    assert [track.language for track in tracks] == ["deu"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"rungs": (RUNGS["360p"], RUNGS["360p"])}, "two rungs have one size"),
        ({"thumbnail_positions": (0, 101)}, "percentages"),
        ({"thumbnail_positions": (-1,)}, "percentages"),
        ({"hdr": "keep"}, "HDR is kept by hevc, av1 and vp9 only"),
        ({"codec": "av1", "packaging": ("hls",)}, "MPEG-TS segments do not carry av1"),
        ({"segment_seconds": 0}, "greater than 0"),
        ({"segment_seconds": 61}, "less than or equal to 60"),
        ({"segment_seconds": 2.5}, "a rational is"),
        ({"mp3_bit_rate": 8}, "greater than or equal to 32000"),
        ({"mp3_sample_rate": 22_050}, "44100"),
        ({"codec": "mpeg2"}, "h264"),
        ({"bogus": 1}, "Extra inputs"),
    ],
)
def test_settings_that_make_no_sense_are_refused(fields: dict[str, object], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        LadderSettings.model_validate(fields)


@pytest.mark.parametrize(
    ("name", "long_side"),
    [("240p", 426), ("360p", 640), ("480p", 852), ("720p", 1280), ("1080p", 1920), ("2160p", 3840)],
)
def test_a_rung_asks_for_the_long_side_of_16_to_9(name: str, long_side: int) -> None:
    assert RUNGS[name].long_side == long_side


def test_seconds_may_be_written_as_a_fraction() -> None:
    settings = LadderSettings.from_json('{"segment_seconds": "1001/250"}')

    assert settings.segment_seconds == Fraction(1001, 250)
    assert LadderSettings.from_json(settings.to_json()) == settings


def test_the_graph_can_be_told_in_sentences() -> None:
    rows = dict(tree(ladder()))

    assert rows["mp4_360p: 360p/video_360p.mp4 (mp4)"][0].startswith("select_video > deinterlace")
    assert rows["quality_360p: psnr, ssim, optional"] == [
        "of video_360p, against what went into it"
    ]
    assert rows["master_hls: master.m3u8"] == ["of hls_720p", "of hls_360p"]
