"""What is asked, and what is made of the answers: the same for both clients."""

import json
from collections.abc import Mapping
from typing import Any

import httpx

from reelmill.client.effects import Ask, Call, Pause
from reelmill.client.errors import ApiError
from reelmill.client.job import Artifact, Job

PREFIX = "/api/v1"
MOST_TRIES = 8
FIRST_PAUSE_SECONDS, MOST_PAUSE_SECONDS = 0.5, 20.0


def pause(tries: int, error: ApiError | None = None) -> Pause:
    """Before the next try, after so many."""
    if error is not None and error.retry_after_seconds is not None:
        return Pause(error.retry_after_seconds)
    return Pause(min(FIRST_PAUSE_SECONDS * 2 ** (tries - 1), MOST_PAUSE_SECONDS))


def answered(ask: Ask, *, safe: bool = True, accepted: int | None = None) -> Call[httpx.Response]:
    """The answer to a request, after some tries.

    Args:
        ask: the request.
        safe: whether it may be sent again when nobody knows what became of it.
        accepted: a status that is an answer as well.

    Raises:
        ApiError: it was refused.
        httpx.TransportError: no answer could be had.
    """
    tries = 0
    while True:
        tries += 1
        refused: ApiError | None = None
        try:
            answer: httpx.Response = yield ask
            if not answer.is_error or answer.status_code == accepted:
                return answer
            refused = ApiError(answer)
            if not (refused.retryable and safe) or tries >= MOST_TRIES:
                raise refused
        except httpx.TransportError:
            if not safe or tries >= MOST_TRIES:
                raise
        yield pause(tries, refused)


def post(path: str, body: Mapping[str, Any], idempotency_key: str) -> Call[httpx.Response]:
    """A POST of JSON; under its key it may be sent again."""
    headers = {"Content-Type": "application/json", "Idempotency-Key": idempotency_key}
    return answered(Ask("POST", path, headers, json.dumps(body).encode()))


def said(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Those fields of a body that something is said of."""
    return {name: value for name, value in fields.items() if value is not None}


def check() -> Call[None]:
    """Ask once for something that costs little."""
    answer: httpx.Response = yield Ask("GET", "/jobs", params={"limit": "1"})
    if answer.is_error:
        raise ApiError(answer)


def job(job_id: str) -> Call[Job]:
    """A job as it is now."""
    answer = yield from answered(Ask("GET", f"/jobs/{job_id}"))
    return Job(answer.json())


def jobs(**filters: str) -> Call[list[Job]]:
    """Jobs, newest first; the filters are those of `GET /api/v1/jobs`."""
    answer = yield from answered(Ask("GET", "/jobs", params=filters))
    return [Job(one) for one in answer.json()["jobs"]]


def cancel(job_id: str, *, purge: bool) -> Call[None]:
    """End a job; with `purge`, forget one that is at its end."""
    params = {"purge": "true"} if purge else {}
    yield from answered(Ask("DELETE", f"/jobs/{job_id}", params=params))


def retry(job_id: str, idempotency_key: str) -> Call[None]:
    """Do again what is not done."""
    yield from post(f"/jobs/{job_id}/retry", {}, idempotency_key)


def artifacts(job_id: str) -> Call[list[Artifact]]:
    """What a job has made."""
    answer = yield from answered(Ask("GET", f"/jobs/{job_id}/artifacts"))
    return [Artifact(one) for one in answer.json()["artifacts"]]


def make(kind: str, body: Mapping[str, Any], idempotency_key: str) -> Call[Job]:
    """A job of something that the service has or can get; as it is right after."""
    answer = yield from post(f"/jobs{kind}", said(body), idempotency_key)
    return (yield from job(answer.json()["job_id"]))
