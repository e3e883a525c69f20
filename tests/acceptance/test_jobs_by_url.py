"""Jobs of files that another server has, through the running service."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Generator
from pathlib import Path

import pytest

from reelmill.client import Client
from tests.acceptance.running import CHEAP
from tests.contract.fetcher.peer import Handler, Peer, peer
from tests.faults.house import KEY, House
from tests.media.clips import clip_file

pytestmark = pytest.mark.xdist_group("jobs by url")  # one service for all


@pytest.fixture(scope="module")
def other() -> Generator[Peer]:
    with peer() as made:
        made.answers |= {"/whole.mp4": whole, "/My%20talk.mp4": dropping}
        made.answers["/page.mp4"] = lambda handler: handler.say(200, b"<html>no video</html>")
        made.answers["/gone.mp4"] = lambda handler: handler.say(404)
        made.answers["/away.mp4"] = lambda handler: handler.say(
            302, Location=f"http://169.254.169.254:{made.port}/latest/meta-data"
        )
        yield made


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, other: Peer) -> Generator[House]:
    made = House(tmp_path_factory.mktemp("url") / "data", roots=Path("/nowhere"), **policy(other))
    made.serve()
    yield made
    made.end()


def policy(other: Peer) -> dict[str, str]:
    return {
        "REELMILL_FETCH__PORTS": f"[{other.port}]",
        "REELMILL_FETCH__NETWORKS": '["127.0.0.1/32"]',
    }


def body() -> bytes:
    return clip_file("plain").read_bytes()


def whole(handler: Handler) -> None:
    handler.say(200, body())


def dropping(handler: Handler) -> None:
    """A third at a time."""
    asked = handler.headers.get("Range")
    first = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
    size = len(body())
    told = {"Content_Range": f"bytes {first}-{size - 1}/{size}"} if first else {}
    part = body()[first:][: size // 3 + 1]
    length = str(size - first)
    handler.say(206 if first else 200, part, Content_Length=length, ETag='"1"', **told)


def test_a_file_over_a_bad_line(house: House, other: Peer) -> None:
    asked = {"url": other.url("/My%20talk.mp4"), "metadata": {"from": "afar"}}
    answer = house.ask("POST", "/jobs/url", json=asked)
    assert answer.status_code == 202, answer.text
    job = house.ended(answer.json()["job_id"])
    assert (job["status"], job["filename"], job["source_type"]) == (
        *("completed", "My talk.mp4", "url"),
    )
    tasks = {task["name"]: task for task in job["tasks"]}
    assert [*tasks][:3] == ["fetch_source", "validate_video", "upload_to_minio"]
    assert tasks["fetch_source"]["status"] == "completed"
    assert tasks["upload_to_minio"]["reason"] == "it was fetched straight into the storage"
    assert len([path for path, _ in other.asked if "talk" in path]) == 3
    house.nothing_is_lost(job["job_id"])
    kept = house.storage / "raw" / f"{job['job_id']}_original.mp4"
    assert kept.read_bytes() == body()
    (fetched,) = [one for one in house.log(job["job_id"]) if one["kind"] == "source.fetched"]
    assert fetched["data"]["sha256"] == hashlib.sha256(body()).hexdigest()


def test_the_download_is_a_phase_of_its_own(house: House, other: Peer) -> None:
    """Half of the file comes at once, then nothing: who watches sees it, and time left grows."""
    seen = threading.Event()

    def stalling(handler: Handler) -> None:
        half = len(body()) // 2
        handler.say(200, body()[: half // 2], Content_Length=str(len(body())))
        handler.wfile.write(body()[half // 2 : half])
        while not seen.wait(0.05) and not handler.peer.closing.is_set():
            pass
        handler.wfile.write(body()[half:])

    other.answers["/stalling.mp4"] = stalling
    with Client(house.url, KEY) as client:
        job = client.submit(other.url("/stalling.mp4"), settings=CHEAP)
        left: list[float] = []
        for event in client.events(job.job_id):
            for task in event.data.get("tasks", ()):
                if task["name"] == "fetch_source" and 40 < (task["percentage"] or 0) < 60:
                    left.append(task["eta_seconds"])
                    if left[-1] > left[0]:
                        seen.set()
        assert sorted(left) == left
        assert left[-1] > left[0]
        assert client.job(job.job_id).status == "completed"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/page.mp4", "input_unreadable"),
        ("/gone.mp4", "fetch_failed"),
        ("/away.mp4", "url_blocked"),
    ],
)
def test_what_turns_out_to_be_none(house: House, other: Peer, path: str, code: str) -> None:
    url = other.url(f"{path}?signature=S3CRET")
    job = house.ended(house.ask("POST", "/jobs/url", json={"url": url}).json()["job_id"])
    assert (job["status"], job["error"]["code"]) == ("failed", code)
    assert "S3CRET" not in house.said()
    house.nothing_is_lost(job["job_id"])
    assert not [*(house.storage / "raw").glob(f"{job['job_id']}*")]


@pytest.mark.parametrize(
    "url",
    [
        *(
            "file:///etc/passwd",
            "http://10.1.2.3:PORT/",
            "http://localhost:22/",
            "http://[::1]:PORT",
        ),
        *("http://me@127.0.0.1:PORT/", "http://169.254.169.254:PORT/", "not a url"),
    ],
)
def test_what_is_refused_at_once(house: House, other: Peer, url: str) -> None:
    before = house.ask("GET", "/jobs").json()["total"]
    answer = house.ask("POST", "/jobs/url", json={"url": url.replace("PORT", str(other.port))})
    assert (answer.status_code, answer.json()["code"]) == (422, "url_blocked")
    assert house.ask("GET", "/jobs").json()["total"] == before


def test_killed_while_it_fetches(tmp_path: Path, other: Peer) -> None:
    """It is fetched again; a job that was cancelled meanwhile is not."""
    house = House(tmp_path / "data", roots=Path("/nowhere"), **policy(other))
    try:
        _kill_while_fetching(house, other)
    finally:
        house.end()


def _kill_while_fetching(house: House, other: Peer) -> None:
    running = house.serve()

    def strike(handler: Handler) -> None:
        other.answers["/killed.mp4"] = whole
        handler.say(200, body()[:1000], Content_Length=str(len(body())))
        running.kill()

    other.answers["/killed.mp4"] = strike
    answer = house.ask("POST", "/jobs/url", json={"url": other.url("/killed.mp4")})
    running.process.wait(20)
    house.serve()
    job = house.ended(answer.json()["job_id"])
    assert job["status"] == "completed"
    house.nothing_is_lost(job["job_id"])
