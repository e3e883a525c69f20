"""The interface, with a real worker behind it."""

from __future__ import annotations

import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.acceptance.command import everything
from tests.acceptance.running import CHEAP, FINAL, Installation
from tests.faults.conftest import FakeFfmpeg
from tests.media.clips import clip_file


def test_what_failed_may_be_tried_again(place: Installation, tmp_path: Path) -> None:
    """Once FFmpeg is as it should be; and a purge takes everything but the operator's file."""
    source = tmp_path / "film.mp4"
    shutil.copyfile(clip_file("plain"), source)
    place.serve("--no-worker")
    broken = place.worker(
        **FakeFfmpeg(tmp_path / "ffmpeg").doing("echo 'no, thank you' >&2; exit 1")
    )
    job = place.submit(source, settings=CHEAP)
    failed = place.ended(job)
    assert failed["status"] == "failed"
    assert failed["error"]["code"] == "command_failed"
    lines = place.ask("GET", f"/jobs/{job}/logs").json()["lines"]
    assert any("no, thank you" in line for line in lines)
    assert broken.stop() < 10
    place.worker()
    answer = place.ask("POST", f"/jobs/{job}/retry", headers={"Idempotency-Key": "again"})
    assert (answer.status_code, answer.json()["status"]) == (202, "processing")
    done = place.ended(job)
    assert (done["status"], done["error"]) == ("completed", None)
    replayed = place.ask("POST", f"/jobs/{job}/retry", headers={"Idempotency-Key": "again"})
    assert (replayed.status_code, replayed.headers["idempotent-replayed"]) == (202, "true")
    assert place.ask("POST", f"/jobs/{job}/retry").status_code == 409
    assert place.events(job).count("job.completed") == 1

    assert everything(place.storage) != []
    assert place.ask("DELETE", f"/jobs/{job}", params={"purge": True}).status_code == 200
    files = [one for one in place.storage.rglob("*") if not one.is_dir()]
    assert files == []
    assert source.read_bytes() == clip_file("plain").read_bytes()


def test_a_key_with_one_job_at_a_time(place: Installation) -> None:
    """Its others wait, though there is room for them; those of other keys do not."""
    place.serve("--no-worker")
    limited = place.here("keys", "create", "slow", "--concurrent-jobs", "1").out.strip()
    body = {"file_path": str(clip_file("plain")), "settings": CHEAP, "priority": 10}
    answers = [
        place.ask("POST", "/jobs/filesystem", json=body, headers={"X-API-Key": limited})
        for _ in range(3)
    ]
    assert [one.status_code for one in answers] == [202] * 3
    mine = [one.json()["job_id"] for one in answers]
    other = place.submit(clip_file("plain"), settings=CHEAP, priority=1)
    place.worker(REELMILL_CPU_SLOTS="4", REELMILL_IO_SLOTS="4")
    assert {place.ended(job)["status"] for job in (*mine, other)} == {"completed"}
    spans = [span(place, job) for job in mine]
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert span(place, other)[0] < spans[-1][0]  # of the lowest priority, and yet before the last


def test_jobs_that_are_forgotten_under_its_hands(place: Installation) -> None:
    """Cancelled and purged as soon as they are begun, again and again: the worker goes on."""
    running = place.serve()
    body = {"file_path": str(clip_file("plain")), "settings": CHEAP}
    for number in range(24):
        job = place.ask("POST", "/jobs/filesystem", json=body).json()["job_id"]
        for _ in range(number % 8):
            place.job(job)
        place.ask("DELETE", f"/jobs/{job}")
        place.ask("DELETE", f"/jobs/{job}", params={"purge": "true"})
    last = place.submit(clip_file("plain"), settings=CHEAP)
    assert place.ended(last)["status"] == "completed"
    assert running.process.poll() is None
    assert "Traceback" not in place.said()


def span(place: Installation, job: str) -> tuple[str, str]:
    """When it was begun, and when it ended."""
    log: list[dict[str, Any]] = place.log(job)
    begun = next(one["at"] for one in log if one["kind"] == "job.started")
    ended = next(one["at"] for one in log if one["kind"] in [f"job.{end}" for end in FINAL])
    return begun, ended
