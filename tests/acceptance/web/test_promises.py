"""Idempotency, limits, keys, health and pages."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.media.clips import clip_file

from .making import upload
from .service import ADMIN, Service, service

KEYS = "/api/v1/admin/api-keys"


def _asked(here: Service, **more: Any) -> dict[str, Any]:
    path = here.roots / "clip.mp4"
    path.write_bytes(clip_file("plain_720p").read_bytes())
    return {"file_path": str(path), **more}


def test_the_same_request_is_done_once(here: Service, client: httpx.Client) -> None:
    sent = {"Idempotency-Key": "one"}
    first = upload(client, headers=sent)
    again = upload(client, headers=sent)
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert len(here.files()) == 1
    assert client.get("/api/v1/jobs").json()["total"] == 1
    other = upload(client, headers=sent, priority="2")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    with here.client(here.key("another")) as another:
        assert upload(another, headers=sent).json()["job_id"] != first.json()["job_id"]


def test_the_order_of_names_does_not_matter(here: Service, client: httpx.Client) -> None:
    asked = _asked(here, priority=3)
    sent = {"Idempotency-Key": "two", "Content-Type": "application/json"}
    url = "/api/v1/jobs/filesystem"
    first = client.post(url, content=json.dumps(asked), headers=sent)
    turned = dict(reversed(asked.items()))
    again = client.post(url, content=json.dumps(turned, indent=1), headers=sent)
    assert again.json()["job_id"] == first.json()["job_id"]


def test_a_refused_request_may_be_repeated(here: Service, client: httpx.Client) -> None:
    sent = {"Idempotency-Key": "three"}
    url = "/api/v1/jobs/filesystem"
    wrong = client.post(url, json={"file_path": f"{here.roots}/clip.mp4"}, headers=sent)
    assert wrong.status_code == 404
    assert client.post(url, json=_asked(here), headers=sent).status_code == 202


def test_a_request_that_is_being_answered(here: Service, client: httpx.Client) -> None:
    key_id = here.do(here.site.keys.keys())[0].key_id
    old = datetime.now(UTC) - timedelta(days=1)
    here.do(here.site.idempotency.reserve(key_id, "four", "api", old))
    answer = client.post(
        "/api/v1/jobs/filesystem", json=_asked(here), headers={"Idempotency-Key": "four"}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert answer.headers["retry-after"] == "1"


def test_keys(here: Service, admin: httpx.Client) -> None:
    asked = {"name": "Production App", "rate_limit_per_hour": 500}
    sent = {"Idempotency-Key": "key"}
    made = admin.post(KEYS, json=asked, headers=sent)
    said = made.json()
    assert made.status_code == 201
    assert set(said) >= {"api_key", "name", "rate_limit_per_hour", "created_at", "warning"}
    repeated = admin.post(KEYS, json=asked, headers=sent).json()
    assert repeated["key_id"] == said["key_id"]
    assert repeated["api_key"] is None
    url = f"{KEYS}/{said['key_id']}"
    assert "api_key" not in admin.get(url).json()

    with here.client(said["api_key"]) as client:
        assert client.get("/api/v1/jobs").status_code == 200
        changed = admin.patch(url, json={"allowed_networks": ["10.0.0.0/8"]}).json()
        assert changed["allowed_networks"] == ["10.0.0.0/8"]
        assert changed["rate_limit_per_hour"] == 500
        assert client.get("/api/v1/jobs").status_code == 403
        admin.patch(url, json={"allowed_networks": []})
        rotated = admin.post(f"{url}/rotate").json()["api_key"]
        assert client.get("/api/v1/jobs").status_code == 401
    with here.client(rotated) as client:
        assert client.get("/api/v1/jobs").status_code == 200
        past = admin.post(f"{url}/extend", json={"expires_at": "2020-01-01T00:00:00Z"})
        assert past.json()["active"] is False
        assert client.get("/api/v1/jobs").status_code == 401
        admin.post(f"{url}/extend", json={"expires_at": None})
        assert client.get("/api/v1/jobs").status_code == 200
        assert admin.delete(url).json()["active"] is False
        assert client.get("/api/v1/jobs").status_code == 401
    assert admin.get(f"{url}/usage").json() == {"days": []}
    assert len(admin.get(KEYS).json()["api_keys"]) == 1
    assert admin.patch(url, json={"name": "a\u0007"}).status_code == 400
    assert admin.get(f"{KEYS}/none").status_code == 404


def test_requests_are_counted(here: Service) -> None:
    with here.client(here.key(rate_limit_per_minute=3)) as client:
        answers = [client.get("/api/v1/jobs") for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert answers[0].headers["ratelimit-policy"] == '"minute";q=3;w=60'
    assert answers[0].headers["ratelimit"].startswith('"minute";r=2;t=')
    last = answers[-1]
    assert last.json()["code"] == "rate_limited"
    assert 0 < int(last.headers["retry-after"]) <= 60
    assert last.headers["ratelimit"].startswith('"minute";r=0;')


def test_guesses_are_counted(tmp_path: Path) -> None:
    with service(tmp_path / "s", failures_per_minute=3) as here, here.client("no") as client:
        answers = [client.get("/api/v1/jobs").status_code for _ in range(4)]
    assert answers == [401, 401, 401, 429]


def test_one_endpoint_has_a_limit_of_its_own(tmp_path: Path) -> None:
    config = {"endpoint_limits": {"getStatistics": 1}}
    with service(tmp_path / "s", **config) as here, here.client(here.key()) as client:
        codes = [client.get("/api/v1/stats").status_code for _ in range(2)]
        assert codes == [200, 429]
        assert client.get("/api/v1/jobs").status_code == 200


def test_the_queue_has_an_end(tmp_path: Path) -> None:
    with service(tmp_path / "s", max_queued_jobs=1) as here, here.client(here.key()) as client:
        assert upload(client).status_code == 202
        full = upload(client)
        assert (full.status_code, full.json()["code"]) == (503, "queue_full")
        assert full.json()["retryable"] is True
        assert "retry-after" in full.headers
        assert len(here.files()) == 1


def test_the_minutes_of_a_month(here: Service) -> None:
    with here.client(here.key(monthly_minutes=0)) as client:
        answer = upload(client)
    assert (answer.status_code, answer.json()["code"]) == (429, "rate_limited")
    assert here.nothing()


def test_health_needs_no_key(shared: Service) -> None:
    with shared.client() as nobody:
        assert nobody.get("/live").json() == {"status": "alive"}
        assert nobody.get("/ready").json()["status"] == "healthy"
        for path in ("/health", "/api/v1/health"):
            assert nobody.get(path).json()["status"] == "degraded"  # there is no worker
        checks = nobody.get("/api/v1/health/detailed").json()["checks"]
        assert checks["database"]["status"] == "healthy"
        assert checks["hardware_acceleration"]["status"] in ("healthy", "not_configured")
        assert checks["redis"] == {"status": "not_configured", "detail": None}
        assert nobody.get("/api/v1/health/minio").status_code == 200
        assert nobody.get("/api/v1/health/db").json()["status"] == "healthy"
        assert "libx264" in nobody.get("/api/v1/capabilities").json()["host"]["encoders"]


def test_pages_need_no_internet(shared: Service) -> None:
    with shared.client() as nobody:
        for path in ("/docs", "/redoc"):
            page = nobody.get(path)
            assert page.status_code == 200
            assert "http" not in page.text
            assert "default-src 'none'" in page.headers["content-security-policy"]
        script = nobody.get("/docs/assets/swagger-ui-bundle.js")
        assert script.headers["content-type"].startswith("text/javascript")
        assert nobody.get("/docs/assets/..%2f__init__.py").status_code == 404
        described = nobody.get("/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    schemas = described["components"]["schemas"]
    assert "Problem" in schemas
    for path, operations in described["paths"].items():
        for operation in operations.values():
            assert operation["operationId"]
            if path.startswith("/api/v1/jobs"):
                assert "application/problem+json" in operation["responses"]["401"]["content"]


@pytest.mark.parametrize(("origin", "allowed"), [("https://a.example", True), ("https://b", False)])
def test_cors_by_setting(tmp_path: Path, origin: str, *, allowed: bool) -> None:
    config = {"cors_origins": ("https://a.example",)}
    with service(tmp_path / "s", **config) as here, here.client(ADMIN, Origin=origin) as client:
        answer = client.get("/api/v1/jobs")
    assert (answer.headers.get("access-control-allow-origin") == origin) is allowed


@pytest.mark.parametrize(
    ("origins", "origin", "allowed"),
    [
        (("https://a.example",), "https://a.example", True),
        (("https://a.example",), "https://a.example.evil", False),
        (("https://a.example",), "http://a.example", False),
        (("https://a.example",), "null", False),
        ((), "https://a.example", False),
    ],
)
def test_a_browser_asks_first(
    tmp_path: Path, origins: tuple[str, ...], origin: str, *, allowed: bool
) -> None:
    """Without a key, which is what it asks to be allowed to send."""
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-api-key, idempotency-key, content-type",
    }
    with service(tmp_path / "s", cors_origins=origins, failures_per_minute=2) as here:
        with here.client(**asked) as page:
            answers = [page.options("/api/v1/jobs/upload") for _ in range(3)]
        with here.client() as page:
            stranger = page.get("/api/v1/jobs", headers={"Origin": origin})
    assert (stranger.headers.get("access-control-allow-origin") == origin) is allowed
    for answer in answers:
        headers = answer.headers
        assert (headers.get("access-control-allow-origin") == origin) is allowed
        if allowed:
            assert answer.status_code == 200
            assert "POST" in headers["access-control-allow-methods"]
            granted = headers["access-control-allow-headers"].lower().replace(" ", "").split(",")
            assert {"x-api-key", "idempotency-key", "content-type"} <= {*granted}
            assert "origin" in headers["vary"].lower()
        else:
            assert answer.status_code >= 400


def test_every_answer_is_guarded(shared: Service, shared_client: httpx.Client) -> None:
    headers = shared_client.get("/api/v1/jobs").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert shared.nothing()
