"""Webhooks as the interface tells them, without anybody who sends."""

from __future__ import annotations

import httpx
import pytest

from reelmill.model.webhooks import Sent

from .making import upload
from .service import Service

URL = "https://93.184.215.14/hook"
HOOK = {"url": URL, "events": ["completed", "job.failed", "completed"]}
ENDPOINTS = "/api/v1/webhooks/endpoints"
DELIVERIES = "/api/v1/webhooks/deliveries"


def test_an_endpoint_lives(client: httpx.Client) -> None:
    made = client.post(ENDPOINTS, json={**HOOK, "description": "mine"})
    said = made.json()
    assert made.status_code == 201
    assert made.headers["location"] == f"{ENDPOINTS}/{said['endpoint_id']}"
    assert said.pop("secret").startswith("whsec_")
    assert "won't be shown again" in said.pop("warning")
    assert said["events"] == ["job.completed", "job.failed"]
    assert client.get(made.headers["location"]).json() == said
    assert client.get(ENDPOINTS).json() == {"endpoints": [said]}
    off = client.patch(made.headers["location"], json={"enabled": False, "events": ["progress"]})
    assert (off.json()["enabled"], off.json()["events"]) == (False, ["job.progress"])
    assert (off.json()["url"], off.json()["description"]) == (URL, "mine")
    assert client.delete(made.headers["location"]).status_code == 200
    assert client.get(made.headers["location"]).status_code == 404


def test_made_once_and_its_secret_told_once(client: httpx.Client) -> None:
    headers = {"Idempotency-Key": "one"}
    first, second = (client.post(ENDPOINTS, json=HOOK, headers=headers) for _ in range(2))
    assert second.headers["idempotent-replayed"] == "true"
    assert second.json()["endpoint_id"] == first.json()["endpoint_id"]
    assert (second.json()["secret"], second.status_code) == (None, 201)
    assert len(client.get(ENDPOINTS).json()["endpoints"]) == 1
    other = client.post(ENDPOINTS, json={**HOOK, "events": ["queued"]}, headers=headers)
    assert other.json()["code"] == "idempotency_mismatch"


def test_strangers_find_nothing(here: Service, client: httpx.Client, admin: httpx.Client) -> None:
    made = client.post(ENDPOINTS, json=HOOK).json()
    place = f"{ENDPOINTS}/{made['endpoint_id']}"
    sent = client.post(f"{place}/test", headers={"Idempotency-Key": "t"}).json()
    again = client.post(f"{place}/test", headers={"Idempotency-Key": "t"}).json()
    assert again == sent
    with here.client(here.key("stranger")) as stranger:
        for method, path in (
            ("GET", place),
            ("PATCH", place),
            ("DELETE", place),
            ("POST", f"{place}/rotate"),
            ("POST", f"{place}/test"),
            ("GET", f"{DELIVERIES}/{sent['delivery_id']}"),
            ("POST", f"{DELIVERIES}/{sent['delivery_id']}/replay"),
        ):
            body = {"enabled": False} if method == "PATCH" else None
            assert stranger.request(method, path, json=body).status_code == 404, path
        assert stranger.get(ENDPOINTS).json() == {"endpoints": []}
        assert stranger.get(DELIVERIES).json()["total"] == 0
        mine = stranger.get("/api/v1/webhooks/secret").json()["secret"]
    assert mine != client.get("/api/v1/webhooks/secret").json()["secret"]
    assert admin.get(DELIVERIES).json()["total"] == 1
    assert admin.get(place).status_code == 200
    replay = client.post(f"{DELIVERIES}/{sent['delivery_id']}/replay")
    assert (replay.status_code, replay.json()["code"]) == (409, "conflict")


def test_the_secret_of_a_keys_jobs(client: httpx.Client) -> None:
    first = client.get("/api/v1/webhooks/secret").json()
    assert client.get("/api/v1/webhooks/secret").json() == first
    second = client.post("/api/v1/webhooks/secret/rotate").json()
    assert second["secret"] != first["secret"]
    assert second["previous_secret_until"]


def test_an_upload_with_a_webhook(here: Service, client: httpx.Client) -> None:
    fields = {"webhook_url": URL, "webhook_events": "queued, job.completed"}
    job_id = upload(client, **fields).json()["job_id"]
    (one,) = client.get(DELIVERIES, params={"job_id": job_id}).json()["deliveries"]
    assert (one["type"], one["url"], one["status"]) == ("job.queued", URL, "waiting")
    sending = here.do(here.site.webhooks.claim("sender", 9))
    assert sending is not None
    sent = Sent(outcome="again", status_code=500, error="no", excerpt="oh", delay_seconds=60)
    assert here.do(here.site.webhooks.settle(sending, sent))
    full = client.get(f"{DELIVERIES}/{one['delivery_id']}").json()
    assert full["payload"]["data"]["job_id"] == job_id
    assert full["next_attempt_at"] > full["created_at"]
    assert [(two["status_code"], two["answer_excerpt"]) for two in full["attempts"]] == [
        (500, "oh")
    ]


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"url": "ftp://example.com/"}, "/url"),
        ({**HOOK, "events": []}, "/events"),
        ({**HOOK, "events": ["job.exploded"]}, "/events/0"),
        ({**HOOK, "secret": "mine"}, "/secret"),
        ({**HOOK, "description": "a\0"}, "/description"),
    ],
)
def test_refusals(shared_client: httpx.Client, asked: object, pointer: str) -> None:
    refused = shared_client.post(ENDPOINTS, json=asked)
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["pointer"] == pointer


def test_events_for_nobody(client: httpx.Client) -> None:
    refused = upload(client, webhook_events="completed")
    assert refused.json()["errors"][0]["pointer"] == "/webhook_events"


def test_it_is_described(shared: Service) -> None:
    with shared.client() as nobody:
        paths = nobody.get("/openapi.json").json()["paths"]
    found = {
        one["operationId"]
        for path, operations in paths.items()
        if path.startswith("/api/v1/webhooks")
        for one in operations.values()
    }
    assert found == {
        *("createWebhookEndpoint", "listWebhookEndpoints", "getWebhookEndpoint"),
        *("changeWebhookEndpoint", "deleteWebhookEndpoint", "rotateWebhookSecret"),
        *("testWebhookEndpoint", "getJobWebhookSecret", "rotateJobWebhookSecret"),
        *("listWebhookDeliveries", "getWebhookDelivery", "replayWebhookDelivery"),
    }
