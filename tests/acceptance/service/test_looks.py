"""Pictures and figures from a running service, as its users ask for them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import httpx
import pytest

import reelmill
from tests.acceptance.running import Installation
from tests.media.clips import clip_file
from tests.media.read import frame_numbers


@pytest.fixture
def films(tmp_path: Path) -> Path:
    folder = tmp_path / "films"
    folder.mkdir()
    for clip in ("plain", "square", "audio_only"):
        file = clip_file(clip)
        shutil.copyfile(file, folder / f"{clip}{file.suffix}")
    reelmill.convert(
        clip_file("plain"), folder / "worse.mp4", video={"preset": "ultrafast", "crf": 40}
    )
    return folder


def accepted(answer: httpx.Response) -> str:
    assert answer.status_code == 202, answer.text
    return answer.json()["job"]["id"]


def fetched(place: Installation, job: str, path: str) -> bytes:
    answer = place.ask("GET", f"/jobs/{job}/artifacts/{path}")
    assert answer.status_code == 200, path
    return answer.content


def test_pictures_and_figures(place: Installation, films: Path, tmp_path: Path) -> None:
    place.serve()
    source, worse = str(films / "plain.mp4"), str(films / "worse.mp4")

    looks = [
        {"type": "thumbnail", "params": {"count": 2}},
        {"type": "storyboard", "params": {"interval": 0.5, "columns": 2, "rows": 1}},
    ]
    pictures = place.ask(
        "POST", "/convert", json={"input": source, "output": None, "operations": looks}
    )
    cover = {"output": "cover.png", "operations": [{"type": "thumbnail", "at": 1}]}
    one = place.ask("POST", "/convert", json={"input": source, **cover})
    analysed = place.ask(
        "POST",
        "/analyze",
        json={"input": source, "output": worse, "metrics": ["vmaf", "psnr", "ssim"]},
    )
    alone = place.ask("POST", "/analyze", json={"input": worse})

    _pictures(place, accepted(pictures))
    job = accepted(one)
    assert place.ended(job)["status"] == "completed"
    (tmp_path / "cover.png").write_bytes(fetched(place, job, "cover.png"))
    assert frame_numbers(tmp_path / "cover.png") == [25]
    _figures(place, accepted(analysed), worse, source)
    said = place.ended(accepted(alone))
    assert set(said["quality_metrics"]["quality"]) >= {"blur", "blockiness"}
    _refused(place, source, films)


def _pictures(place: Installation, job: str) -> None:
    document = place.ended(job)
    assert document["status"] == "completed", document
    assert set(document["outputs"]) == {
        *("thumbnail_1", "thumbnail_2"),
        *("storyboard", "storyboard_sheets"),
    }
    assert document["outputs"]["storyboard_sheets"]["file_count"] == 2
    cues = fetched(place, job, "storyboard/storyboard.vtt").decode()
    assert cues.startswith("WEBVTT\n")
    assert cues.count("-->") == 4
    url = document["outputs"]["storyboard"]["url"]
    for name in ("sheet_001.jpg", "sheet_002.jpg"):
        assert f"{name}#xywh=" in cues
        played = httpx.get(url.replace("storyboard.vtt", name))
        assert played.headers["content-type"] == "image/jpeg"
        assert played.content.startswith(b"\xff\xd8")


def _figures(place: Installation, job: str, worse: str, source: str) -> None:
    document = place.ended(job)
    assert (document["status"], document["recipe"]) == ("completed", "analyze"), document
    assert document["filename"] == "worse.mp4"
    found = document["quality_metrics"]["quality"]
    expected = reelmill.analyze(worse, source, ["vmaf", "psnr", "ssim"])
    for name, pooled in expected.metrics.items():
        assert found[name] == pytest.approx(pooled.model_dump(), abs=0.01)
    assert (found["frame_count"], found["frames"]) == (50, "quality.json")
    papers = place.ask("GET", f"/jobs/{job}/artifacts/metadata.json").json()
    assert papers["quality_metrics"] == document["quality_metrics"]
    assert papers["input_info"]["filename"] == "worse.mp4"
    assert papers["reference_info"]["resolution"] == "640x360"
    assert papers["hardware_acceleration"] is None
    frames: list[dict[str, Any]] = place.ask("GET", f"/jobs/{job}/artifacts/quality.json").json()[
        "frames"
    ]
    assert len(frames) == 50
    assert frames[3]["vmaf"] == pytest.approx(expected.frames[3]["vmaf"], abs=0.01)


def _refused(place: Installation, source: str, films: Path) -> None:
    """Each with a pointer or a reason, and no job is made of it."""
    before = place.ask("GET", "/jobs").json()["total"]
    for path, body, status, words in (
        ("/analyze", {"input": source, "reference": source, "metrics": ["beauty"]}, 400, "metrics"),
        ("/analyze", {"input": source, "metrics": ["vmaf"]}, 400, "/reference"),
        ("/analyze", {"input": source, "reference": source, "output": source}, 400, "/output"),
        ("/analyze", {"input": source, "reference": f"{films}/square.mp4"}, 400, "shapes differ"),
        ("/analyze", {"input": source, "reference": f"{films}/gone.mp4"}, 404, "reference"),
        ("/analyze", {"input": f"{films}/audio_only.mp4"}, 415, "no picture"),
        ("/convert", {"input": source, "output": None}, 400, "no output"),
        (
            "/convert",
            {"input": source, "output": "jpg", "operations": [{"type": "thumbnail", "at": 99}]},
            400,
            "it ends at 2 s",
        ),
    ):
        answer = place.ask("POST", path, json=body)
        assert answer.status_code == status, (body, answer.text)
        assert words in answer.text, (body, answer.text)
    assert place.ask("GET", "/jobs").json()["total"] == before
