"""What the service refuses, and what went wrong with a job."""

from collections.abc import Mapping
from typing import Any, cast

import httpx

CODES = {401: "unauthorized", 403: "forbidden", 404: "not_found", 409: "conflict", 413: "too_large"}
"""Of answers without a body: those to HEAD."""


class ApiError(Exception):
    """An answer that is an error (application/problem+json, RFC 9457).

    Attributes:
        code: stable word for programs, `queue_full` and the like.
        status: of HTTP.
        detail: a sentence for people.
        retryable: whether the same request may succeed later.
        retry_after_seconds: when, if the service said so.
        request_id: what the service's log calls the request.
        fields: what is wrong with which field, by pointer.
    """

    def __init__(self, answer: httpx.Response) -> None:
        try:
            said: object = answer.json()
        except ValueError:
            said = {}
        problem = cast("Mapping[str, Any]", said if isinstance(said, dict) else {})
        self.code = str(problem.get("code", CODES.get(answer.status_code, "internal")))
        self.status = answer.status_code
        self.detail = str(problem.get("detail", answer.reason_phrase))
        self.retryable = bool(problem.get("retryable", answer.status_code >= 500))
        after = answer.headers.get("retry-after", "")
        self.retry_after_seconds = float(after) if after.isdecimal() else None
        self.request_id = answer.headers.get("x-request-id", "")
        fields: list[dict[str, str]] = problem.get("errors", [])
        self.fields = {one.get("pointer", ""): one.get("message", "") for one in fields}
        super().__init__(f"{self.code}: {self.detail}")


class JobFailedError(Exception):
    """A job that was waited for ended otherwise than completed.

    Attributes:
        code: of its error; `cancelled`, if it was.
        message: one sentence.
        detail: the last lines of a log, if they say more.
    """

    def __init__(self, code: str, message: str, detail: str = "") -> None:
        self.code, self.message, self.detail = code, message, detail
        super().__init__(f"{code}: {message}")


class BrokenStreamError(Exception):
    """Events cannot be had: what lies between here and the service does not let them through."""


class BrokenDownloadError(Exception):
    """A file came otherwise than it was announced, again and again."""


class SourceChangedError(Exception):
    """A file became another one while it was sent."""


class WebhookSignatureError(Exception):
    """What came is not what the service sent, or is too old."""
