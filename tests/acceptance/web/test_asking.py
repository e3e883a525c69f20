"""How requests may be written, and where their errors point."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.media.clips import clip_file

from .service import ADMIN, Service

HOOK = "https://93.184.215.14/hook"
NOTHING = {"priority": None, "metadata": None, "webhook_url": None, "webhook_events": None}


def placed(service: Service, clip: str) -> str:
    path = service.roots / clip_file(clip).name
    shutil.copyfile(clip_file(clip), path)
    return str(path)


def uploaded(client: httpx.Client, content: bytes, *, whole: bool = True) -> str:
    headers = {
        "Tus-Resumable": "1.0.0",
        "Upload-Length": str(len(content) + (not whole)),
        "Content-Type": "application/offset+octet-stream",
    }
    made = client.post("/api/v1/uploads", content=content, headers=headers)
    assert made.status_code == 201, made.text
    return f"upload:{made.headers['location'].rpartition('/')[2]}"


def test_null_is_what_is_left_out(here: Service, client: httpx.Client) -> None:
    film = placed(here, "plain")
    trim = {"type": "trim", "params": {"duration": 1, "accuracy": None}}
    flip = {"type": "flip", "params": None, "direction": None}
    none: dict[str, Any] = {"input": film, **NOTHING, "preset": None, "options": None}
    output = {"path": "x.mp4", "format": None, "video": None, "audio": {"codec": None}}
    bodies: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
        ("convert", {**none, "operations": None}, {"input": film}),
        (
            "convert",
            {**none, "output": output, "operations": [trim, flip], "options": {"threads": None}},
            {
                "input": film,
                "output": "x.mp4",
                "operations": [{"type": "trim", "duration": 1}, {"type": "flip"}],
            },
        ),
        (
            "convert",
            {**none, "preset": "web-720p", "output": {**output, "metadata": None}},
            {"input": film, "preset": "web-720p", "output": "x.mp4"},
        ),
        (
            "stream",
            {"input": film, **NOTHING, "type": None, "variants": None, "codec": None},
            {"input": film},
        ),
        ("analyze", {"input": film, **NOTHING, "metrics": None, "mode": None}, {"input": film}),
        ("jobs/filesystem", {"file_path": film, **NOTHING, "settings": None}, {"file_path": film}),
    ]
    for path, said, meant in bodies:
        made = [client.post(f"/api/v1/{path}", json=one) for one in (said, meant)]
        assert [one.status_code for one in made] == [202, 202], made[0].text
        ids = [one.json().get("job_id") or one.json()["job"]["id"] for one in made]
        jobs = [here.do(here.site.jobs.job(one)) for one in ids]
        assert jobs[0].settings == jobs[1].settings
        assert [(one.priority, one.user_metadata) for one in jobs] == [(5, {})] * 2
    told = {"webhook_url": HOOK, "webhook_events": ["job.queued"]}
    batch = {"jobs": [{"input": film, **NOTHING}], "metadata": None, "priority": None, **told}
    made = client.post("/api/v1/batch", json=batch).json()
    job = here.do(here.site.jobs.job(made["jobs"][0]["job_id"]))
    assert job.priority == 3
    log = client.get("/api/v1/webhooks/deliveries").json()["deliveries"]
    assert [(one["type"], one["url"]) for one in log] == [("job.queued", HOOK)]
    endpoint = {"url": HOOK, "description": None, "events": None}
    assert client.post("/api/v1/webhooks/endpoints", json=endpoint).status_code == 201
    with here.client(ADMIN) as admin:
        key = {"name": "n", "admin": None, "allowed_networks": None, "expires_at": None}
        assert admin.post("/api/v1/admin/api-keys", json=key).status_code == 201


def test_null_is_still_no_word_for_what_must_be_there(shared_client: httpx.Client) -> None:
    for said, pointer in (
        ({"input": None}, "/input"),
        ({"input": "/a", "nonsense": None}, "/nonsense"),
        ({"input": "/a", "operations": [{"type": "crop", "width": None}]}, "/operations/0/width"),
        ({"input": "/a", "operations": [{"type": None}]}, "/operations/0"),
    ):
        answer = shared_client.post("/api/v1/convert", json=said)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["pointer"] == pointer


def test_null_is_in_the_description(shared_client: httpx.Client) -> None:
    schemas = shared_client.get("/openapi.json").json()["components"]["schemas"]
    for name in ("ConvertRequest", "StreamRequest", "AnalysisRequest", "BatchRequest", "Trim"):
        schema = schemas[name]
        for field, one in schema["properties"].items():
            nullable = {"type": "null"} in one.get("anyOf", ())
            assert nullable == (field not in schema["required"]), (name, field)


def test_a_source_is_pointed_at_where_it_is_named(
    shared: Service, shared_client: httpx.Client, tmp_path: Path
) -> None:
    film, silent = placed(shared, "plain"), placed(shared, "no_audio")
    none = str(shared.roots / "none.mp4")
    words = shared.roots / "words.mp4"
    words.write_text("no film")
    outside = str(tmp_path / "x.png")

    def flat(kind: str, **fields: Any) -> dict[str, Any]:
        return {"type": kind, **fields}

    def nested(kind: str, **fields: Any) -> dict[str, Any]:
        return {"type": kind, "params": fields}

    trim = flat("trim", duration=1)
    cases: list[tuple[list[dict[str, Any]], int, str]] = [
        ([trim, nested("watermark", image=none)], 404, "operations/1/params/image"),
        ([trim, flat("watermark", image_path=outside)], 422, "operations/1/image_path"),
        ([nested("concat", inputs=[film, film, none])], 404, "operations/0/params/inputs/2"),
        ([flat("concat", inputs=[film, str(words)])], 422, "operations/0/inputs/1"),
        ([flat("subtitles", path="upload:1-2")], 404, "operations/0/path"),
        ([flat("audio", source="http://127.0.0.1/x.mp3")], 422, "operations/0/source"),
        ([nested("audio", source=silent)], 415, "operations/0/params/source"),
        ([flat("analyze", reference_path="relative")], 422, "operations/0/reference_path"),
        ([nested("trim", start_time="x")], 400, "operations/0/params/start_time"),
        ([nested("crop", width=4)], 400, "operations/0/params/height"),
    ]
    for operations, status, pointer in cases:
        body = {"input": film, "operations": operations}
        for path, asked, at in (
            ("convert", body, ""),
            ("estimate", body, ""),
            ("plan", {"convert": body}, "/convert"),
            ("batch", {"jobs": [{"input": none}, body]}, "/jobs/1"),
        ):
            answer = shared_client.post(f"/api/v1/{path}", json=asked)
            # A batch is refused as one, and what is elsewhere is never planned.
            fits = {status} if path == "convert" else {status, 400}
            assert answer.status_code in fits, answer.text
            assert f"{at}/{pointer}" in [one["pointer"] for one in answer.json()["errors"]]
    assert shared.nothing()


@pytest.mark.parametrize("path", ["convert", "stream", "analyze", "estimate"])
def test_an_upload_that_is_not_to_be_had_is_pointed_at(
    here: Service, client: httpx.Client, path: str
) -> None:
    content = clip_file("plain").read_bytes()
    with here.client(here.key("stranger")) as stranger:
        theirs = uploaded(stranger, content)
    broken = uploaded(client, content[:1000], whole=False)
    text = uploaded(client, b"no film")
    for source, status in (("upload:1", 404), (theirs, 404), (broken, 409), (text, 422)):
        answer = client.post(f"/api/v1/{path}", json={"input": source})
        assert answer.status_code == status, answer.text
        assert [one["pointer"] for one in answer.json()["errors"]] == ["/input"]
    whole = uploaded(client, content)
    if path in ("convert", "estimate"):
        concat = {"type": "concat", "inputs": [whole, broken]}
        body = {"input": whole, "operations": [concat]}
        answer = client.post(f"/api/v1/{path}", json=body)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (
            409,
            "/operations/0/inputs/1",
        )


def test_a_source_of_a_preset_is_the_preset_s(here: Service, client: httpx.Client) -> None:
    film = placed(here, "plain")
    logo = {"type": "watermark", "image": str(here.roots / "none.png")}
    said = {"name": "logo", "settings": {"operations": [logo]}}
    assert client.post("/api/v1/presets", json=said).status_code == 201
    body = {"input": film, "preset": "logo", "operations": [{"type": "flip"}]}
    answer = client.post("/api/v1/convert", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (404, "/preset")
