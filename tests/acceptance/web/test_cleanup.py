"""What an administrator may throw away by the interface."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import httpx

from .making import upload
from .service import Service

CLEANUP = "/api/v1/admin/cleanup"


def cancelled(client: httpx.Client) -> str:
    job_id = upload(client).json()["job_id"]
    assert client.delete(f"/api/v1/jobs/{job_id}").status_code == 200
    return job_id


def orphan(here: Service) -> None:
    """A file of no job, of two hours ago."""
    place = here.storage_folder / "processed" / "nobody" / "a.mp4"
    place.parent.mkdir(parents=True)
    place.write_bytes(b"x")
    long_ago = (datetime.now(UTC) - timedelta(hours=2)).timestamp()
    os.utime(place.parent, (long_ago, long_ago))


def test_what_is_old_goes_and_is_told(here: Service, admin: httpx.Client) -> None:
    old, dead = cancelled(admin), here.storage_folder / ".reelmill" / "attempt-dead"
    kept = upload(admin).json()["job_id"]
    orphan(here)
    dead.mkdir(parents=True)
    before = here.files()
    dry = admin.post(CLEANUP, params={"days": 0, "dry_run": True})
    assert dry.status_code == 200
    assert dry.json()["dry_run"] is True
    assert here.files() == before
    assert dead.exists()
    done = admin.post(CLEANUP, params={"days": 0}).json()
    assert done["counts"] == dry.json()["counts"] == {"job": 1, "orphan": 1}
    assert {one["what"] for one in done["removed"]} == {old, "processed/nobody"}
    assert done["removed"] == dry.json()["removed"]
    assert done["dead_workplaces"] == 1
    assert len(here.files()) == 1
    assert admin.get(f"/api/v1/jobs/{old}").status_code == 404
    assert admin.get(f"/api/v1/jobs/{kept}").json()["status"] == "pending"
    assert admin.post(CLEANUP, params={"days": 0}).json()["counts"] == {}


def test_without_days_the_settings_count(here: Service, admin: httpx.Client) -> None:
    job = cancelled(admin)
    assert admin.post(CLEANUP).json()["counts"] == {}
    assert admin.get(f"/api/v1/jobs/{job}").status_code == 200
    assert here.files()


def test_who_may_not(here: Service, admin: httpx.Client, client: httpx.Client) -> None:
    job = cancelled(admin)
    assert client.post(CLEANUP, params={"days": 0}).status_code == 403
    for days in (-1, "nan", "inf", "x"):
        assert admin.post(CLEANUP, params={"days": days}).status_code == 400
    assert admin.get(f"/api/v1/jobs/{job}").status_code == 200
    assert here.files()
