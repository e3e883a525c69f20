"""Many jobs at once, on few slots: all end, and the better ones begin first."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor

from tests.acceptance.running import CHEAP, Installation, in_order
from tests.media.clips import clip_file

JOBS = 50


def test_many_jobs(place: Installation) -> None:
    chance = random.Random(3)
    running = place.serve("--no-worker")
    source = clip_file("plain")
    priorities = [chance.randint(1, 10) for _ in range(JOBS)]

    def submit(priority: int) -> str:
        return place.submit(source, priority=priority, settings=CHEAP)

    with ThreadPoolExecutor(8) as pool:
        jobs = [*pool.map(submit, priorities)]
    worker = place.worker(REELMILL_CPU_SLOTS="2", REELMILL_ENCODER_THREADS="1")

    assert {place.ended(job)["status"] for job in jobs} == {"completed"}
    logs = {job: place.log(job) for job in jobs}
    in_order(logs, dict(zip(jobs, priorities, strict=True)))
    begun = [
        (job, one["data"]["step"])
        for job, log in logs.items()
        for one in log
        if one["kind"] == "step.begun"
    ]
    assert len(begun) == len({*begun})  # and nothing was done twice
    assert worker.stop() < 10
    assert running.stop() < 10
