"""Estimates of a running service learn from the jobs that it has done."""

from __future__ import annotations

import math
import sqlite3
import time
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from tests.acceptance.running import LONG_SECONDS
from tests.faults.house import House
from tests.media.clips import clip_file

pytestmark = pytest.mark.xdist_group("estimates")  # one service for all

SLOWER = 8
"""How much longer the steps are said to have taken than they did."""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Generator[House]:
    made = House(tmp_path_factory.mktemp("estimates") / "data", roots=Path("/"))
    made.serve()
    yield made
    made.end()


def estimated(house: House, body: dict[str, Any], at_least: int = 0) -> dict[str, Any]:
    """An estimate that so many steps have a part in; what is known may be some seconds old."""
    ends = time.monotonic() + LONG_SECONDS
    while time.monotonic() < ends:
        answer = house.ask("POST", "/estimate", json=body)
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.json()
        if said["factors"]["calibrated_by"] >= at_least:
            return said
        time.sleep(0.2)
    raise AssertionError("nothing was learned")


def recorded(house: House) -> tuple[float, float]:
    """Wall and CPU of the steps that were done, after they are said to have taken longer."""
    with closing(sqlite3.connect(house.folder / "reelmill.db")) as database, database:
        database.execute(
            "UPDATE attempts SET wall_seconds = wall_seconds * ?, cpu_seconds = cpu_seconds * ?",
            (SLOWER, SLOWER),
        )
        rows = database.execute(
            "SELECT wall_seconds, cpu_seconds FROM attempts WHERE cpu_seconds > 0"
        ).fetchall()
    return median(row[0] for row in rows), median(row[1] for row in rows)


def off(said: float, happened: float) -> float:
    return abs(math.log(said / happened))


def test_what_happened_brings_the_next_estimate_nearer(house: House) -> None:
    body = {"input": str(clip_file("plain")), "operations": [{"type": "resize", "width": 320}]}
    first = estimated(house, body)
    assert first["factors"]["calibrated_by"] == 0
    sizes: list[int] = []
    for _ in range(3):
        answer = house.ask("POST", "/convert", json=body)
        assert answer.status_code == 202, answer.text
        assert answer.json()["estimated_cost"]["calibrated_by"] is not None
        done = house.ended(answer.json()["job"]["id"])
        assert done["status"] == "completed", done["error"]
        sizes.append(done["outputs"]["output"]["size_bytes"])
    wall, cpu = recorded(house)
    now = estimated(house, body, 3)
    assert off(now["estimated"]["duration_seconds"], wall) < off(
        first["estimated"]["duration_seconds"], wall
    )
    assert off(now["factors"]["cpu_seconds"], cpu) < off(first["factors"]["cpu_seconds"], cpu)
    assert now["estimated"]["output_size_bytes"] == pytest.approx(median(sizes), rel=0.05)
    planned = house.ask("POST", "/plan", json={"convert": body}).json()["plan"]
    assert planned["estimate"]["calibrated_by"] == 3


def test_a_plan_that_is_stored_stays_as_it_is(house: House) -> None:
    body = {"input": str(clip_file("plain")), "output": "mp3"}
    job = house.ask("POST", "/convert", json=body).json()["job"]["id"]
    house.ended(job)
    before = house.ask("GET", f"/jobs/{job}/plan").json()
    recorded(house)
    estimated(house, body, 1)
    assert house.ask("GET", f"/jobs/{job}/plan").json() == before
    assert before["estimate"]["calibrated_by"] == 0
