"""`reelmill run`: what is there afterwards, and what is said on the way."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import time
from pathlib import Path

import pytest

from tests.acceptance.command import COMMAND, Ran, environment, everything, here, reelmill
from tests.media.clips import clip_file
from tests.media.names import awkward_names, named

pytestmark = pytest.mark.xdist_group("run")  # one service for all

FAST = ("--preset", "ultrafast")
SMALL = (*FAST, "--rungs", "360p", "--packaging", "none", "--no-quality")

JOB_TREE = [
    "360p",
    "360p/segments",
    "360p/segments/playlist.m3u8",
    "360p/segments/segment_000.ts",
    "360p/segments/segment_001.ts",
    "360p/video_360p.mp4",
    "720p",
    "720p/segments",
    "720p/segments/playlist.m3u8",
    "720p/segments/segment_000.ts",
    "720p/segments/segment_001.ts",
    "720p/video_720p.mp4",
    "audio",
    "audio/audio.mp3",
    "master.m3u8",
    "metadata.json",
    "raw",
    "raw/video_original.mp4",
    "thumbnails",
    "thumbnails/thumb_00.jpg",
    "thumbnails/thumb_100.jpg",
    "thumbnails/thumb_25.jpg",
    "thumbnails/thumb_50.jpg",
    "thumbnails/thumb_75.jpg",
    "thumbnails/thumb_custom.jpg",
]


@pytest.fixture(scope="module")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run") / "storage"


@pytest.fixture(scope="module")
def ran(storage: Path) -> Ran:
    """One full job, for all who look at it."""
    picture = clip_file("jpeg_still")
    return reelmill(
        *("run", clip_file("plain_720p"), "-o", storage, "--json", *FAST, "--job-id", "talk-1"),
        *("--segment-seconds", "1", "--thumbnail", picture, "--title", "Ça va? [red]\n"),
    )


def test_the_tree_is_the_references(ran: Ran, storage: Path) -> None:
    assert ran.code == 0, ran.err
    assert everything(storage / "processed" / "talk-1") == JOB_TREE
    assert sorted(path.name for path in storage.iterdir()) == ["processed", "raw"]
    assert everything(storage / "raw") == ["talk-1_original.mp4"]


def test_the_original_is_kept_once(ran: Ran, storage: Path) -> None:
    assert ran.code == 0
    link = storage / "processed" / "talk-1" / "raw" / "video_original.mp4"
    assert link.is_symlink()
    assert not link.readlink().is_absolute()
    assert link.read_bytes() == clip_file("plain_720p").read_bytes()


def test_the_json_is_what_is_on_disk(ran: Ran, storage: Path) -> None:
    folder = Path(ran.json["folder"])
    assert folder == storage / "processed" / "talk-1"
    assert ran.json["job_id"] == "talk-1"
    assert ran.json["metadata"] == json.loads((folder / "metadata.json").read_bytes())
    artifacts = {one["path"]: one for one in ran.json["outcome"]["artifacts"]}
    plain = {path for path in JOB_TREE if Path(path).suffix and "segment_" not in path}
    assert artifacts.keys() == plain - {"metadata.json", "raw/video_original.mp4"}
    for path, artifact in artifacts.items():
        assert (folder / path).stat().st_size == artifact["size_bytes"], path
        if artifact["segments"]:
            found = list((folder / path).parent.glob("segment_*"))
            assert len(found) == artifact["segments"]["count"]
            assert sum(s.stat().st_size for s in found) == artifact["segments"]["size_bytes"]
    assert {task["status"] for task in ran.json["outcome"]["tasks"]} == {"completed"}


def test_the_papers_are_the_references(ran: Ran) -> None:
    papers = ran.json["metadata"]
    assert papers["user_metadata"] == {"title": "Ça va? [red]\n"}
    assert papers["source"]["filename"] == "plain_720p.mp4"
    assert {"job_id", "created_at", "completed_at", "processing_time_seconds", "status"} <= {
        *papers
    }
    outputs = papers["outputs"]
    assert {*outputs} >= {"360p", "720p", "audio", "thumbnails"}
    assert outputs["360p"]["path"] == "processed/talk-1/360p/video_360p.mp4"
    assert outputs["360p"]["segments"]["count"] == 2
    positions = [one["position_percent"] for one in outputs["thumbnails"]["auto_generated"]]
    assert positions == [0, 25, 50, 75, 100]
    assert outputs["thumbnails"]["custom"]["is_primary"]
    assert {*papers["compression_ratio"]} == {"360p", "720p", "total_saved_percent"}
    assert {*papers["quality_metrics"]} == {"360p", "720p"}


def test_a_log_hears_of_every_task(ran: Ran) -> None:
    assert "\x1b" not in ran.err
    for task in ("validate_video", *(one["name"] for one in ran.json["outcome"]["tasks"])):
        assert f"{task:<22}  100% done" in ran.err
    assert ran.err.rstrip().splitlines()[-1].split() == ["upload_outputs", "100%", "done"]


def test_the_same_name_again_is_refused_at_once(ran: Ran, storage: Path) -> None:
    before = everything(storage)
    again = reelmill(
        *("run", clip_file("plain_720p"), "-o", storage, "--json", "--job-id", "talk-1")
    )
    assert (again.code, again.error["code"]) == (2, "conflict")
    assert "transcode" not in again.err
    assert everything(storage) == before
    assert ran.code == 0


def test_the_closing_table(tmp_path: Path) -> None:
    done = reelmill("run", clip_file("plain_720p"), "-o", tmp_path, "-q", *FAST)
    assert done.code == 0
    assert done.err == ""
    (folder,) = (tmp_path / "processed").iterdir()
    for path in ("360p/video_360p.mp4", "720p/segments/playlist.m3u8", "audio/audio.mp3"):
        assert path in done.out
    for words in ("640x360", "1280x720", "dB", "kb/s"):
        assert words in done.out
    assert done.out.splitlines()[-1] == str(folder)  # in one piece, to be copied


@pytest.mark.parametrize(("original", "is_link"), [("link", True), ("none", None)])
def test_the_original_may_stay_where_it_is(
    tmp_path: Path, original: str, is_link: bool | None
) -> None:
    source = clip_file("plain")
    done = reelmill(
        *("run", source, "-o", tmp_path, *SMALL, "--original", original, "--job-id", "j")
    )
    assert done.code == 0, done.err
    if is_link:
        assert (tmp_path / "raw" / "j_original.mp4").readlink() == source
        link = tmp_path / "processed" / "j" / "raw" / "video_original.mp4"
        assert link.samefile(source)
    else:
        assert not (tmp_path / "raw").exists()
        assert not (tmp_path / "processed" / "j" / "raw").exists()


NAMES = awkward_names()
TELLING = ("leading dash", "newline", "percent", "colon", "filter signs", "escape sequence")


@pytest.mark.parametrize("label", [*TELLING, "255 bytes in utf-8"])
def test_awkward_names(tmp_path: Path, label: str) -> None:
    name = NAMES[label]
    named(clip_file("plain"), name, tmp_path)
    done = here("run", "-o", "out", "--json", *SMALL, "--", name, cwd=tmp_path)
    assert done.code == 0, done.err
    assert done.json["metadata"]["source"]["filename"] == name
    assert "\x1b" not in done.out


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    source = os.fsdecode(b"caf\xe9.mp4")
    named(clip_file("plain"), source, tmp_path)
    out = os.fsdecode(b"out\xff")
    done = reelmill("run", source, "-o", out, "--json", *SMALL, cwd=tmp_path)
    assert done.code == 0, done.err
    assert done.json["metadata"]["source"]["filename"] == "caf\ufffd.mp4"
    human = reelmill("run", source, "-o", out, *SMALL, cwd=tmp_path)
    assert human.code == 0, human.err
    assert (tmp_path / human.out.splitlines()[-1]).is_dir()


def test_a_terminal_gets_bars(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, "run", clip_file("plain_720p"), "-o", tmp_path, *FAST],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment(TERM="xterm-256color", COLUMNS="120", LINES="40"),
        start_new_session=True,
    ) as process:
        os.close(theirs)
        shown = _read_all(ours, seconds=60)
        assert process.wait(10) == 0, shown
    os.close(ours)
    assert "\x1b[" in shown
    assert "━" in shown
    for words in ("transcode_720p", "measure_quality", "upload_outputs", "100%", "done", "fps"):
        assert words in shown
    assert "\x1b[?25h" in shown  # the cursor is back


def _read_all(terminal: int, seconds: float) -> str:
    deadline, data = time.monotonic() + seconds, b""
    while time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.5)[0]:
            try:
                part = os.read(terminal, 1 << 16)
            except OSError:  # the other side is closed
                return data.decode(errors="replace")
            data += part
    raise AssertionError(f"still running: {data[-500:]!r}")
