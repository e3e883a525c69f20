"""Webhooks of the running service, to a receiver that misbehaves as told."""

from __future__ import annotations

import time
from collections.abc import Generator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks.webhooks import WebhookVerificationError

from tests.acceptance.receiving import (
    answering,
    arrived,
    deliveries,
    endpoint,
    hang,
    messages,
    receiver_settings,
    sent_test,
    settled,
)
from tests.acceptance.running import CHEAP
from tests.contract.fetcher.peer import Handler, Peer, peer
from tests.faults.house import House
from tests.media.clips import clip_file

pytestmark = pytest.mark.xdist_group("webhooks")  # one service for all


@pytest.fixture(scope="module")
def other() -> Generator[Peer]:
    with peer() as made:
        yield made


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, other: Peer) -> Generator[House]:
    folder = tmp_path_factory.mktemp("webhooks") / "data"
    made = House(folder, roots=Path("/"), **receiver_settings(other))
    made.serve()
    yield made
    made.end()


def test_a_job_is_told_from_beginning_to_end(house: House, other: Peer) -> None:
    hook = endpoint(house, answering(other, "/all", 204))
    job = house.submit(
        clip_file("plain"),
        settings=CHEAP,
        metadata={"title": "Ü"},
        webhook_url=answering(other, "/own", 200),
        webhook_events=["started", "job.completed"],
    )
    own = arrived(other, "/own", 2)
    told = arrived(other, "/all", 3)
    secret = house.ask("GET", "/webhooks/secret").json()["secret"]
    assert {one.verified(secret)["type"] for one in own} == {"job.started", "job.completed"}
    said = {one.type: one.verified(hook["secret"])["data"] for one in told}
    assert set(said) == {"job.queued", "job.started", "job.completed"}
    with pytest.raises(WebhookVerificationError):
        told[0].verified(secret)
    last = said["job.completed"]
    assert (last["job_id"], last["status"], last["progress_percent"]) == (job, "completed", 100)
    assert (last["user_metadata"], last["error"]) == ({"title": "Ü"}, None)
    assert len({one.id for one in (*told, *own)}) == 5

    done = house.until(job, lambda now: notification(now)["status"] == "completed")
    assert done["status"] == "completed"
    assert notification(done)["completed_at"] >= done["completed_at"]
    logged = {one["kind"]: one["sequence"] for one in house.log(job)}
    assert {kind: data["sequence"] for kind, data in said.items()} == {
        kind: logged[kind] for kind in said
    }
    listed = deliveries(house, job_id=job)
    assert {one["status"] for one in listed} == {"delivered"}
    assert len(listed) == 5
    assert house.ask("DELETE", f"/webhooks/endpoints/{hook['endpoint_id']}").status_code == 200


def notification(job: dict[str, Any]) -> dict[str, Any]:
    return next(one for one in job["tasks"] if one["name"] == "send_notification")


def test_what_is_not_taken_is_sent_again(house: House, other: Peer) -> None:
    hook = endpoint(house, answering(other, "/again", 500, hang, 404, 200), events=["failed"])
    first = settled(house, sent_test(house, hook["endpoint_id"]))
    assert first["status"] == "failed"  # the schedule of this installation ends there
    assert [one["status_code"] for one in first["attempts"]] == [500, None, 404]
    assert first["attempts"][0]["answer_excerpt"] == "500 it is"
    assert first["attempts"][1]["error"].startswith("fetch_timeout")
    answer = house.ask(
        "POST",
        f"/webhooks/deliveries/{first['delivery_id']}/replay",
        headers={"Idempotency-Key": "replay"},
    )
    assert (answer.status_code, answer.json()["status"]) == (202, "waiting")
    last = settled(house, first["delivery_id"], ("delivered",))
    assert (len(last["attempts"]), last["last_error"]) == (4, None)
    came = messages(other, "/again")
    assert {one.id for one in came} == {first["delivery_id"]}
    assert {one.body for one in came} == {came[0].body}
    for one in came:
        assert one.verified(hook["secret"])["type"] == "webhook.test"


def test_gone_is_gone(house: House, other: Peer) -> None:
    hook = endpoint(house, answering(other, "/gone", 410))
    one = settled(house, sent_test(house, hook["endpoint_id"]))
    assert (one["status"], one["attempt_count"]) == ("failed", 1)
    now = house.ask("GET", f"/webhooks/endpoints/{hook['endpoint_id']}").json()
    assert (now["enabled"], now["disabled_reason"]) == (False, "the receiver answered 410 Gone")
    refused = house.ask("POST", f"/webhooks/endpoints/{hook['endpoint_id']}/test")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")


def test_a_receiver_says_when(house: House, other: Peer) -> None:
    at: list[float] = []

    def busy(handler: Handler) -> None:
        at.append(time.monotonic())
        handler.say(503, Retry_After="2")

    def free(handler: Handler) -> None:
        at.append(time.monotonic())
        handler.say(200)

    hook = endpoint(house, answering(other, "/busy", busy, free))
    assert settled(house, sent_test(house, hook["endpoint_id"]))["status"] == "delivered"
    assert at[1] - at[0] >= 2.0


def test_redirects_are_not_followed(house: House, other: Peer) -> None:
    def away(handler: Handler) -> None:
        handler.say(307, Location=f"http://169.254.169.254:{other.port}/latest")

    def here(handler: Handler) -> None:
        handler.say(308, Location=other.url("/landed"))

    answering(other, "/landed", 200)
    hook = endpoint(house, answering(other, "/moved", away, here))
    one = settled(house, sent_test(house, hook["endpoint_id"]))
    assert one["status"] == "failed"
    assert [attempt["status_code"] for attempt in one["attempts"]] == [307, 308, 308]
    assert messages(other, "/landed") == []


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254:{port}/",
        "http://10.0.0.1:{port}/",
        "http://localhost:1/",
        "http://2130706434:{port}/",
        "http://user:pass@127.0.0.1:{port}/",
    ],
)
def test_where_nobody_is_asked(house: House, other: Peer, url: str) -> None:
    to = url.format(port=other.port)
    refused = house.ask("POST", "/webhooks/endpoints", json={"url": to})
    assert (refused.status_code, refused.json()["code"]) == (422, "url_blocked")
    assert refused.json()["errors"][0]["pointer"] == "/url"
    asked = {"file_path": str(clip_file("plain")), "webhook_url": to}
    refused = house.ask("POST", "/jobs/filesystem", json=asked)
    assert refused.json()["errors"][0]["pointer"] == "/webhook_url"


def test_secrets_are_rotated(house: House, other: Peer) -> None:
    hook = endpoint(house, answering(other, "/rotated", 200))
    rotate = f"/webhooks/endpoints/{hook['endpoint_id']}/rotate"
    new = house.ask("POST", rotate, params={"keep_seconds": 3600}).json()
    left = datetime.fromisoformat(new["previous_secret_until"])
    assert left > datetime.fromisoformat(new["updated_at"])
    settled(house, sent_test(house, hook["endpoint_id"]))
    (one,) = messages(other, "/rotated")
    assert one.verified(hook["secret"]) == one.verified(new["secret"])
    newest = house.ask("POST", rotate, params={"keep_seconds": 0}).json()
    settled(house, sent_test(house, hook["endpoint_id"]))
    last = messages(other, "/rotated")[-1]
    assert last.verified(newest["secret"])
    for old in (hook, new):
        with pytest.raises(WebhookVerificationError):
            last.verified(old["secret"])


def test_no_log_holds_a_secret(house: House, other: Peer) -> None:
    hook = endpoint(house, answering(other, "/quiet", 500, 200) + "?token=T0KEN")
    settled(house, sent_test(house, hook["endpoint_id"]))
    said = house.said()
    assert "webhook" in said
    for secret in ("whsec_", hook["secret"].removeprefix("whsec_"), "T0KEN"):
        assert secret not in said
