"""The service, struck: nothing accepted is lost, nothing is seen twice, nothing is left behind."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from collections.abc import Callable, Generator
from contextlib import closing
from pathlib import Path

import pytest

from reelmill.jobs.decide import MOST_ATTEMPTS
from tests.acceptance.command import wait_for
from tests.acceptance.running import CHEAP, FINAL, in_order
from tests.faults.house import House, Running
from tests.media.clips import clip_file

SHORT = "plain"
QUICK = {"preset": "ultrafast"}
"""Everything that is usual, soon."""
LEAST = {"360p/video_360p.mp4", "metadata.json"}
"""What a cheap job makes."""
KILLS = int(os.environ.get("REELMILL_TEST_KILLS", "8"))
"""How often the service is killed at a random moment: more by hand."""
ROUND = 8
"""Fewer than the attempts that a step has."""
JOBS = int(os.environ.get("REELMILL_TEST_JOBS", "12"))
"""How many are queued at once while it is."""


@pytest.fixture
def source() -> Path:
    return clip_file(SHORT)


@pytest.fixture
def house(tmp_path: Path) -> Generator[House]:
    made = House(tmp_path / "data", roots=Path("/"))
    yield made
    made.end()


@pytest.fixture(scope="module")
def interface(tmp_path_factory: pytest.TempPathFactory) -> Generator[tuple[House, Running]]:
    made = House(tmp_path_factory.mktemp("interface") / "data", roots=Path("/"))
    yield made, made.serve("--no-worker")
    made.end()


@pytest.fixture
def open_house(interface: tuple[House, Running]) -> Generator[House]:
    """One interface for many tests; each brings its own workers."""
    made, running = interface
    yield made
    made.end(running)


def test_killed_while_it_encodes_and_started_again(house: House, small_source: Path) -> None:
    first = house.serve()
    job = house.submit(small_source)
    house.encoding(job)
    first.kill()
    wait_for(lambda: not house.children(), "the end of its children")
    house.serve()
    assert house.ended(job)["status"] == "completed"
    assert house.events(job).count("step.lost") == 1
    house.nothing_is_lost(job)


@pytest.mark.parametrize(
    "strike",
    [
        "before:probe",
        "before:publish",
        "after:rename",
        "after:publish",
        "before:commit",
        "after:commit",
        "before:papers",
    ],
)
def test_killed_at_a_seam(open_house: House, source: Path, strike: str) -> None:
    job = open_house.submit(source, settings=QUICK)
    dying = open_house.worker(strike=strike)
    assert dying.process.wait(60) == -signal.SIGKILL, dying.lines
    open_house.worker()
    assert open_house.ended(job)["status"] == "completed"
    open_house.nothing_is_lost(job)


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_interface_killed_around_the_commit(house: House, source: Path, when: str) -> None:
    dying = house.serve("--no-worker", strike=f"{when}:accept")
    with pytest.raises(Exception, match=r"disconnected|reset|closed"):
        house.submit(source, settings=QUICK, key="one and the same")
    dying.process.wait(20)
    house.serve()
    job = house.submit(source, settings=QUICK, key="one and the same")
    listed = house.ask("GET", "/jobs").json()
    assert [one["job_id"] for one in listed["jobs"]] == [job]
    assert house.ended(job)["status"] == "completed"
    house.nothing_is_lost(job)


@pytest.mark.timeout(300 + 10 * KILLS)
def test_killed_at_random_moments(
    house: House, source: Path, record_property: Callable[[str, object], None]
) -> None:
    """In rounds: a step that was under way at ten of them is given up, and rightly."""
    running = house.serve()
    chance = random.Random(7)
    for begun in range(0, KILLS, ROUND):
        jobs = [
            house.submit(source, settings=QUICK, priority=chance.randint(1, 10)) for _ in range(4)
        ]
        for _ in range(begun, min(begun + ROUND, KILLS)):
            time.sleep(chance.uniform(0.1, 1.5))
            running.kill()
            running = house.serve()
        assert [house.ended(job)["status"] for job in jobs] == ["completed"] * len(jobs)
        house.nothing_is_lost(*jobs)
    record_property("kills", KILLS)


def test_many_jobs_and_a_service_that_is_killed(open_house: House, source: Path) -> None:
    """All end, none is done twice, and the better ones begin first, whoever begins them."""
    chance = random.Random(11)
    priorities = [chance.randint(1, 10) for _ in range(JOBS)]
    jobs = [open_house.submit(source, priority=one, settings=CHEAP) for one in priorities]
    slots = {"REELMILL_CPU_SLOTS": "2", "REELMILL_ENCODER_THREADS": "1"}
    running = open_house.worker(**slots)
    for _ in range(MOST_ATTEMPTS - 2):  # else a slow machine gives a step up, as it should
        time.sleep(chance.uniform(1.0, 3.0))
        running.kill()
        running = open_house.worker(**slots)
        if all(open_house.job(job)["status"] in FINAL for job in jobs):
            break
    assert [open_house.ended(job)["status"] for job in jobs] == ["completed"] * JOBS
    in_order({job: open_house.log(job) for job in jobs}, dict(zip(jobs, priorities, strict=True)))
    open_house.nothing_is_lost(*jobs, files=LEAST)


def test_a_worker_that_slept_past_its_lease(open_house: House, small_source: Path) -> None:
    sleeper = open_house.worker()
    job = open_house.submit(small_source)
    open_house.encoding(job)
    sleeper.strike(signal.SIGSTOP)
    open_house.worker()
    open_house.until(job, lambda _: "step.lost" in open_house.events(job))
    sleeper.strike(signal.SIGCONT)
    assert open_house.ended(job)["status"] == "completed"
    open_house.nothing_is_lost(job)
    assert sleeper.process.poll() is None  # and works on
    assert sleeper.stop() < 10


def test_a_stopped_ffmpeg_is_seen_and_replaced(house: House, small_source: Path) -> None:
    """What hangs together is made apart."""
    house.serve(REELMILL_STALL_SECONDS="2")
    job = house.submit(small_source)
    house.encoding(job)
    for pid in house.children():
        os.kill(pid, signal.SIGSTOP)
    ended = house.ended(job)
    assert ended["status"] == "completed"
    assert "steps_separated" in [one["code"] for one in ended["warnings"]]
    assert house.events(job).count("step.separated") == 1
    house.nothing_is_lost(job)


def test_a_locked_database(house: House, small_source: Path) -> None:
    """For longer than a lease lasts: the work is void, and is done again."""
    house.serve()
    job = house.submit(small_source)
    house.encoding(job)
    with closing(sqlite3.connect(house.folder / "reelmill.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        wait_for(lambda: not house.children(), "the end of the child without a beat")
        other.execute("ROLLBACK")
    assert house.ended(job)["status"] == "completed"
    house.nothing_is_lost(job)


@pytest.mark.parametrize(("first", "then"), [(3600, 0), (0, 3600)])
def test_a_moved_clock(house: House, small_source: Path, first: int, then: int) -> None:
    """A step that is to be tried again in 5 s is, though the clock says in an hour."""
    before = house.serve(strike=f"clock:{first}", REELMILL_STALL_SECONDS="1")
    job = house.submit(
        small_source, settings={**CHEAP, "preset": "veryfast"}
    )  # one output: no parts
    house.encoding(job)
    for pid in house.children():
        os.kill(pid, signal.SIGSTOP)
    house.until(job, lambda _: "step.delayed" in house.events(job))
    before.kill()
    house.serve(strike=f"clock:{then}")
    assert house.ended(job)["status"] == "completed"
    house.nothing_is_lost(job, files=LEAST)


def test_a_soft_stop_gives_back(house: House, small_source: Path) -> None:
    first = house.serve()
    job = house.submit(small_source)
    house.encoding(job)
    assert first.stop() < 10
    assert not house.children()
    second = house.serve()
    assert house.ended(job)["status"] == "completed"
    events = house.events(job)
    assert ("step.given_back" in events, "step.lost" in events) == (True, False)
    house.nothing_is_lost(job)
    assert second.stop() < 10


def test_a_cancelled_job_is_gone_at_once(open_house: House, long_source: Path) -> None:
    open_house.worker()
    job = open_house.submit(long_source)
    open_house.encoding(job)
    assert open_house.ask("DELETE", f"/jobs/{job}").status_code == 200
    began = time.monotonic()
    wait_for(lambda: not open_house.children(), "the end of the child")
    assert time.monotonic() - began < 2
    open_house.nothing_is_lost(job)
    wait_for(lambda: not (open_house.storage / "processed" / job).exists(), "the end of its files")


def test_two_workers_and_one_interface_on_one_file(open_house: House, source: Path) -> None:
    workers: list[Running] = [open_house.worker(REELMILL_CPU_SLOTS="1") for _ in range(2)]
    jobs = [open_house.submit(source, settings=QUICK) for _ in range(6)]
    assert [open_house.ended(job)["status"] for job in jobs] == ["completed"] * 6
    open_house.nothing_is_lost(*jobs)
    for job in jobs:
        begun = open_house.events(job).count("step.begun")
        assert begun == open_house.job(job)["attempts"] == len(set_of_steps(open_house, job))
    assert all(one.process.poll() is None for one in workers)


def set_of_steps(house: House, job: str) -> set[str]:
    answer = house.ask("GET", f"/jobs/{job}/logs", params={"lines": 1000}).json()["entries"]
    return {one["data"]["step"] for one in answer if one.get("kind") == "step.begun"}
