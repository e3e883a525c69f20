"""Batches as the interface tells them, without a worker."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.media.clips import clip_file

from .service import Service, service

BATCH = "/api/v1/batch"
HOOK = "https://93.184.215.14/hook"


@pytest.fixture
def clip(here: Service) -> str:
    path = here.roots / "clip.mp4"
    shutil.copyfile(clip_file("plain"), path)
    return str(path)


def uploaded(client: httpx.Client) -> str:
    content = clip_file("plain").read_bytes()
    headers = {"Tus-Resumable": "1.0.0", "Upload-Length": str(len(content))}
    sent = {**headers, "Content-Type": "application/offset+octet-stream"}
    made = client.post("/api/v1/uploads", content=content, headers=sent)
    assert made.status_code == 201, made.text
    return f"upload:{made.headers['location'].rpartition('/')[2]}"


def pointers(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 400, answer.text
    return [one["pointer"] for one in answer.json()["errors"]]


def test_a_batch_lives(here: Service, client: httpx.Client, clip: str) -> None:
    said: dict[str, Any] = {
        "jobs": [
            {"input": clip, "output": "webm"},
            {"input": uploaded(client), "priority": "high", "metadata": {"of": "mine"}},
            {"input": "https://93.184.215.14/film.mov", "output": "film.mp4"},
        ],
        "batch_name": "Tuesday",
        "metadata": {"night": 7},
        "webhook_url": HOOK,
    }
    headers = {"Idempotency-Key": "once"}
    made = client.post(BATCH, json=said, headers=headers)
    assert made.status_code == 202, made.text
    promise = made.json()
    assert client.post(BATCH, json=said, headers=headers).json() == promise
    assert (promise["status"], promise["total"], promise["refused"]) == ("pending", 3, 0)
    assert [one["index"] for one in promise["jobs"]] == [0, 1, 2]
    assert made.headers["location"] == promise["links"]["self"]
    assert here.bell.rung == ["io"]
    batch = client.get(promise["links"]["self"]).json()
    assert (batch["batch_name"], batch["metadata"]) == ("Tuesday", {"night": 7})
    assert (batch["counts"]["pending"], batch["progress_percent"]) == (3, 0)
    assert [one["priority"] for one in batch["jobs"]] == [3, 8, 3]
    assert [one["source_type"] for one in batch["jobs"]] == ["filesystem", "upload", "url"]
    assert {one["batch_id"] for one in batch["jobs"]} == {promise["batch_id"]}
    job = client.get(batch["jobs"][0]["links"]["self"]).json()
    assert (job["batch_id"], job["video_info"]["width"]) == (promise["batch_id"], 640)
    listed = client.get(BATCH, params={"limit": 1}).json()
    assert listed["total"] == 1
    assert listed["batches"][0] == {k: v for k, v in batch.items() if k != "jobs"}
    ended = client.delete(promise["links"]["cancel"]).json()
    assert (ended["status"], ended["counts"]["cancelled"]) == ("cancelled", 3)
    assert ended["completed_at"]
    assert set(here.board.posted) == {one["job_id"] for one in promise["jobs"]}
    assert client.delete(promise["links"]["cancel"]).json() == ended
    (told,) = client.get(
        "/api/v1/webhooks/deliveries", params={"batch_id": promise["batch_id"]}
    ).json()["deliveries"]
    assert (told["type"], told["url"], told["job_id"]) == ("batch.completed", HOOK, None)


def test_strangers_find_nothing(here: Service, client: httpx.Client, clip: str) -> None:
    made = client.post(BATCH, json={"jobs": [{"input": clip}]}).json()
    with here.client(here.key("stranger")) as stranger:
        for method in ("GET", "DELETE"):
            answer = stranger.request(method, f"{BATCH}/{made['batch_id']}")
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert stranger.get(BATCH).json()["total"] == 0
    assert client.get(f"{BATCH}/{made['batch_id']}").json()["status"] == "pending"
    assert client.get(f"{BATCH}/no;such").status_code == 404


def test_one_bad_job_refuses_all(here: Service, client: httpx.Client, clip: str) -> None:
    (here.roots / "notes.mp4").write_text("no film")
    upload = uploaded(client)
    bad: list[Any] = [
        {"input": clip},
        {"input": f"{clip}.none"},
        {"input": "/etc/passwd"},
        {"input": str(here.roots / "notes.mp4")},
        {"input": clip, "output": {"video": {"crf": 999}}},
        {"input": clip, "output": {"format": "webm", "video": {"codec": "h264"}}},
        {"input": clip, "operations": [{"type": "trim", "start_time": "x"}]},
        {"input": clip, "preset": "none"},
        {"input": "upload:none"},
        {"input": "http://127.0.0.1/film.mp4"},
        {"input": upload},
        "film.mp4",
    ]
    answer = client.post(BATCH, json={"jobs": bad})
    assert {*pointers(answer)} == {
        "/jobs/1/input",
        "/jobs/2/input",
        "/jobs/3/input",
        "/jobs/4/output/video/crf",
        "/jobs/5",
        "/jobs/6/operations/0/start_time",
        "/jobs/7/preset",
        "/jobs/8/input",
        "/jobs/9/input",
        "/jobs/11",
    }
    assert client.get("/api/v1/jobs").json()["total"] == 0
    assert here.files() == [f"uploads/{upload.partition(':')[2]}"]
    part = client.post(BATCH, json={"jobs": bad, "partial_success": True}).json()
    assert (part["total"], part["refused"]) == (2, 10)
    assert [one["index"] for one in part["jobs"] if "job_id" in one] == [0, 10]
    refused = [one["error"]["code"] for one in part["jobs"] if "error" in one]
    assert refused[:3] == ["not_found", "path_rejected", "input_unreadable"]
    shown = client.get(part["links"]["self"]).json()
    assert [one.get("error") for one in shown["jobs"]][1:4] == [
        one["error"] for one in part["jobs"][1:4]
    ]
    assert len(here.files()) == 1
    assert here.files()[0].startswith("raw/")
    none = client.post(BATCH, json={"jobs": bad[1:4], "partial_success": True})
    assert len(pointers(none)) == 3


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"jobs": []}, "/jobs"),
        ({"jobs": [{"input": "/a"}] * 101}, "/jobs"),
        ({"jobs": [{"input": "/a"}], "webhook_events": ["batch.completed"]}, "/webhook_events"),
        (
            {"jobs": [{"input": "/a"}], "webhook_url": HOOK, "webhook_events": ["done"]},
            "/webhook_events/0",
        ),
        ({"jobs": [{"input": "/a"}], "priority": 11}, "/priority"),
        ({"jobs": [{"input": "/a"}], "more": 1}, "/more"),
        ({"jobs": [{"input": "/a"}], "metadata": {"a": "\x00"}}, "/metadata"),
    ],
)
def test_what_is_no_batch(shared_client: httpx.Client, said: Any, pointer: str) -> None:
    assert pointers(shared_client.post(BATCH, json=said))[0] == pointer


def test_files_may_be_looked_at_later(here: Service, client: httpx.Client) -> None:
    path = here.roots / "notes.mp4"
    path.write_text("no film")
    said = {"jobs": [{"input": str(path)}], "validate_files": False}
    assert client.post(BATCH, json=said).status_code == 202
    assert pointers(client.post(BATCH, json={**said, "validate_files": True})) == ["/jobs/0/input"]


def test_one_upload_for_two_jobs(here: Service, client: httpx.Client) -> None:
    upload = uploaded(client)
    said = {"jobs": [{"input": upload, "output": one} for one in ("mp4", "mp3")]}
    made = client.post(BATCH, json=said)
    assert made.status_code == 202, made.text
    assert sorted(here.files()) == sorted(
        f"raw/{one['job_id']}_original.mp4" for one in made.json()["jobs"]
    )
    again = client.post(BATCH, json=said)
    assert again.status_code == 400


def test_the_events_of_its_jobs_go_where_its_own_do(client: httpx.Client, clip: str) -> None:
    other = "https://93.184.215.14/other"
    jobs = [{"input": clip}, {"input": clip, "webhook_url": other, "webhook_events": ["queued"]}]
    events = ["job.queued", "batch.completed"]
    said = {"jobs": jobs, "webhook_url": HOOK, "webhook_events": events}
    made = client.post(BATCH, json=said).json()
    client.delete(made["links"]["cancel"])
    log = client.get("/api/v1/webhooks/deliveries").json()["deliveries"]
    assert sorted((one["type"], one["url"]) for one in log) == [
        *(("batch.completed", HOOK), ("job.queued", HOOK), ("job.queued", other)),
    ]


def test_a_job_is_not_told_of_batches(client: httpx.Client, clip: str) -> None:
    said = {"input": clip, "webhook_url": HOOK, "webhook_events": ["batch.completed"]}
    assert pointers(client.post("/api/v1/convert", json=said)) == ["/webhook_events"]


def test_there_is_room_for_all_or_none(tmp_path: Path) -> None:
    with service(tmp_path / "service", max_queued_jobs=3) as here, here.client(here.key()) as key:
        shutil.copyfile(clip_file("plain"), here.roots / "clip.mp4")
        said = {"jobs": [{"input": str(here.roots / "clip.mp4")}] * 2}
        assert key.post(BATCH, json=said).status_code == 202
        full = key.post(BATCH, json=said)
        assert (full.status_code, full.json()["code"]) == (503, "queue_full")
        assert key.get("/api/v1/jobs").json()["total"] == 2


def test_its_description_shows_what_a_job_is(shared_client: httpx.Client) -> None:
    schemas = shared_client.get("/openapi.json").json()["components"]["schemas"]
    jobs = schemas["BatchRequest"]["properties"]["jobs"]
    assert jobs["items"] == {"$ref": "#/components/schemas/ConvertRequest"}
    assert json.dumps(schemas["ConvertRequest"])
