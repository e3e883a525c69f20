"""What the interface says that this installation can do."""

from __future__ import annotations

from typing import Any, get_args

import httpx
import pytest

from reelmill.model.containers import PlainFormat
from reelmill.recipes.operations.all import OPERATION_TYPES

from .service import Service


@pytest.fixture(scope="module")
def said(shared: Service) -> dict[str, Any]:
    """No key is needed."""
    with shared.client() as nobody:
        return nobody.get("/api/v1/capabilities").json()


def test_formats_with_their_codecs(said: dict[str, Any]) -> None:
    assert said["formats"].keys() == {*get_args(PlainFormat)}
    webm = said["formats"]["webm"]
    assert (webm["video"], webm["audio"]) == (["vp9", "av1"], ["opus", "vorbis"])
    assert (webm["subtitles"], webm["copied"]) == (["webvtt"], ["vp8"])
    assert said["formats"]["matroska"]["words"] == ["mkv", "matroska"]


def test_operations_with_their_fields(said: dict[str, Any]) -> None:
    assert {word for one in said["operations"] for word in one["words"]} == OPERATION_TYPES
    (trim,) = [one for one in said["operations"] if one["type"] == "trim"]
    assert "start_time" in trim["fields"]["properties"]
    assert trim["description"]


def test_the_host(said: dict[str, Any]) -> None:
    assert "libx264" in said["encoders"]
    assert said["ffmpeg_version"] == said["host"]["ffmpeg_version"]
    assert set(said["hardware"]) <= {"nvenc", "qsv", "vaapi", "videotoolbox", "amf"}
    assert any("Noto Sans" in one for one in said["fonts"])
    assert said["sandbox"] in ("none", "partial", "strong")


def test_limits_and_presets(said: dict[str, Any]) -> None:
    assert (said["limits"]["batch_jobs"], said["limits"]["requests_per_minute"]) == (100, 1000)
    assert said["limits"]["source"]["max_size_bytes"] == 20 * 10**9
    assert "web-720p@1" in said["presets"]
    assert said["tiers"] == ["fast", "balanced", "high"]


def test_the_room(admin: httpx.Client) -> None:
    room = admin.get("/api/v1/admin/storage").json()
    assert 0 < room["free_bytes"] <= room["capacity_bytes"]
    assert (room["reserved_bytes"], room["steps_without_room"], room["outputs_bytes"]) == (0, 0, 0)
