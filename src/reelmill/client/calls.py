"""What is asked, and what is made of the answers: the same for both clients.

A call is a generator. It yields requests, is sent the answers, and returns its result; who runs
it does the input and output.
"""

import json
from base64 import b64encode
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx

from reelmill.client.errors import ApiError
from reelmill.client.job import Artifact, Job

T = TypeVar("T")
PREFIX = "/api/v1"
PART_BYTES = 16 << 20
"""Sent in one request: what breaks costs no more than this."""
MOST_TRIES = 8
FIRST_PAUSE_SECONDS, MOST_PAUSE_SECONDS = 0.5, 20.0
CONFLICT = 409
TUS = {"Tus-Resumable": "1.0.0"}
OFFSET_MEDIA_TYPE = "application/offset+octet-stream"


@dataclass(frozen=True)
class Ask:
    """One request.

    Attributes:
        safe: whether it may be sent again when nobody knows what became of it.
        raw: whether errors come back as answers.
    """

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    content: bytes | None = None
    params: Mapping[str, str] = field(default_factory=dict[str, str])
    safe: bool = True
    raw: bool = False


Call = Generator[Ask, httpx.Response, T]


def pause_seconds(tries: int, error: ApiError | None) -> float:
    """Before the next try, after so many."""
    if error is not None and error.retry_after_seconds is not None:
        return error.retry_after_seconds
    return min(FIRST_PAUSE_SECONDS * 2 ** (tries - 1), MOST_PAUSE_SECONDS)


def post(path: str, body: Mapping[str, Any], idempotency_key: str | None = None) -> Ask:
    """A POST of JSON; under a key it may be sent again."""
    headers = {"Content-Type": "application/json"}
    if idempotency_key is not None:
        headers["Idempotency-Key"] = idempotency_key
    content = json.dumps({k: v for k, v in body.items() if v is not None}).encode()
    return Ask("POST", path, headers, content, safe=idempotency_key is not None)


def job(job_id: str) -> Call[Job]:
    """A job as it is now."""
    answer = yield Ask("GET", f"/jobs/{job_id}")
    return Job(answer.json())


def jobs(**filters: str) -> Call[list[Job]]:
    """Jobs, newest first; the filters are those of `GET /api/v1/jobs`."""
    answer = yield Ask("GET", "/jobs", params=filters)
    return [Job(one) for one in answer.json()["jobs"]]


def cancel(job_id: str, *, purge: bool) -> Call[None]:
    """End a job; with `purge`, forget one that is at its end."""
    yield Ask("DELETE", f"/jobs/{job_id}", params={"purge": "true"} if purge else {})


def retry(job_id: str, idempotency_key: str) -> Call[None]:
    """Do again what is not done."""
    yield post(f"/jobs/{job_id}/retry", {}, idempotency_key)


def artifacts(job_id: str) -> Call[list[Artifact]]:
    """What a job has made."""
    answer = yield Ask("GET", f"/jobs/{job_id}/artifacts")
    return [
        Artifact(one["path"], one["size_bytes"], one.get("segment_count") or 0)
        for one in answer.json()["artifacts"]
    ]


def make(kind: str, body: Mapping[str, Any], idempotency_key: str) -> Call[Job]:
    """A job of something that the service has or can get; as it is right after."""
    answer = yield post(f"/jobs{kind}", body, idempotency_key)
    return (yield from job(answer.json()["job_id"]))


def upload(path: Path, sent: Callable[[int, int], None]) -> Call[str]:
    """Bring a file to the service in parts, each of which stays; its upload id.

    Raises:
        ApiError: the service refuses it.
        ValueError: the file changed meanwhile.
    """
    size = path.stat().st_size
    name = b64encode(path.name.encode()).decode()
    headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": f"filename {name}"}
    answer = yield Ask("POST", "/uploads", headers, safe=False)
    place = httpx.URL(answer.headers["Location"]).path.removeprefix(PREFIX)
    at = 0
    with path.open("rb") as file:
        while at < size:
            file.seek(at)
            part = file.read(PART_BYTES)
            if not part:
                raise ValueError(f"{path} has become shorter")
            where = {**TUS, "Upload-Offset": str(at), "Content-Type": OFFSET_MEDIA_TYPE}
            answer = yield Ask("PATCH", place, where, part, raw=True)
            if answer.status_code == CONFLICT:  # it came, but we did not hear of it
                answer = yield Ask("HEAD", place, TUS)
            elif answer.is_error:
                raise ApiError(answer)
            at = int(answer.headers["Upload-Offset"])
            sent(at, size)
    return place.rpartition("/")[2]
