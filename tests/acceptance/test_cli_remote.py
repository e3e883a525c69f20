"""`reelmill --server URL`: a service does the work, and it looks like work on this machine."""

from __future__ import annotations

import json
import signal
from collections.abc import Generator
from pathlib import Path
from typing import Any

import httpx
import pytest

from reelmill.app.ladder import Result
from reelmill.app.placing import Converted
from tests.acceptance.command import Ran, everything, finish, here, reelmill, start, wait_for
from tests.acceptance.running import FINAL
from tests.acceptance.test_jobs_by_url import policy, whole
from tests.contract.fetcher.peer import Peer, peer
from tests.faults.house import KEY, House
from tests.media.clips import clip_file

pytestmark = pytest.mark.xdist_group("remote")  # one service for all

ENV = {"REELMILL_API_KEY": KEY}
FAST = ("--preset", "ultrafast")
SMALL = (*FAST, "--rungs", "360p", "--packaging", "none", "--no-quality")


@pytest.fixture(scope="module")
def other() -> Generator[Peer]:
    with peer() as made:
        made.answers["/My%20talk.mp4"] = whole
        yield made


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, other: Peer) -> Generator[House]:
    made = House(tmp_path_factory.mktemp("there") / "data", Path("/nowhere"), **policy(other))
    made.serve()
    yield made
    made.end()


def there(house: House, *words: str | Path, **env: str) -> Ran:
    return here("--server", house.url, "run", *words, env={**ENV, **env})


def jobs_of(house: House) -> list[dict[str, Any]]:
    return house.ask("GET", "/jobs").json()["jobs"]


def test_it_is_what_a_run_here_gives(house: House, tmp_path: Path) -> None:
    words = (clip_file("plain"), *FAST, "--segment-seconds", "1", "--title", "Ça va?")
    more = ("--thumbnail", clip_file("jpeg_still"), "--json")
    far = there(house, *words, *more, "-o", tmp_path / "far")
    assert far.code == 0, far.err
    near = reelmill("run", *words, *more, "-o", tmp_path / "near", "--original", "none")
    ours, theirs = Result.from_json(near.out), Result.from_json(far.out)
    assert theirs.folder == tmp_path / "far" / "processed" / theirs.job_id
    assert [*(tmp_path / "far" / "processed").iterdir()] == [theirs.folder]
    assert everything(theirs.folder) == everything(ours.folder)
    assert theirs.metadata["user_metadata"] == {"title": "Ça va?"}
    assert {one.output: one for one in theirs.outcome.artifacts} == {
        one.output: one for one in ours.outcome.artifacts
    }
    for one in theirs.outcome.qualities:
        assert one in ours.outcome.qualities
    assert len(theirs.outcome.qualities) == 1
    assert theirs.outcome.warnings == ours.outcome.warnings
    for path in ("360p/video_360p.mp4", "360p/segments/segment_001.ts"):
        kept = house.storage / "processed" / theirs.job_id / path
        assert (theirs.folder / path).read_bytes() == kept.read_bytes()
    for task in ("upload", "validate_video", "transcode_360p", "upload_outputs", "download"):
        assert f"{task:<22}  100% done" in far.err


def test_the_closing_table(house: House, tmp_path: Path) -> None:
    done = there(house, clip_file("plain"), "-q", "-o", tmp_path, *SMALL[:-1])
    assert (done.code, done.err) == (0, "")
    (folder,) = (tmp_path / "processed").iterdir()
    for words in ("360p/video_360p.mp4", "640x360", "dB", "kb/s"):
        assert words in done.out
    assert done.out.splitlines()[-1] == str(folder)


def test_a_url_is_fetched_by_the_service(house: House, other: Peer, tmp_path: Path) -> None:
    done = there(house, other.url("/My%20talk.mp4"), "--json", "-o", tmp_path, *SMALL)
    assert done.code == 0, done.err
    assert f"{'fetch_source':<22}  100% done" in done.err
    assert "upload " not in done.err
    assert done.json["metadata"]["source"]["filename"] == "My talk.mp4"


def test_left_to_the_service(house: House) -> None:
    done = there(house, clip_file("plain"), "-q", "--detach", *SMALL)
    assert done.code == 0, done.err
    assert house.ended(done.out.strip())["status"] == "completed"
    said = there(house, clip_file("plain"), "-q", "--detach", "--json", *SMALL).json
    assert (said["status"] in FINAL, said["server"]) == (False, house.url)
    assert house.job(said["job_id"])["filename"] == clip_file("plain").name


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--job-id", "mine"), "--job-id"),
        (("--original", "link"), "--original"),
        (("--detach", "-o", "out"), "--output"),
        (("--thumbnail", "https://a.example/a.jpg"), "--thumbnail"),
        (("--codec", "h265"), "codec"),
    ],
)
def test_what_a_service_does_not_take(house: House, words: tuple[str, ...], why: str) -> None:
    before = len(jobs_of(house))
    done = there(house, clip_file("plain"), "--json", *words)
    assert (done.code, done.error["code"]) == (2, "invalid_request")
    assert why in done.error["message"]
    assert len(jobs_of(house)) == before


@pytest.mark.parametrize(
    "words",
    [
        ("run", "a.mp4", "--detach"),
        ("--server", "http://x", "--key", "k", "plan", "a.mp4"),
        ("--server", "x", "--key", "k", "run", "a.mp4"),
        ("--server", "http://x", "run", "a.mp4"),
        ("--server", "http://x", "--key", "clé", "run", "a.mp4"),
        ("--server", "http://x:y", "--key", "k", "run", __file__),
    ],
)
def test_what_makes_no_sense(words: tuple[str, ...]) -> None:
    done = here(*words)
    assert done.code == 2
    assert "invalid_request" in done.err


def test_errors_are_those_of_a_run_here(house: House, other: Peer, tmp_path: Path) -> None:
    def said(*words: str | Path, **env: str) -> tuple[int, str]:
        done = there(house, *words, "--json", "-o", tmp_path, **env)
        return done.code, done.error["code"]

    (tmp_path / "text.mp4").write_text("no video")
    other.answers["/page.mp4"] = lambda handler: handler.say(200, b"<html>no video</html>")
    assert said(tmp_path / "none.mp4") == (3, "not_found")
    assert said(tmp_path / "text.mp4") == (3, "input_unreadable")
    assert said(other.url("/page.mp4")) == (3, "input_unreadable")
    assert said("http://10.0.0.1/a.mp4") == (2, "url_blocked")
    assert said(clip_file("plain"), REELMILL_API_KEY="another") == (2, "unauthorized")
    away = here("--server", "http://127.0.0.1:9", "run", clip_file("plain"), "--json", env=ENV)
    assert (away.code, away.error["code"]) == (1, "internal")
    assert "does not answer" in away.error["message"]
    assert not [*(house.storage / "uploads").glob("*")]
    assert not [*(tmp_path / "processed").glob("*")]


def test_ctrl_c_cancels_the_job(house: House, tmp_path: Path) -> None:
    known = {one["job_id"] for one in jobs_of(house)}
    words = ("run", clip_file("sync_6s"), "-o", tmp_path, "--preset", "veryslow")
    process = start("--server", house.url, *words, env=ENV)
    job_id = wait_for(lambda: {one["job_id"] for one in jobs_of(house)} - known, "a new job").pop()
    house.until(job_id, lambda job: job["status"] == "processing")
    process.send_signal(signal.SIGINT)
    done = finish(process)
    assert (done.code, "stopped by SIGINT" in done.err) == (130, True)
    assert house.job(job_id)["status"] == "cancelled"
    assert everything(tmp_path) == ["processed"]


def test_ctrl_c_while_it_is_sent(house: House, tmp_path: Path) -> None:
    """Nothing of it stays with the service."""
    source = tmp_path / "large.mp4"
    with source.open("wb") as file:
        file.truncate(8 << 30)  # of nothing: it takes no room here
    known = {*(house.storage / "uploads").glob("*")}
    process = start("--server", house.url, "run", source, "-o", tmp_path / "out", env=ENV)
    wait_for(lambda: {*(house.storage / "uploads").glob("*")} - known, "the upload")
    process.send_signal(signal.SIGTERM)
    assert finish(process).code == 143
    assert {*(house.storage / "uploads").glob("*")} == known


def test_the_service_is_killed_meanwhile(tmp_path: Path) -> None:
    house = House(tmp_path / "data", Path("/nowhere"))
    try:
        running = house.serve()
        words = ("run", clip_file("plain"), "-o", tmp_path / "out", "--json", *SMALL)
        process = start("--server", house.url, *words, env=ENV)
        jobs = wait_for(lambda: jobs_of(house), "a job")
        house.until(jobs[0]["job_id"], lambda job: job["status"] not in ("pending", "validating"))
        running.kill()
        house.serve("--port", str(httpx.URL(house.url).port))
        done = finish(process)
        assert done.code == 0, done.err
        assert Path(done.json["folder"], "360p/video_360p.mp4").is_file()
    finally:
        house.end()


def test_a_batch(house: House, other: Peer, tmp_path: Path) -> None:
    """It is posted, followed and told; the exit code is that of the first that is not done."""
    film = {"input": other.url("/My%20talk.mp4"), "operations": [{"type": "trim", "duration": 0.2}]}
    pictures = {**film, "output": None, "operations": [{"type": "thumbnail"}], "options": None}
    text = {"input": other.url("/text.mp4")}
    other.answers["/text.mp4"] = lambda handler: handler.say(200, b"no film")
    file = tmp_path / "tonight.json"

    def batch(said: object, *words: str) -> Ran:
        file.write_text(json.dumps(said))
        return here("batch", file, "--server", house.url, *words, env=ENV)

    good = batch([film, pictures])
    assert good.code == 0, good.err
    assert "2 completed" in good.out
    assert f"{'batch':<22}  100% done" in good.err
    assert f"{'job_1':<22}  100% done" in good.err
    bad = batch({"jobs": [film, text], "batch_name": "Two"}, "--json", "-q")
    assert (bad.code, bad.err, bad.json["batch_name"]) == (3, "", "Two")
    assert [one["status"] for one in bad.json["jobs"]] == ["completed", "failed"]
    refused = batch([film, {"input": "/nowhere/x"}, {"output": "mp4"}])
    assert refused.code == 2
    for pointer in ("/jobs/1/input: ", "/jobs/2/input: "):
        assert pointer in refused.err
    left = here("--server", house.url, "batch", file, "--detach", "-q", env=ENV)
    assert left.code == 2
    assert batch([film], "--detach", "-q").out.strip()
    for said in ({"jobs": 5}, 5):
        assert batch(said).code == 2
    assert here("batch", file).code == 2


def test_presets(house: House) -> None:
    ours = here("presets", "--json").json["presets"]
    theirs = here("presets", "--server", house.url, "--json", env=ENV).json["presets"]
    assert ours == theirs
    assert "web-720p@1" in here("--server", house.url, "presets", env=ENV).out


def test_a_conversion_is_what_one_here_gives(house: House, tmp_path: Path) -> None:
    """With files that operations name, and pictures beside the output."""
    logo = tmp_path / "my logo.png"
    logo.write_bytes(clip_file("png_still").read_bytes())
    chain = (
        *("--do", "trim,duration=0.4"),
        *("--do", f'watermark,image="{logo}",position=top-left'),
        *("--do", "thumbnail,count=2", "--video", "preset=ultrafast,threads=1", "--json"),
    )
    made: dict[str, Converted] = {}
    for name, server in (("near", ()), ("far", ("--server", house.url))):
        words = (*server, "convert", clip_file("plain"), tmp_path / name / "talk.mp4", *chain)
        done = here(*words, env=ENV)
        assert done.code == 0, done.err
        made[name] = Converted.from_json(done.out)
    assert "upload" in done.err
    assert "download" in done.err
    assert everything(tmp_path / "far") == everything(tmp_path / "near")
    for path in everything(tmp_path / "far"):
        assert (tmp_path / "far" / path).read_bytes() == (tmp_path / "near" / path).read_bytes()
    near, far = made["near"], made["far"]
    assert (far.path, len(far.others)) == (tmp_path / "far" / "talk.mp4", len(near.others))
    assert {one.output: one for one in far.outcome.artifacts} == {
        one.output: one for one in near.outcome.artifacts
    }


def test_conversions_that_fetch_nothing(house: House, other: Peer, tmp_path: Path) -> None:
    """Of a URL, only pictures; left to the service."""
    convert = ("--server", house.url, "convert", other.url("/My%20talk.mp4"))
    pictures = here(*convert, "--do", "thumbnail,count=2", "-o", tmp_path, "-q", env=ENV)
    assert (pictures.code, pictures.err) == (0, "")
    assert len([*tmp_path.iterdir()]) == 2
    left = here(*convert, "talk.mp3", "--detach", "-q", cwd=tmp_path, env=ENV)
    assert left.code == 0, left.err
    assert house.ended(left.out.strip())["status"] == "completed"
    assert len([*tmp_path.iterdir()]) == 2


def test_conversions_that_are_refused(house: House, tmp_path: Path) -> None:
    """Before anything is sent, if it can be known here."""
    source, there = clip_file("plain"), tmp_path / "there.mp4"
    there.touch()
    before = len(jobs_of(house))

    def said(*words: str | Path) -> tuple[int, str]:
        done = here("--server", house.url, "convert", *words, "--json", env=ENV)
        return done.code, done.error["code"]

    assert said(source, there) == (2, "conflict")
    assert said(source, tmp_path / "talk.xyz") == (2, "invalid_request")
    assert said(source, tmp_path / "a.mp4", "--do", "turn") == (2, "invalid_request")
    assert said(tmp_path / "none.mp4", tmp_path / "a.mp4") == (3, "not_found")
    missing = ("--do", f"watermark,image={tmp_path / 'none.png'}")
    assert said(source, tmp_path / "a.mp4", *missing) == (3, "not_found")
    assert said(source, there, "--detach", "--overwrite") == (2, "invalid_request")
    assert said(source, tmp_path / "a.mp4", "--preset", "nobodys") == (2, "invalid_request")
    assert len(jobs_of(house)) == before
    assert not [*(house.storage / "uploads").glob("*")]
    assert [*tmp_path.iterdir()] == [there]
