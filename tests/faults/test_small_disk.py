"""A service on a disk that is too small: it waits for room, and with room everything ends well."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.command import wait_for
from tests.contract.fetcher.peer import Handler, peer
from tests.faults.conftest import Disk
from tests.faults.house import House
from tests.media.clips import clip_file

WAITING = "step.waiting_for_room"
LADDER: dict[str, Any] = {"rungs": ["360p"], "preset": "ultrafast", "quality": False}


@pytest.fixture
def house(disk: Disk) -> Generator[House]:
    """Everything of it on the small disk: its storage and its database."""
    made = House(disk.place / "data", roots=Path("/"), REELMILL_DISK_RESERVE_BYTES="1000000")
    yield made
    made.end()


PACKAGINGS = {"hls": "master.m3u8", "hls-fmp4": "master_fmp4.m3u8", "cmaf": "cmaf/manifest.mpd"}
"""And a list that each of them makes."""


def wanted(packaging: str) -> set[str]:
    return {"360p/video_360p.mp4", "metadata.json", PACKAGINGS[packaging]}


def test_fed_until_it_is_full(disk: Disk, house: House) -> None:
    """Estimates keep steps from beginning; what was accepted is done once there is room."""
    disk.resize(4_000)
    house.serve()
    jobs: dict[str, str] = {}
    for packaging in [*PACKAGINGS] * 3:
        settings = {**LADDER, "packaging": [packaging]}
        asked = {"file_path": str(clip_file("plain")), "settings": settings}
        answer = house.ask("POST", "/jobs/filesystem", json=asked)
        if answer.status_code == 202:
            jobs[answer.json()["job_id"]] = packaging
        else:  # the database has no room for one more either
            assert (answer.status_code, answer.json()["code"]) == (507, "storage_full")
    assert {*jobs.values()} == {*PACKAGINGS}
    wait_for(
        lambda: any(WAITING in house.events(job) for job in jobs), "a step without room", seconds=60
    )
    upload = house.ask("POST", "/jobs/upload", files={"file": ("a.mp4", b"x" * 4_000_000)})
    assert (upload.status_code, upload.json()["code"]) == (507, "storage_full")
    checks = house.ask("GET", "/health/detailed").json()["checks"]
    assert checks["disk_space"]["status"] == "degraded"
    disk.resize(90_000)
    for job, packaging in jobs.items():
        assert house.ended(job)["status"] == "completed"
        house.is_whole(job, wanted(packaging))
    house.nothing_is_lost(*(job for job, packaging in jobs.items() if packaging == "hls"))


def test_full_in_the_middle(disk: Disk, house: House, small_source: Path) -> None:
    """Somebody else takes all that was free, so the database cannot be written either."""
    disk.resize(60_000)
    house.serve()
    job = house.submit(small_source, settings={**LADDER, "packaging": ["hls", "cmaf"]})
    house.encoding(job)
    other = disk.place / "somebody else's"
    fill(other)
    wait_for(lambda: not house.children(), "the end of the child that could not write", seconds=60)
    other.unlink()
    assert house.ended(job)["status"] == "completed"
    events = house.events(job)
    assert {WAITING, "step.lost"} & {*events}, events
    house.nothing_is_lost(job, files=wanted("hls") | wanted("cmaf"))


def fill(path: Path) -> None:
    """Take what is free, to the last page."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        while True:
            os.write(file, bytes(4096))
    except OSError:
        pass
    finally:
        os.close(file)


def test_what_is_fetched_waits_too(disk: Disk, small_source: Path) -> None:
    """Its length is told before it comes; the first attempt ends there."""
    content = small_source.read_bytes() + bytes(8_000_000)

    def whole(handler: Handler) -> None:
        handler.say(200, content)

    with peer() as other:
        other.answers["/a.mp4"] = whole
        policy = {
            "REELMILL_FETCH__PORTS": f"[{other.port}]",
            "REELMILL_FETCH__NETWORKS": '["127.0.0.1/32"]',
            "REELMILL_DISK_RESERVE_BYTES": "1000000",
        }
        house = House(disk.place / "data", roots=Path("/nowhere"), **policy)
        try:
            disk.resize(6_000)
            house.serve()
            settings: dict[str, Any] = {**LADDER, "packaging": []}
            asked = {"url": other.url("/a.mp4"), "settings": settings}
            job = house.ask("POST", "/jobs/url", json=asked).json()["job_id"]
            house.until(job, lambda _: WAITING in house.events(job))
            disk.resize(60_000)
            assert house.ended(job)["status"] == "completed"
            house.nothing_is_lost(job, files={"360p/video_360p.mp4"})
        finally:
            house.end()
