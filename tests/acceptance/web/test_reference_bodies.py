"""Every request that the reference R0 prints, sent as it is printed, below a root."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Generator
from pathlib import Path
from typing import Any

import httpx
import pytest

from reelmill.ffmpeg.locate import find_ffmpeg
from tests.acceptance.peers import missing

from .service import Service, service

pytestmark = pytest.mark.xdist_group("reference bodies")  # one service for all

PRINTED = (
    *("/storage/input/video.mp4", "/storage/input.avi", "/storage/input.mov", "/test/input.mp4"),
    *("/storage/input.mp4", "/input/video.mp4", "/path/to/reference.mp4", "/videos/input.mp4"),
    *("/videos/output.mp4", "/videos/reference.mp4"),
)
"""Files that it names, each a film of 75 s."""
TRIM = {"type": "trim", "params": {"start_time": 10, "duration": 60}}
USUAL: dict[str, Any] = {"input": "/input/video.mp4", "output": "/output/result.mp4"}


def chain(*operations: Any) -> dict[str, Any]:
    return {**USUAL, "options": {"format": "mp4"}, "operations": [*operations]}


def transcode(**params: Any) -> dict[str, Any]:
    return {"type": "transcode", "params": params}


BODIES: dict[str, dict[str, Any]] = {
    "the wrapper": {
        **USUAL,
        "options": {"format": "mp4", "threads": 4},
        "operations": [transcode(video_codec="h264", crf=23), TRIM],
    },
    "transcoding": chain(
        transcode(
            video_codec="h264",
            audio_codec="aac",
            video_bitrate="2M",
            audio_bitrate="128k",
            preset="medium",
            crf=23,
        )
    ),
    "quality": chain(
        {
            "type": "analyze",
            "params": {
                "metrics": ["vmaf", "psnr", "ssim"],
                "reference_path": "/path/to/reference.mp4",
            },
        }
    ),
    "filters": chain(
        {
            "type": "filter",
            "params": {
                "brightness": 0.1,
                "contrast": 1.2,
                "saturation": 0.8,
                "denoise": "weak",
                "sharpen": 0.3,
            },
        }
    ),
    "the model's example": {
        "input": "/storage/input/video.mp4",
        "output": {
            "path": "/storage/output/result.mp4",
            "format": "mp4",
            "video": {"codec": "h264", "crf": 23},
        },
        "operations": [TRIM],
        "priority": "normal",
    },
    "the test": {"input": "/test/input.mp4", "output": "/test/output.mp4", "operations": []},
    "the worker's test": {
        "input": "/test/input.mp4",
        "output": "/test/output.mp4",
        "operations": [transcode(video_codec="h264")],
    },
    "the integration test": chain(transcode(video_codec="h264", crf=30)),
    "debugging": chain(transcode(video_codec="libx264")),
    "a format": {"input": "/storage/input.avi", "output": "mp4"},
    "quality settings": {
        "input": "/storage/input.mov",
        "output": {
            "path": "/storage/output.mp4",
            "video": {"codec": "h264", "crf": 23, "preset": "medium"},
        },
    },
    "a chain": {
        "input": "/storage/input.mp4",
        "output": "/storage/output.mp4",
        "operations": [
            TRIM,
            {"type": "filter", "params": {"brightness": 0.1, "contrast": 1.2}},
        ],
    },
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Generator[Service]:
    with service(tmp_path_factory.mktemp("reference") / "service") as running:
        film = running.roots / "film.mp4"
        ffmpeg(
            *("-f", "lavfi", "-i", "testsrc2=size=64x36:rate=5:duration=75"),
            *("-f", "lavfi", "-i", "sine=duration=75", "-preset", "ultrafast"),
            film,
        )
        for printed in PRINTED:
            path = running.roots / printed.removeprefix("/")
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.suffix == ".mp4":
                shutil.copyfile(film, path)
            else:
                ffmpeg("-i", film, "-c", "copy", path)
        yield running


@pytest.fixture(scope="module")
def client(site: Service) -> Generator[httpx.Client]:
    with site.client(site.key()) as made:
        yield made


def ffmpeg(*words: str | Path) -> None:
    command = [find_ffmpeg().path, "-nostdin", "-v", "error", *words]
    subprocess.run(command, check=True)


def placed(site: Service, body: Any) -> Any:
    """The same, with its sources below the root."""
    text = json.dumps(body)
    for printed in PRINTED:
        text = text.replace(f'"{printed}"', json.dumps(f"{site.roots}{printed}"))
    return json.loads(text)


@pytest.mark.parametrize("name", BODIES)
def test_a_body_is_taken(site: Service, client: httpx.Client, name: str) -> None:
    body = placed(site, BODIES[name])
    answer = client.post("/api/v1/convert", json=body)
    assert answer.status_code == 202, answer.text
    said = answer.json()
    job = said["job"]
    assert (job["status"], job["priority"], job["progress"]) == ("queued", 5, 0)
    assert set(job["links"]) >= {"self", "events", "logs", "cancel"}
    assert said["estimated_cost"]["processing_time"] > 0
    assert said["estimated_cost"]["credits"] > 0
    kept = ["output_kept_with_job"] if body["output"] != "mp4" else []
    assert [one["code"] for one in said["warnings"]] == kept
    estimated = client.post("/api/v1/estimate", json=body)
    assert estimated.status_code == 200, estimated.text
    assert estimated.json()["factors"]["operations"] == len(body.get("operations", ()))


def test_its_analysis_is_taken(site: Service, client: httpx.Client) -> None:
    body = {
        "input": "/videos/output.mp4",
        "reference": "/videos/reference.mp4",
        "metrics": ["vmaf", "psnr"],
    }
    answer = client.post("/api/v1/analyze", json=placed(site, body))
    assert answer.status_code == 202, answer.text


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("", "Input path cannot be empty"),
        ({"path": " "}, "Input path cannot be empty"),
        ({"url": "x"}, "Field required"),
        (5, "a text or an object"),
    ],
)
def test_no_input_is_refused(client: httpx.Client, given: Any, words: str) -> None:
    answer = client.post("/api/v1/convert", json={"input": given, "output": "/test/output.mp4"})
    assert answer.status_code == 400
    assert words in answer.json()["detail"]
    assert answer.json()["errors"][0]["pointer"].startswith("/input")


@pytest.mark.parametrize(
    "line",
    [
        'curl -H "X-API-Key: dev-key" http://localhost:8000/api/v1/health',
        "curl -f http://localhost:8000/api/v1/health || exit 1",
    ],
)
def test_its_lines_of_curl(site: Service, line: str) -> None:
    curl = shutil.which("curl")
    if curl is None:
        missing("curl")
    mine = line.replace("curl", f"{curl} -s", 1).replace("dev-key", site.key())
    mine = mine.replace("http://localhost:8000", site.url)
    done = subprocess.run(["sh", "-c", mine], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["status"] in ("healthy", "degraded")
