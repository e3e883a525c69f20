"""All jobs of a key in one stream, cut at random, resumed by its cursor."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Generator
from contextlib import closing
from itertools import islice
from typing import Any

import httpx
import pytest

from tests.acceptance.running import CHEAP, FINAL, KEY, Installation
from tests.acceptance.streams.clients import listening, talking
from tests.acceptance.streams.test_following import logged, of_socket
from tests.media.clips import clip_file

pytestmark = pytest.mark.xdist_group("dashboard")  # one service for all

ADMIN = {"X-API-Key": KEY}
JOBS = 4
ENDS = [f"job.{end}" for end in FINAL]


def submit(house: Installation, headers: dict[str, str]) -> str:
    body = {"file_path": str(clip_file("plain")), "settings": CHEAP}
    url = f"{house.url}/api/v1/jobs/filesystem"
    return httpx.post(url, json=body, headers=headers, timeout=30).json()["job_id"]


def a_key(house: Installation) -> dict[str, str]:
    made = house.ask("POST", "/admin/api-keys", json={"name": "dashboard"}).json()
    return {"X-API-Key": made["api_key"]}


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("by", ["sse", "socket"])
def test_every_event_of_every_job_once(house: Installation, by: str, seed: int) -> None:
    dice = random.Random(seed)
    mine = a_key(house)
    old = submit(house, mine)
    house.ended(old)
    wanted = {submit(house, mine)}
    heard: dict[str, list[int]] = defaultdict(list)
    ended: set[str] = set()
    cursor = ""
    while ended != wanted or len(wanted) < JOBS:
        if len(wanted) < JOBS:  # made while nobody watches
            wanted.add(submit(house, mine))
            submit(house, ADMIN)  # of another key
        told = (_events if by == "sse" else _said)(house, mine, cursor)
        with closing(told):
            for message in islice(told, dice.randrange(1, 9)):
                cursor = message.get("cursor", cursor)
                if message["numbered"]:
                    heard[message["job_id"]].append(message["sequence"])
                if message.get("event") in ENDS:
                    ended.add(message["job_id"])
                if ended == wanted:
                    break
    assert heard.keys() == wanted
    for job_id in wanted:
        assert heard[job_id] == [number for number, _ in logged(house, job_id)]


def _events(house: Installation, headers: dict[str, str], cursor: str) -> Generator[dict[str, Any]]:
    with listening(f"{house.url}/api/v1/events", headers, cursor) as lines:
        for one in lines:
            own = {"cursor": one.id} if one.id else {}
            yield {**one.data, **own, "numbered": one.id is not None}


def _said(house: Installation, headers: dict[str, str], cursor: str) -> Generator[dict[str, Any]]:
    url = f"ws{house.url.removeprefix('http')}/api/v1/ws/events?cursor={cursor}"
    with talking(url, headers) as talk:
        for one in talk:
            if one["type"] not in ("connected", "heartbeat"):
                yield {**one, "numbered": of_socket(one)}
