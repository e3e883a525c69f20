from __future__ import annotations

import errno
import json
from collections.abc import Iterator

import pytest

from reelmill.model.errors import (
    CancelledError,
    InvalidRequestError,
    NotFoundError,
    QueueFullError,
    ReelmillError,
    StorageFullError,
    UnauthorizedError,
)
from reelmill.web.problems import STATUSES, answer, known, responses, shown_path, status_of
from reelmill.web.rates import limited

SCOPE = {"path": "/v/secret/job/a.ts", "state": {"request_id": "r"}}
ENDS_OF_JOBS = {
    *("worker_lost", "stalled", "timeout", "resource_exceeded", "sandbox_denied"),
    "webhook_failed",
}


def kinds(of: type[ReelmillError]) -> Iterator[type[ReelmillError]]:
    yield of
    for kind in of.__subclasses__():
        yield from kinds(kind)


def test_every_code_has_a_status() -> None:
    codes = {kind.code for kind in kinds(ReelmillError)}
    assert codes - STATUSES.keys() == ENDS_OF_JOBS | {"cancelled"}
    assert status_of(CancelledError("x")) == 500


@pytest.mark.parametrize(
    ("error", "code", "status"),
    [
        (OSError(errno.ENOSPC, "full"), "storage_full", 507),
        (OSError(errno.EDQUOT, "full"), "storage_full", 507),
        (OSError(errno.EIO, "the disk is on fire at /secret"), "internal", 503),
        (ConnectionRefusedError("postgres://user:password@host"), "internal", 503),
        (TimeoutError(), "internal", 503),
    ],
)
def test_what_the_outside_says_is_translated(error: OSError, code: str, status: int) -> None:
    said = known(error)
    assert said is not None
    assert (said.code, status_of(said), said.retryable) == (code, status, True)
    assert "secret" not in said.message
    assert "password" not in said.message


def test_what_nobody_expected_is_not_told() -> None:
    assert known(KeyError("secret")) is None


def test_the_document() -> None:
    made = answer(SCOPE, InvalidRequestError("no", output="rungs"))
    assert json.loads(bytes(made.body)) == {
        "type": "urn:reelmill:error:invalid_request",
        "title": "Bad Request",
        "status": 400,
        "detail": "no",
        "code": "invalid_request",
        "retryable": False,
        "request_id": "r",
        "instance": "/v/***/job/a.ts",
        "errors": [{"pointer": "/rungs", "message": "no", "in": "body"}],
    }


@pytest.mark.parametrize(
    ("error", "header", "value"),
    [
        (limited("no", 0.2), "retry-after", "1"),
        (limited("no", 59.1), "retry-after", "60"),
        (QueueFullError("no"), "retry-after", "10"),
        (StorageFullError("no"), "retry-after", "60"),
        (NotFoundError("no"), "retry-after", None),
        (UnauthorizedError("no"), "www-authenticate", 'Bearer realm="reelmill"'),
    ],
)
def test_headers(error: ReelmillError, header: str, value: str | None) -> None:
    assert answer(SCOPE, error).headers.get(header) == value


def test_secrets_are_not_shown() -> None:
    assert shown_path("/v/token/job/360p/a.ts") == "/v/***/job/360p/a.ts"
    assert shown_path("/api/v1/jobs") == "/api/v1/jobs"


def test_descriptions() -> None:
    assert set(responses(404)) == {401, 403, 404, 429, 500, 503}
