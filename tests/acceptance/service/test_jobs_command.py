"""`reelmill jobs`: on a folder at rest, and beside a service at work."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.command import finish, reads, reelmill, start, wait_for
from tests.acceptance.running import Installation
from tests.media.clips import clip_file

STATES = ["pending", "validating", "processing", "cancelled", "failed", "completed"]


def states(place: Installation, *words: str) -> dict[str, str]:
    ran = place.here("jobs", "list", *words, "--json")
    assert ran.code == 0, ran.err
    return {one["job_id"]: one["status"] for one in ran.json["jobs"]}


def test_list(filled: Installation) -> None:
    named = {"batched": "pending", **{one: one for one in STATES}}
    assert states(filled) == named
    assert [*states(filled)] == [*named]  # newest first
    assert [*states(filled, "--status", "failed")] == ["failed"]
    assert [*states(filled, "--search", "B")] == ["completed"]
    assert states(filled, "--search", "nothing") == {}
    table = filled.here("jobs", "list", "--limit", "2")
    assert table.out.splitlines()[0].split()[:2] == ["job", "status"]
    assert [line.split()[0] for line in table.out.splitlines()[1:3]] == [*named][:2]
    assert table.out.splitlines()[3] == "2 of 7"
    wrong = filled.here("jobs", "list", "--status", "lost", "--json")
    assert (wrong.code, wrong.error["code"]) == (2, "invalid_request")
    assert wrong.error["message"].startswith("status: ")


def test_show(filled: Installation) -> None:
    said: dict[str, Any] = filled.here("jobs", "show", "failed", "--json").json
    assert (said["status"], said["failure"]["code"]) == ("failed", "command_failed")
    words = filled.here("jobs", "show", "failed").out
    assert "command_failed: it said no" in words
    assert "audio/a.mp3" in words
    assert "a.mp4" not in words


def test_no_such_job(filled: Installation) -> None:
    for command in ("show", "watch", "cancel", "retry", "logs"):
        ran = filled.here("jobs", command, "nobody", "--json")
        assert (ran.code, ran.error["code"]) == (3, "not_found")


def test_cancel(filled: Installation) -> None:
    for job in ("pending", "processing"):
        ran = filled.here("jobs", "cancel", job)
        assert (ran.code, ran.out) == (0, f"{job} is cancelled\n")
    assert filled.here("jobs", "cancel", "validating", "--json").json["status"] == "cancelled"
    for job in ("pending", "completed", "failed"):
        again = filled.here("jobs", "cancel", job, "--json")
        assert (again.code, again.error["code"]) == (2, "conflict")
    assert states(filled)["processing"] == "cancelled"


def test_retry(filled: Installation) -> None:
    ran = filled.here("jobs", "retry", "failed")
    assert (ran.code, ran.out) == (0, "failed is queued again\n")
    assert filled.here("jobs", "retry", "cancelled", "--json").json["run"] == 2
    assert states(filled)["failed"] == "processing"  # what was inspected stays so
    for job in ("failed", "completed", "pending"):
        again = filled.here("jobs", "retry", job, "--json")
        assert (again.code, again.error["code"]) == (2, "conflict")


def test_logs(filled: Installation) -> None:
    found: Any = filled.here("jobs", "logs", "completed", "--json").json
    numbers = [one["sequence"] for one in found if "sequence" in one]
    assert numbers == [*range(1, len(numbers) + 1)]
    assert [one["line"] for one in found if "line" in one] == ["one", "two"]
    words = filled.here("jobs", "logs", "completed").out.splitlines()
    assert len(words) == len(found)
    assert words[0] == "2026-03-01T12:00:00Z job.queued"
    assert any(line.endswith("  encode #1: two") for line in words)
    assert filled.here("jobs", "logs", "completed", "--lines", "1").out.splitlines() == words[-1:]


@pytest.mark.parametrize(
    ("job", "code", "error"),
    [("completed", 0, None), ("failed", 4, "command_failed"), ("cancelled", 130, "cancelled")],
)
def test_watch_tells_how_it_ended(
    filled: Installation, job: str, code: int, error: str | None
) -> None:
    ran = filled.here("jobs", "watch", job, "--json")
    assert ran.code == code
    assert ran.json.get("error", {}).get("code") == error
    assert f"{job} after " in ran.err


def test_watch_stops_by_ctrl_c(filled: Installation) -> None:
    watching = start("jobs", "watch", "pending", "--data-dir", filled.folder)
    wait_for(lambda: reads(watching, filled.folder / "reelmill.db"), "the database open")
    watching.send_signal(signal.SIGINT)
    ended = finish(watching)
    assert ended.code == 130
    assert "Traceback" not in ended.err
    assert states(filled)["pending"] == "pending"


def test_beside_a_service(place: Installation, tmp_path: Path) -> None:
    """Watched from before its beginning; what fails has the exit code that `run` has."""
    place.serve("--no-worker")
    damaged = clip_file("corrupt_gop")
    good, bad, unwanted = (place.submit(path) for path in (clip_file("plain"), damaged, damaged))
    watching = start("jobs", "watch", good, "--data-dir", place.folder)
    wait_for(lambda: reads(watching, place.folder / "reelmill.db"), "the database open")
    assert place.here("jobs", "cancel", unwanted).code == 0
    place.worker()
    alone = reelmill("run", damaged, "-o", tmp_path / "out", "--json")
    failed = finish(start("jobs", "watch", bad, "--data-dir", place.folder, "--json"))
    assert failed.code == alone.code == 3
    told = {name: failed.error[name] for name in ("code", "message", "output")}
    assert told == {name: alone.error[name] for name in told}
    assert finish(watching).code == 0
    assert place.job(good)["status"] == "completed"
    assert place.job(unwanted)["status"] == "cancelled"
    wait_for(lambda: not [*place.storage.glob(".reelmill/*")], "the end of all attempts")
