"""Errors as the interface tells them: one table of statuses, one document (RFC 9457)."""

import errno
import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from reelmill.model.errors import (
    InternalError,
    InvalidRequestError,
    NotFoundError,
    RateLimitedError,
    ReelmillError,
    StorageFullError,
)
from reelmill.web.fields import FieldProblem, InvalidFieldsError, fields_of

MEDIA_TYPE = "application/problem+json"

STATUSES: Mapping[str, int] = {
    "invalid_request": 400,
    "unauthorized": 401,
    "forbidden": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "request_timeout": 408,
    "conflict": 409,
    "too_large": 413,
    "target_too_long": 414,
    "unsupported_media": 415,
    "command_rejected": 422,
    "url_blocked": 422,
    "path_rejected": 422,
    "media_limit": 422,
    "input_unreadable": 422,
    "input_truncated": 422,
    "command_failed": 422,
    "idempotency_mismatch": 422,
    "rate_limited": 429,
    "head_too_large": 431,
    "output_invalid": 500,
    "internal": 500,
    "fetch_failed": 502,
    "unavailable": 503,
    "queue_full": 503,
    "sandbox_unavailable": 503,
    "fetch_timeout": 504,
    "storage_full": 507,
}
"""By code. What only a job can end with is none of HTTP's business, and a 500 here."""

ABOUT_FIELDS = frozenset((400, 404, 409, 413, 415, 422))
"""Where what an error is about is a field of the request."""

RETRY_SECONDS = {409: 1, 503: 10, 507: 60}
"""When the same request is welcome again, if its error says that it is."""


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    type: Annotated[str, Field(examples=["urn:reelmill:error:invalid_request"])]
    title: Annotated[str, Field(examples=["Bad Request"])]
    status: Annotated[int, Field(examples=[400])]
    detail: Annotated[str, Field(examples=["/priority: Input should be at most 10"])]
    code: Annotated[str, Field(examples=["invalid_request"])]
    retryable: bool
    request_id: str
    instance: Annotated[str, Field(examples=["/api/v1/jobs/filesystem"])]
    errors: list[FieldProblem] = Field(default_factory=list[FieldProblem])


class UnavailableError(InternalError):
    """The database or the storage does not answer."""


class MethodNotAllowedError(InvalidRequestError):
    """There is such a path, but not with this method."""

    code = "method_not_allowed"


def known(error: Exception) -> ReelmillError | None:
    """What an exception means in the domain's words; None: nobody expected it."""
    match error:
        case ReelmillError():
            return error
        case RequestValidationError():
            return InvalidFieldsError(fields_of(error.errors(), said=error.body))
        case HTTPException(status_code=404):
            return NotFoundError("there is nothing here")
        case HTTPException(status_code=405):
            return MethodNotAllowedError("not with this method")
        case HTTPException():
            return InvalidRequestError(str(error.detail))
        case OSError() if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return StorageFullError("there is no room on the disk")
        case OSError():
            return UnavailableError("the database or the storage does not answer")
        case _:
            return None


def status_of(error: ReelmillError) -> int:
    """The HTTP status of an error."""
    if isinstance(error, UnavailableError):
        return STATUSES["unavailable"]
    return STATUSES.get(error.code, 500)


def answer(scope: Mapping[str, Any], error: ReelmillError) -> Response:
    """The problem document of an error."""
    status = status_of(error)
    fields = [*error.fields] if isinstance(error, InvalidFieldsError) else []
    if error.output is not None and status in ABOUT_FIELDS:
        fields.append(FieldProblem(pointer=f"/{error.output}", message=error.message))
    problem = Problem(
        type=f"urn:reelmill:error:{error.code}",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=error.message,
        code=error.code,
        retryable=error.retryable,
        request_id=scope.get("state", {}).get("request_id", ""),
        instance=shown_path(str(scope["path"])),
        errors=fields,
    )
    headers: dict[str, str] = {}
    if isinstance(error, RateLimitedError):
        headers["Retry-After"] = str(max(1, math.ceil(error.retry_after_seconds)))
    elif error.retryable and status in RETRY_SECONDS:
        headers["Retry-After"] = str(RETRY_SECONDS[status])
    if status == STATUSES["unauthorized"]:
        headers["WWW-Authenticate"] = 'Bearer realm="reelmill"'
    if isinstance(error.__cause__, HTTPException):
        headers |= error.__cause__.headers or {}
    text = problem.model_dump_json(by_alias=True)
    return Response(text, status, headers=headers, media_type=MEDIA_TYPE)


def shown_path(path: str) -> str:
    """A path as it may stand in logs and answers: the token of a playback URL is a secret."""
    parts = path.split("/", 3)
    return f"/v/***/{parts[3]}" if len(parts) > 3 and parts[1] == "v" else path


def install(app: FastAPI) -> None:
    """Let an application answer with problems."""

    async def handle(request: Request, error: Exception) -> Response:
        said = known(error)
        if said is None:
            raise error
        said.__cause__ = error
        return answer(request.scope, said)

    for kind in (ReelmillError, RequestValidationError, HTTPException, OSError):
        app.add_exception_handler(kind, handle)


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """These errors, for the description of an endpoint."""
    every = {401, 403, 429, 500, 503, *statuses}
    return {status: _described(status) for status in sorted(every)}


def _described(status: int) -> dict[str, Any]:
    codes = [code for code, one in STATUSES.items() if one == status]
    words = ", ".join("internal" if code == "unavailable" else code for code in codes)
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": words, "content": {MEDIA_TYPE: {"schema": schema}}}
