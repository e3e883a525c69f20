"""The library as a program uses it."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

import reelmill
from reelmill import RUNGS, LadderSettings, Planned, Progress
from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.ffmpeg.reader.reader import reader
from reelmill.model import errors
from tests.acceptance.command import children, everything, ffmpegs
from tests.media.clips import clip_file

FAST = LadderSettings(preset="ultrafast")
SMALL = LadderSettings(rungs=(RUNGS["360p"],), preset="ultrafast", packaging=(), quality=False)


def at_work() -> list[int]:
    """Children of ours but the one that reads files, which waits for the next."""
    return [pid for pid in children(os.getpid()) if pid != reader().pid]


def test_as_the_readme_shows_it(tmp_path: Path) -> None:
    source = clip_file("plain_720p")
    facts = reelmill.probe(source)
    assert facts.picture is not None
    assert (facts.picture.width, facts.picture.height) == (1280, 720)
    planned = reelmill.plan(source, FAST)
    assert Planned.from_json(planned.to_json()) == planned
    snapshots: list[Progress] = []
    result = reelmill.run(str(source), str(tmp_path), FAST, on_progress=snapshots.append)
    assert result.folder == tmp_path / "processed" / result.job_id
    assert result.outcome.status == "completed"
    assert json.loads((result.folder / "metadata.json").read_bytes()) == result.metadata
    assert reelmill.Result.from_json(result.to_json()) == result
    check_progress(snapshots)


def test_progress_comes_often(tmp_path: Path) -> None:
    times: list[float] = []
    reelmill.run(
        clip_file("sync_6s"), tmp_path, on_progress=lambda _: times.append(time.monotonic())
    )
    gaps = sorted(after - before for before, after in pairwise(times))
    assert gaps[len(gaps) // 2] < 0.6  # a quarter of a second, on a machine that is not busy


def check_progress(snapshots: list[Progress]) -> None:
    """Never back, and to the very end."""
    names = {tuple(task.name for task in one.tasks) for one in snapshots}
    assert len(names) == 1
    whole = [one.fraction or 0.0 for one in snapshots]
    assert whole == sorted(whole)
    assert 0 <= whole[0] < whole[-1] == 1.0
    for index, name in enumerate(names.pop()):
        mine = [one.tasks[index].fraction or 0.0 for one in snapshots]
        assert mine == sorted(mine), name
        assert mine[-1] == 1.0, name
        assert snapshots[-1].tasks[index].status == "completed", name
    assert snapshots[0].tasks[0].name == "validate_video"
    assert snapshots[-1].tasks[-1].name == "upload_outputs"
    assert "running" in {one.tasks[-1].status for one in snapshots}


def test_thumbnail_metadata_and_name(tmp_path: Path) -> None:
    words: dict[str, Any] = {"title": "Größe", "tags": ["a", 1, None, {"b": 2.5}]}
    result = reelmill.run(
        clip_file("plain"),
        tmp_path,
        SMALL,
        thumbnail=clip_file("png_still"),
        user_metadata=words,
        job_id="my.job-1",
        original="link",
    )
    assert result.job_id == "my.job-1"
    assert result.metadata["user_metadata"] == words
    assert (result.folder / "thumbnails" / "thumb_custom.jpg").stat().st_size
    assert (tmp_path / "raw" / "my.job-1_original.mp4").is_symlink()


def test_the_plan_is_shown_before_anything_runs(tmp_path: Path) -> None:
    def look(planned: Planned) -> None:
        assert planned.plan.steps
        assert everything(tmp_path) == []
        raise KeyError("changed my mind")

    with pytest.raises(KeyError):
        reelmill.run(clip_file("plain"), tmp_path, SMALL, on_plan=look)
    assert everything(tmp_path) == []


REFUSED: dict[str, tuple[type[reelmill.ReelmillError], dict[str, Any]]] = {
    "original": (errors.InvalidRequestError, {"original": "move"}),
    "job id": (errors.InvalidRequestError, {"job_id": "a/b"}),
    "NaN": (errors.InvalidRequestError, {"user_metadata": {"a": float("nan")}}),
    "an object": (errors.InvalidRequestError, {"user_metadata": {"a": object()}}),
    "no text": (errors.InvalidRequestError, {"user_metadata": {"a": "\udcff"}}),
    "thumbnail": (errors.NotFoundError, {"thumbnail": "missing.png"}),
}


@pytest.mark.parametrize("label", REFUSED)
def test_wrong_arguments(tmp_path: Path, label: str) -> None:
    kind, arguments = REFUSED[label]
    with pytest.raises(kind):
        reelmill.run(clip_file("plain"), tmp_path, SMALL, **arguments)
    assert everything(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("empty", errors.InputUnreadableError),
        ("mp4_cut_90", errors.InputTruncatedError),
        ("tiny_5x5", errors.MediaLimitError),
        ("gif", errors.UnsupportedMediaError),
    ],
)
def test_typed_errors(tmp_path: Path, name: str, kind: type[reelmill.ReelmillError]) -> None:
    with pytest.raises(kind) as caught:
        reelmill.run(clip_file(name), tmp_path / "out", FAST)
    assert caught.value.message
    assert caught.value.code == kind.code
    assert everything(tmp_path) == []


def test_a_name_can_be_used_once(tmp_path: Path) -> None:
    reelmill.run(clip_file("plain"), tmp_path, SMALL, job_id="one")
    before = everything(tmp_path)
    with pytest.raises(errors.ConflictError):
        reelmill.run(clip_file("plain_720p"), tmp_path, SMALL, job_id="one")
    assert everything(tmp_path) == before


def test_stop(tmp_path: Path) -> None:
    stop = threading.Event()
    running: list[int] = []

    def progress(_: Progress) -> None:
        if found := ffmpegs(os.getpid()):
            running.extend(found)
            stop.set()

    with pytest.raises(errors.CancelledError):
        reelmill.run(clip_file("sync_6s"), tmp_path, on_progress=progress, stop=stop)
    assert running
    assert at_work() == []
    assert everything(tmp_path) == []


def test_a_stop_while_storing_is_in_time(tmp_path: Path) -> None:
    stop = threading.Event()

    def progress(now: Progress) -> None:
        if now.tasks[-1].status == "running":
            stop.set()

    with pytest.raises(errors.CancelledError):
        reelmill.run(clip_file("plain"), tmp_path, SMALL, on_progress=progress, stop=stop)
    assert everything(tmp_path) == []


def test_a_listener_that_raises_ends_the_run(tmp_path: Path) -> None:
    def progress(_: Progress) -> None:
        if ffmpegs(os.getpid()):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        reelmill.run(clip_file("sync_6s"), tmp_path, on_progress=progress)
    assert at_work() == []
    assert everything(tmp_path) == []


def test_two_at_once_in_other_threads(tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        clips = ("plain", "plain_720p", "no_audio", "stereo")
        runs = [pool.submit(reelmill.run, clip_file(name), tmp_path, SMALL) for name in clips]
        results = [run.result() for run in runs]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["processed", "raw"]
    assert {p.name for p in (tmp_path / "processed").iterdir()} == {r.job_id for r in results}
    assert all((r.folder / "metadata.json").is_file() for r in results)
    assert all((r.folder / "raw" / "video_original.mp4").is_file() for r in results)


def test_one_name_at_once(tmp_path: Path) -> None:
    """One of them makes it, whole and with its own original."""

    def run(name: str) -> str | None:
        try:
            reelmill.run(clip_file(name), tmp_path, SMALL, job_id="one")
        except errors.ConflictError:
            return None
        return name

    with ThreadPoolExecutor(3) as pool:
        made = [one for one in pool.map(run, ("plain", "plain_720p", "stereo")) if one]
    (winner,) = made
    folder = tmp_path / "processed" / "one"
    original = folder / "raw" / "video_original.mp4"
    assert original.read_bytes() == clip_file(winner).read_bytes()
    papers = json.loads((folder / "metadata.json").read_bytes())
    assert papers["source"]["filename"] == f"{winner}.mp4"
    assert len(list((tmp_path / "raw").iterdir())) == 1
    assert not (tmp_path / ".reelmill").exists()


def test_the_process_is_left_as_it_was(tmp_path: Path) -> None:
    def state() -> tuple[object, ...]:
        handlers = [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)]
        return (handlers, Path.cwd(), os.umask(os.umask(0o022)), dict(os.environ))

    reelmill.run(clip_file("plain"), tmp_path, SMALL)  # what is loaded once
    before = state()
    threads = threading.active_count()
    descriptors = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        reelmill.run(clip_file("plain"), tmp_path, SMALL)
        with pytest.raises(reelmill.ReelmillError):
            reelmill.run(clip_file("mp4_cut_90"), tmp_path, SMALL)
    assert state() == before
    assert threading.active_count() == threads
    assert len(list(Path("/proc/self/fd").iterdir())) <= descriptors
    assert at_work() == []


def test_a_relative_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("clip.mp4").write_bytes(clip_file("plain").read_bytes())
    result = reelmill.run("clip.mp4", "out", SMALL, job_id="j")
    assert result.folder == Path("out/processed/j")
    assert (tmp_path / result.folder / "metadata.json").is_file()


def test_a_relative_ffmpeg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = find_ffmpeg().path
    monkeypatch.chdir(tmp_path)
    Path("ffmpeg").symlink_to(found)
    monkeypatch.setenv("REELMILL_FFMPEG", "./ffmpeg")
    result = reelmill.run(clip_file("plain"), "out", SMALL)
    assert result.outcome.status == "completed"


OPUS = {"codec": "opus"}


def test_pictures_without_an_output(tmp_path: Path) -> None:
    chain = [{"type": "thumbnail", "count": 2, "width": 64}, {"type": "storyboard", "count": 2}]
    done = reelmill.convert(clip_file("plain"), None, chain, folder=tmp_path / "pictures")
    assert done.path == tmp_path / "pictures"
    names = ["storyboard/sheet_001.jpg", "storyboard/storyboard.vtt"]
    assert {*map(str, done.others)} == {
        str(done.path / name) for name in (*names, "thumbnail_1.jpg", "thumbnail_2.jpg")
    }
    before = everything(tmp_path)
    with pytest.raises(errors.ConflictError):
        reelmill.convert(clip_file("plain"), None, chain[::-1], folder=done.path)
    assert everything(tmp_path) == before
    reelmill.convert(clip_file("plain"), None, chain, folder=done.path, overwrite=True)
    with pytest.raises(errors.InvalidRequestError, match="no output"):
        reelmill.convert(clip_file("plain"), None, folder=tmp_path)


def test_a_preset_stands_below_what_is_said(tmp_path: Path) -> None:
    assert "mobile@1" in [one.reference for one in reelmill.presets()]
    source, fast = clip_file("plain_720p"), {"preset": "ultrafast"}
    trim = [{"type": "trim", "duration": 0.2}]
    done = reelmill.convert(source, tmp_path / "a.mp4", trim, preset="mobile", video=fast)
    picture = reelmill.probe(done.path).picture
    assert picture is not None
    assert (picture.width, picture.height, picture.codec) == (854, 480, "h264")
    gif = reelmill.convert(source, tmp_path / "b", trim, preset="gif-small@1")
    assert reelmill.probe(gif.path).container == "gif"
    sound = reelmill.plan_conversion(source, "c.opus", trim, preset="podcast-mp3", audio=OPUS)
    assert [one.codec for one in sound.plan.steps[0].expects[0].streams] == ["opus"]
    for unknown in ("none", "mobile@2", "mobile@x"):
        with pytest.raises(errors.InvalidRequestError, match="no preset"):
            reelmill.convert(source, tmp_path / "c.mp4", preset=unknown)
