"""Killed while a batch is accepted, and between its last end and who is told of it."""

from __future__ import annotations

import signal
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.acceptance.receiving import (
    answering,
    arrived,
    deliveries,
    messages,
    receiver_settings,
    settled,
)
from tests.contract.fetcher.peer import Peer, peer
from tests.faults.house import House
from tests.media.clips import clip_file


@pytest.fixture
def other() -> Generator[Peer]:
    with peer() as made:
        yield made


@pytest.fixture
def house(tmp_path: Path, other: Peer) -> Generator[House]:
    made = House(tmp_path / "data", roots=Path("/"), **receiver_settings(other, timeout="60"))
    yield made
    made.end()


def said(**fields: Any) -> dict[str, Any]:
    job = {"input": str(clip_file("plain"))}
    return {"jobs": [job, job, job], "validate_files": False, **fields}


@pytest.mark.parametrize(("strike", "there"), [("after:batched", 0), ("after:batch", 3)])
def test_it_is_accepted_whole_or_not_at_all(house: House, strike: str, there: int) -> None:
    dying = house.serve("--no-worker", strike=strike)
    headers = {"Idempotency-Key": "one and the same"}
    with suppress(httpx.TransportError):
        house.ask("POST", "/batch", json=said(), headers=headers)
    assert dying.process.wait(30) == -signal.SIGKILL, dying.lines
    house.serve("--no-worker")
    assert house.ask("GET", "/jobs").json()["total"] == there
    answer = house.ask("POST", "/batch", json=said(), headers=headers).json()
    assert house.ask("GET", "/jobs").json()["total"] == 3
    batch = house.ask("GET", f"/batch/{answer['batch_id']}").json()
    assert batch["counts"]["pending"] == batch["total"] == 3
    assert house.ask("GET", "/batch").json()["total"] == 1


@pytest.mark.parametrize(("strike", "seen"), [("before:post", 1), ("after:post", 2)])
def test_its_end_is_told(house: House, other: Peer, strike: str, seen: int) -> None:
    url = answering(other, "/hook", 200)
    dying = house.serve("--no-worker", strike=strike)
    batch = house.ask("POST", "/batch", json=said(webhook_url=url)).json()["batch_id"]
    with suppress(httpx.TransportError):
        house.ask("DELETE", f"/batch/{batch}")
    assert dying.process.wait(30) == -signal.SIGKILL, dying.lines
    house.serve("--no-worker")
    ended = house.ask("DELETE", f"/batch/{batch}").json()
    assert (ended["status"], ended["counts"]["cancelled"]) == ("cancelled", 3)
    arrived(other, "/hook", seen)
    (one,) = deliveries(house, batch_id=batch)
    assert settled(house, one["delivery_id"], ("delivered",))["status"] == "delivered"
    assert [came.id for came in messages(other, "/hook")] == [one["delivery_id"]] * seen
    secret = house.ask("GET", "/webhooks/secret").json()["secret"]
    for came in messages(other, "/hook"):
        event = came.verified(secret)
        assert event["type"] == "batch.completed"
        assert (event["data"]["batch_id"], event["data"]["cancelled"]) == (batch, 3)


def test_it_is_told_when_a_worker_has_ended_the_last(house: House, other: Peer) -> None:
    """Killed before the telling, by the process that did the work: told once by the next one."""
    url = answering(other, "/hook", 200)
    house.serve("--no-worker")
    job = {"input": str(clip_file("plain")), "output": "mp3"}
    made = house.ask("POST", "/batch", json=said(jobs=[job], webhook_url=url)).json()
    dying = house.worker(strike="after:ended")
    assert dying.process.wait(60) == -signal.SIGKILL, dying.lines
    house.worker()
    (came,) = arrived(other, "/hook", 1)
    data = came.said["data"]
    assert (data["status"], data["completed"]) == ("completed", 1)
    job_id = made["jobs"][0]["job_id"]
    assert house.events(job_id).count("job.completed") == 1
    assert house.ask("GET", f"/batch/{made['batch_id']}").json()["progress_percent"] == 100
