"""`reelmill keys`: what it makes opens a running service, and what it ends opens nothing."""

from __future__ import annotations

from typing import Any

from tests.acceptance.running import Installation


def opens(place: Installation, key: str, path: str = "/jobs") -> int:
    return place.ask("GET", path, headers={"X-API-Key": key}).status_code


def test_a_key_s_life(place: Installation) -> None:
    place.serve("--no-worker")
    made = place.here("keys", "create", "of a colleague", "--concurrent-jobs", "2")
    key = made.out.strip()
    assert (made.code, made.out, made.err) == (0, f"{key}\n", "")
    assert opens(place, key) == 200
    assert opens(place, key, "/admin/api-keys") == 403

    listed: Any = place.here("keys", "list", "--json").json
    (one,) = listed
    assert (one["name"], one["admin"], one["max_concurrent_jobs"]) == ("of a colleague", False, 2)
    assert "secret_hash" not in one
    _, key_id, secret = key.split("_", 2)
    for words in (place.here("keys", "list").out, str(listed), place.here("keys", "list").err):
        assert secret not in words
    assert one["key_id"] == key_id

    rotated = place.here("keys", "rotate", key_id, "--json").json
    assert rotated["key_id"] == key_id
    assert (opens(place, key), opens(place, rotated["api_key"])) == (401, 200)
    assert place.here("keys", "revoke", key_id).out == f"{key_id} is revoked\n"
    assert opens(place, rotated["api_key"]) == 401
    assert "revoked" in place.here("keys", "list").out
    again = place.here("keys", "rotate", key_id, "--json")
    assert (again.code, again.error["code"]) == (3, "not_found")


def test_terms(place: Installation) -> None:
    place.serve("--no-worker")

    def create(*words: str) -> str:
        ran = place.here("keys", "create", "n", *words, "--json")
        assert ran.code == 0, ran
        return ran.json["api_key"]

    assert opens(place, create("--admin"), "/admin/api-keys") == 200
    assert opens(place, create("--expires", "2001-01-01")) == 401
    assert opens(place, create("--expires", "2101-01-01T10:00:00")) == 200
    assert opens(place, create("--networks", "10.0.0.0/8, ::1")) == 403
    assert opens(place, create("--networks", "10.0.0.0/8,127.0.0.1")) == 200
    once = create("--per-minute", "1")
    assert (opens(place, once), opens(place, once)) == (200, 429)
    assert {"good", "expired", "until"} <= {*place.here("keys", "list").out.split()}


def test_wrong_terms(filled: Installation) -> None:
    before = filled.here("keys", "list", "--json").out
    wrong = {
        ("--networks", "nowhere"): "allowed_networks",
        ("--expires", "tomorrow"): "--expires",
        ("--per-minute", "0"): "--per-minute",
        ("--monthly-minutes", "-1"): "--monthly-minutes",
    }
    for words, name in wrong.items():
        ran = filled.here("keys", "create", "n", *words)
        assert (ran.code, ran.out) == (2, ""), ran
        assert name in ran.err
    assert filled.here("keys", "create", "").code == 2
    for command in ("revoke", "rotate"):
        assert filled.here("keys", command, "nobody").code == 3
    assert filled.here("keys", "list", "--json").out == before
