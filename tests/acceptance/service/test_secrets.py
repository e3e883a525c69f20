"""What opens something is never in a log, at its most talkative."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.acceptance.running import CHEAP
from tests.contract.fetcher.peer import Peer, peer
from tests.faults.house import House
from tests.media.clips import clip_file

SECRET = "S3CRET"


@pytest.fixture
def other() -> Generator[Peer]:
    with peer() as made:
        made.answers["/whole.mp4"] = lambda handler: handler.say(
            200, clip_file("plain").read_bytes(), Set_Cookie=f"session={SECRET}-cookie"
        )
        made.answers["/moved.mp4"] = lambda handler: handler.say(
            302, Location=f"/whole.mp4?token={SECRET}-moved"
        )
        yield made


def test_no_secret_is_ever_logged(tmp_path: Path, other: Peer) -> None:
    house = House(
        tmp_path / "data",
        roots=clip_file("plain").parent,
        REELMILL_LOG_LEVEL="debug",
        REELMILL_SECRET=f"{SECRET}-that-signs-playback-urls-for-all",
        REELMILL_FETCH__PORTS=f"[{other.port}]",
        REELMILL_FETCH__NETWORKS='["127.0.0.1/32"]',
    )
    try:
        running = house.serve()
        tokens = [*asked(house, other)]
        assert running.stop() < 10
        said = house.said()
    finally:
        house.end()
    assert '"event": "request"' in said  # it did talk
    assert SECRET not in said
    for token in tokens:
        assert token not in said


def asked(house: House, other: Peer) -> Generator[str]:
    """Use every kind of secret, rightly and wrongly; those that the service made."""
    yield house.key
    made = house.ask("POST", "/admin/api-keys", json={"name": "app"}).json()
    yield made["api_key"]
    for headers in (
        {"X-API-Key": f"rm_0123456789ab_{SECRET}{'A' * 37}"},
        {"X-API-Key": SECRET},
        {"Authorization": f"Bearer {SECRET}"},
        {"X-API-Key": made["api_key"], "Cookie": f"a={SECRET}"},
    ):
        house.ask("GET", f"/jobs?api_key={SECRET}&metadata.x={SECRET}", headers=headers)
    house.ask("GET", f"/none?signature={SECRET}")
    job = house.submit(clip_file("plain"), key=f"{SECRET}-once", settings=CHEAP)
    house.submit(clip_file("plain"), key=f"{SECRET}-once", settings=CHEAP)
    urls = [f"/moved.mp4?X-Amz-Signature={SECRET}", f"/none.mp4?sig={SECRET}"]
    other.answers["/none.mp4"] = lambda handler: handler.say(404)
    for url in [*(other.url(path) for path in urls), f"http://me:{SECRET}@127.0.0.1/"]:
        answer = house.ask("POST", "/jobs/url", json={"url": url, "settings": CHEAP})
        if answer.status_code == 202:
            house.ended(answer.json()["job_id"])
    house.ended(job)
    (found,) = [
        one["url"]
        for one in house.ask("GET", f"/jobs/{job}/artifacts").json()["artifacts"]
        if one["path"].endswith("360p.mp4")
    ]
    token = found.split("/v/")[1].split("/")[0]
    yield token
    for path in (found, found.replace(token, f"9-{SECRET}"), f"{found}?also={SECRET}"):
        house.ask("GET", "/../../.." + path.removeprefix(house.url))
