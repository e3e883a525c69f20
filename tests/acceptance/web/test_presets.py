"""Presets as the interface tells them, and jobs that are made with them."""

from __future__ import annotations

import shutil
from typing import Any

import httpx
import pytest

from reelmill.recipes.presets import NEWEST
from tests.media.clips import clip_file

from .service import Service

PRESETS, CONVERT = "/api/v1/presets", "/api/v1/convert"
OURS = {"name": "ours", "settings": {"output": {"format": "webm", "video": {"crf": 40}}}}


@pytest.fixture
def clip(here: Service) -> str:
    path = here.roots / "clip.mp4"
    shutil.copyfile(clip_file("plain"), path)
    return str(path)


def names(client: httpx.Client) -> list[tuple[str, str]]:
    return [(one["preset"], one["scope"]) for one in client.get(PRESETS).json()["presets"]]


def recipe(here: Service, answer: httpx.Response) -> dict[str, Any]:
    """What was stored of a job, by the promise of it."""
    assert answer.status_code == 202, answer.text
    return here.do(here.site.jobs.job(answer.json()["job"]["id"])).settings


def test_a_preset_lives(here: Service, client: httpx.Client, admin: httpx.Client) -> None:
    headers = {"Idempotency-Key": "one"}
    first, again = (client.post(PRESETS, json=OURS, headers=headers) for _ in range(2))
    assert (first.status_code, first.json()["version"]) == (201, 1)
    assert again.json() == first.json()
    assert client.get(first.headers["location"]).json() == first.json()
    same = client.post(PRESETS, json=OURS)
    assert (same.status_code, same.json()) == (200, first.json())
    second = client.post(PRESETS, json={**OURS, "description": "é"}).json()
    assert (second["preset"], second["scope"]) == ("ours@2", "own")
    assert client.get(f"{PRESETS}/ours").json() == second
    assert client.get(f"{PRESETS}/ours@1").json() == first.json()
    other = admin.post("/api/v1/admin/presets", json=OURS).json()
    assert (other["preset"], other["scope"]) == ("ours@1", "everybody")
    assert names(client)[:3] == [
        *(("ours@2", "own"), ("ours@1", "everybody"), ("fast@1", "built_in")),
    ]
    with here.client(here.key("stranger")) as stranger:
        assert names(stranger)[0] == ("ours@1", "everybody")
        assert stranger.get(f"{PRESETS}/ours@2").status_code == 404
        assert stranger.delete(f"{PRESETS}/ours").status_code == 404
        assert stranger.post("/api/v1/admin/presets", json=OURS).status_code == 403
    assert client.delete(f"{PRESETS}/ours").json()["name"] == "ours"
    assert client.get(f"{PRESETS}/ours").json()["scope"] == "everybody"
    assert client.post(PRESETS, json=OURS).json()["version"] == 3
    listed = admin.get("/api/v1/admin/presets").json()["presets"]
    assert [one["preset"] for one in listed][:2] == ["ours@1", "fast@1"]
    assert admin.delete("/api/v1/admin/presets/ours").status_code == 200
    assert admin.delete("/api/v1/admin/presets/ours").status_code == 404
    assert client.delete(f"{PRESETS}/fast").status_code == 404


@pytest.mark.parametrize(
    ("said", "status", "pointer"),
    [
        ({"settings": {}}, 400, "/settings"),
        ({"settings": {"output": {"video": {"crf": 99}}}}, 400, "/settings/output/video/crf"),
        (
            {"settings": {"output": {"format": "webm", "video": {"codec": "h264"}}}},
            400,
            "/settings",
        ),
        ({"settings": {"input": "/etc/passwd"}}, 400, "/settings/input"),
        ({"settings": {"output": "none.such"}}, 400, "/settings/output"),
        ({"name": "A b"}, 400, "/name"),
        ({"name": "fast"}, 409, "/name"),
    ],
)
def test_what_is_no_preset(
    shared_client: httpx.Client, said: Any, status: int, pointer: str | None
) -> None:
    answer = shared_client.post(PRESETS, json={**OURS, **said})
    assert answer.status_code == status, answer.text
    assert [one["pointer"] for one in answer.json()["errors"]] == ([pointer] if pointer else [])


def test_a_job_is_made_with_it(here: Service, client: httpx.Client, clip: str) -> None:
    client.post(PRESETS, json=OURS)
    answer = client.post(CONVERT, json={"input": clip, "preset": "ours"})
    made = recipe(here, answer)
    assert (made["preset"], made["format"], made["video"]["crf"]) == ("ours@1", "webm", 40)
    client.post(PRESETS, json={**OURS, "settings": {"output": {"format": "mkv"}}})
    assert recipe(here, answer) == made
    assert client.get(answer.headers["location"]).json()["preset"] == "ours@1"
    newer = recipe(here, client.post(CONVERT, json={"input": clip, "preset": "ours"}))
    assert (newer["preset"], newer["format"]) == ("ours@2", "matroska")
    named = recipe(here, client.post(CONVERT, json={"input": clip, "preset": "ours@1"}))
    assert (named["preset"], named["video"]["crf"]) == ("ours@1", 40)
    own = {"input": clip, "preset": "web-720p", "output": {"video": {"crf": 30}}}
    mine = recipe(here, client.post(CONVERT, json=own))
    assert (mine["video"]["crf"], mine["video"]["max_bit_rate"]) == (30, 3_000_000)
    assert mine["operations"][0]["width"] == 1280


@pytest.mark.parametrize("preset", ["none", "ours@7", "web-720p@2", "A!", 5])
def test_an_unknown_preset_is_pointed_at(client: httpx.Client, clip: str, preset: Any) -> None:
    for path in (CONVERT, "/api/v1/estimate"):
        answer = client.post(path, json={"input": clip, "preset": preset})
        assert answer.status_code == 400
        assert [one["pointer"] for one in answer.json()["errors"]] == ["/preset"]


@pytest.mark.parametrize("preset", NEWEST)
def test_every_preset_can_be_planned(
    shared: Service, shared_client: httpx.Client, preset: str
) -> None:
    place = shared.roots / "presets.mp4"
    shutil.copyfile(clip_file("plain"), place)
    answer = shared_client.post("/api/v1/estimate", json={"input": str(place), "preset": preset})
    assert answer.status_code == 200, answer.text
    assert answer.json()["estimated"]["output_size_bytes"] > 0


def test_a_preset_counts_in_an_estimate_and_a_batch(
    here: Service, client: httpx.Client, clip: str
) -> None:
    def size_bytes(preset: str) -> int:
        said = {"input": clip, "preset": preset}
        return client.post("/api/v1/estimate", json=said).json()["estimated"]["output_size_bytes"]

    assert size_bytes("podcast-mp3") < size_bytes("prores-edit")
    job = {"input": clip, "preset": "gif-small"}
    made = client.post("/api/v1/batch", json={"jobs": [job]}).json()
    stored = here.do(here.site.jobs.job(made["jobs"][0]["job_id"])).settings
    assert (stored["preset"], stored["format"]) == ("gif-small@1", "gif")
