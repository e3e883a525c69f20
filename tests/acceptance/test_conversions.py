"""Conversions and streams through the running service, from outside."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator
from pathlib import Path
from typing import Any

import httpx
import pytest

import reelmill
from tests.faults.house import House
from tests.media import read
from tests.media.clips import clip_file

pytestmark = pytest.mark.xdist_group("conversions")  # one service for all

FAST = {"preset": "ultrafast"}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Generator[House]:
    made = House(tmp_path_factory.mktemp("convert") / "data", roots=Path("/"))
    made.serve()
    yield made
    made.end()


def converted(house: House, body: dict[str, Any], path: str = "/convert") -> dict[str, Any]:
    answer = house.ask("POST", path, json=body)
    assert answer.status_code == 202, answer.text
    said = answer.json()
    assert said["job"]["status"] == "queued"
    assert set(said["job"]["links"]) >= {"self", "events", "logs", "cancel"}
    done = house.ended(said["job"]["id"])
    assert done["status"] == "completed", done["error"]
    return {**done, "said": said}


def fetched(job: dict[str, Any], name: str, folder: Path) -> Path:
    made = job["outputs"][name]
    path = folder / Path(made["path"]).name
    path.write_bytes(httpx.get(made["url"]).raise_for_status().content)
    return path


def test_the_reference_s_own_example(house: House, tmp_path: Path) -> None:
    """The trim shows the right frames, and the output is named as it was asked for."""
    job = converted(
        house,
        {
            "input": str(clip_file("plain")),
            "output": {
                "path": "/storage/output/result.mp4",
                "format": "mp4",
                "video": {"codec": "h264", "crf": 23, **FAST},
            },
            "operations": [{"type": "trim", "params": {"start_time": 1, "duration": 0.4}}],
            "priority": "normal",
        },
    )
    assert (job["recipe"], job["priority"]) == ("convert", 5)
    assert job["said"]["estimated_cost"]["processing_time"] > 0
    assert [one["code"] for one in job["said"]["warnings"]] == ["output_kept_with_job"]
    made = job["outputs"]["output"]
    assert (made["path"], made["width"], made["duration_seconds"]) == ("result.mp4", 640, 0.4)
    path = fetched(job, "output", tmp_path)
    whole = read.frame_numbers(clip_file("plain"))
    rate = len(whole) / 2
    assert read.frame_numbers(path)[:3] == whole[round(rate) : round(rate) + 3]


def test_five_filters_a_trim_and_a_transcode_are_one_process(house: House) -> None:
    job = converted(
        house,
        {
            "input": {"path": str(clip_file("plain"))},
            "output": "webm",
            "operations": [
                {"type": "trim", "start_time": "00:00:00.5", "end_time": 1},
                {"type": "filter", "denoise": "weak", "brightness": 0.1, "contrast": 1.2},
                {"type": "resize", "width": 320},
                {"type": "crop", "width": 200, "height": 100},
                {"type": "rotate", "degrees": 90},
                {"type": "watermark", "text": """It's "100%" {\\N} مرحبا 😀""", "end_time": 86400},
                {"type": "transcode", "preset": "ultrafast", "video_bitrate": "200k"},
            ],
        },
    )
    made = job["outputs"]["output"]
    assert (made["width"], made["height"]) == (100, 200)
    plan = house.ask("GET", f"/jobs/{job['job_id']}/plan").json()
    assert [one["executor"] for one in plan["steps"]] == ["ffmpeg"]


def test_what_cannot_work_is_refused_before_anything_runs(house: House) -> None:
    """With a reason, a suggestion, and a pointer to the field."""
    film = str(clip_file("plain"))
    for body, status, words in (
        ({"input": ""}, 400, "empty"),
        ({"input": film, "output": "x.xyz"}, 400, "no known format"),
        ({"input": film, "output": "webm", "operations": [h264()]}, 400, "goes into MP4"),
        ({"input": film, "output": {"format": "webm", "video": {"codec": "copy"}}}, 415, "WebM"),
        ({"input": film, "operations": [{"type": "nope"}]}, 400, "does not match"),
        ({"input": film, "operations": [h264("copy"), crop(10)]}, 400, "cannot be copied"),
        ({"input": film, "operations": [crop(3000)]}, 400, "leaves the picture"),
        ({"input": film, "operations": [{"type": "rotate"}]}, 400, "/operations/0/degrees"),
        ({"input": film, "operations": [h264("nope")]}, 400, '/operations/0/params/video_codec"'),
        ({"input": film, "operations": after_its_end(film)}, 400, "nothing is left of a part"),
        ({"input": film, "output": "srt"}, 415, "no such stream"),
        ({"input": "/nowhere/x.mp4"}, 404, "no such file"),
        ({"input": "http://127.0.0.1/x.mp4"}, 422, "blocked"),
    ):
        answer = house.ask("POST", "/convert", json=body)
        assert answer.status_code == status, answer.text
        assert words in answer.text
        assert house.ask("POST", "/estimate", json=body).status_code in (status, 400)
    pointed = house.ask("POST", "/convert", json={"input": film, "operations": [{"type": "crop"}]})
    pointers = {one["pointer"] for one in pointed.json()["errors"]}
    assert pointers == {"/operations/0/width", "/operations/0/height"}


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/jobs/filesystem", {"settings": {"preset": "bogus"}}, "/settings"),
        ("/stream", {"preset": "bogus"}, ""),
        ("/convert", {"output": {"format": "mp4", "video": {"preset": "bogus"}}}, ""),
    ],
)
def test_a_preset_that_is_none_is_told_at_once(
    house: House, path: str, body: dict[str, Any], pointer: str
) -> None:
    name = "file_path" if path == "/jobs/filesystem" else "input"
    answer = house.ask("POST", path, json={name: str(clip_file("plain")), **body})
    assert answer.status_code == 400
    (problem,) = answer.json()["errors"]
    assert problem["pointer"] == pointer
    assert "a preset of h264 is one of" in problem["message"]


def h264(codec: str = "h264") -> dict[str, Any]:
    return {"type": "transcode", "params": {"video_codec": codec}}


def after_its_end(other: str) -> list[dict[str, Any]]:
    return [{"type": "trim", "start_time": 60}, {"type": "concat", "inputs": [other]}]


def crop(width: int) -> dict[str, Any]:
    return {"type": "crop", "width": width, "height": 10}


def test_an_upload_and_a_watermark_of_another_file(house: House, tmp_path: Path) -> None:
    """`upload:ID` is the main source; both are gone when the job is done."""
    body = clip_file("plain").read_bytes()
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(body))}
    made = house.ask("POST", "/uploads", headers=headers)
    place = made.headers["location"].rpartition("/api/v1")[2]
    headers = {
        "Tus-Resumable": "1.0.0",
        "Upload-Offset": "0",
        "Content-Type": "application/offset+octet-stream",
    }
    assert house.ask("PATCH", place, headers=headers, content=body).status_code == 204
    logo = tmp_path / "logo.png"
    reelmill.convert(clip_file("plain"), logo)
    watermark = {"type": "watermark", "image": str(logo), "scale": 0.2, "position": "top-left"}
    job = converted(
        house,
        {
            "input": f"upload:{place.rpartition('/')[2]}",
            "output": {"format": "mkv", "video": FAST},
            "operations": [{"type": "trim", "duration": 0.4}, watermark],
        },
    )
    assert job["source_type"] == "upload"
    assert job["outputs"]["output"]["duration_seconds"] == pytest.approx(0.4, abs=0.1)
    assert list(house.storage.rglob("raw/*")) == []


def test_a_copy_is_the_same_packets(house: House, tmp_path: Path) -> None:
    copy = {"codec": "copy"}
    output = {"format": "mkv", "video": copy, "audio": copy}
    job = converted(house, {"input": str(clip_file("plain")), "output": output})
    path = fetched(job, "output", tmp_path)
    assert read.frame_numbers(path) == read.frame_numbers(clip_file("plain"))
    assert reelmill.probe(path).container.startswith("matroska")


def test_a_plan_of_a_conversion_and_of_a_job_that_was_one(house: House) -> None:
    trim = {"type": "trim", "duration": 0.4}
    body = {"input": str(clip_file("plain")), "output": "gif", "operations": [trim]}
    planned = house.ask("POST", "/plan", json={"convert": body}).json()
    assert planned["valid"]
    assert [one["id"] for one in planned["plan"]["steps"]] == ["output"]
    job = converted(house, body)
    again = house.ask("POST", "/plan", json={"job_id": job["job_id"]}).json()
    assert undated(again["plan"]) == undated(planned["plan"])
    long = {"input": "/work.mp4", "output": "gif"}
    assert house.ask("POST", "/plan", json={"convert": long, "job_id": "x"}).status_code == 400


def undated(plan: dict[str, Any]) -> dict[str, Any]:
    """A plan without its estimates: those learn from what was done in between."""
    steps = [{**step, "estimate": None} for step in plan["steps"]]
    return {**plan, "estimate": None, "steps": steps}


def test_an_estimate_runs_nothing(house: House) -> None:
    before = len(house.ask("GET", "/jobs").json()["jobs"])
    operations = [{"type": "compress", "params": {"level": "high"}}]
    body = {"input": str(clip_file("plain")), "output": "mp4", "operations": operations}
    said = house.ask("POST", "/estimate", json=body).json()
    assert said["estimated"]["duration_seconds"] > 0
    assert said["estimated"]["output_size_bytes"] > 0
    assert 0.1 < said["resources"]["memory_gb"] < 1
    assert said["factors"] == {
        "complexity": "low",
        "operations": 1,
        "cpu_seconds": said["factors"]["cpu_seconds"],
        "processes": 1,
        "calibrated_by": said["factors"]["calibrated_by"],
    }
    assert len(house.ask("GET", "/jobs").json()["jobs"]) == before


@pytest.mark.parametrize("kind", ["hls", "dash"])
def test_a_stream_in_variants_of_one_s_own(house: House, kind: str) -> None:
    """One larger than the source is left out; what is not quite 16:9 goes with what is."""
    job = converted(
        house,
        {
            "input": str(clip_file("plain")),
            "type": kind,
            "preset": "ultrafast",
            "segment_duration": 1,
            "variants": [
                {"resolution": "640x360", "bitrate": "400k", "name": "best"},
                {"resolution": "240p", "bitrate": "150k"},
                {"resolution": "1080p", "bitrate": "5M"},
            ],
        },
        path="/stream",
    )
    tasks = {one["name"]: one["status"] for one in job["tasks"]}
    assert tasks["encode_1080p"] == "skipped"
    master = httpx.get(job["master_playlist_url"]).text
    assert "RESOLUTION=640x360" in master
    assert "RESOLUTION=426x240" in master
    if kind == "dash":
        manifest = httpx.get(job["outputs"]["package"]["url"]).text
        assert manifest.count("<Representation") == 4


def test_the_same_request_twice_is_one_job(house: House) -> None:
    body = {"input": str(clip_file("plain")), "output": "jpg"}
    key = hashlib.sha256(json.dumps(body).encode()).hexdigest()
    answers = [
        house.ask("POST", "/convert", json=body, headers={"Idempotency-Key": key}) for _ in range(2)
    ]
    assert answers[0].json()["job"]["id"] == answers[1].json()["job"]["id"]
    assert house.ended(answers[0].json()["job"]["id"])["status"] == "completed"
