"""Idempotency-Key: a request that comes twice is done once, and answered twice."""

import hashlib
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import Request
from fastapi.responses import Response
from pydantic import JsonValue

from reelmill.jobs.ports import Answer, Reservation
from reelmill.model.errors import (
    ConflictError,
    IdempotencyMismatchError,
    InProgressError,
    InvalidRequestError,
)
from reelmill.web import body
from reelmill.web.caller import Caller
from reelmill.web.site import Site

HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x20-\x7e]{1,255}")


def fingerprint(request: Request, said: JsonValue) -> str:
    """What makes two requests the same: method, path and what the body says."""
    digest = hashlib.sha256()
    for part in (request.method.encode(), request.url.path.encode(), body.canonical(said)):
        digest.update(len(part).to_bytes(8) + part)
    return digest.hexdigest()


@dataclass
class Promise:
    """The right to answer one request; or the answer that was given before.

    Attributes:
        idempotency_key: as the client chose it; None: it chose none.
        kept: whether something came of it, so that the key stays taken.
    """

    key_id: str
    idempotency_key: str | None
    given: tuple[str, Answer] | None = None
    kept: bool = False

    def replay(self, request_fingerprint: str) -> Response | None:
        """The answer that was given before to the same request.

        Raises:
            IdempotencyMismatchError: it was given to another one.
        """
        if self.given is None:
            return None
        if self.given[0] != request_fingerprint:
            raise IdempotencyMismatchError(f"this {HEADER} was used for another request")
        answer = self.given[1]
        headers = {"Idempotent-Replayed": "true"}
        return Response(answer.body, answer.status, headers, "application/json")

    def reservation(self, request_fingerprint: str, answer: Answer) -> Reservation | None:
        """What is to be committed together with what is promised."""
        if self.idempotency_key is None:
            return None
        return Reservation(
            key_id=self.key_id,
            idempotency_key=self.idempotency_key,
            fingerprint=request_fingerprint,
            answer=answer,
        )


@asynccontextmanager
async def promised(site: Site, request: Request, caller: Caller) -> AsyncGenerator[Promise]:
    """Answer under the key of a request. Unless the promise is kept, the key is free afterwards.

    Raises:
        InvalidRequestError: it is no such key.
        InProgressError: the same request is being answered at this moment.
    """
    chosen = request.headers.get(HEADER)
    if chosen is None:
        yield Promise(caller.key.key_id, None)
        return
    if not _KEY.fullmatch(chosen):
        raise InvalidRequestError(f"an {HEADER} has 1 to 255 printable ASCII characters")
    oldest = datetime.now(UTC) - timedelta(seconds=site.config.idempotency_seconds)
    promise = Promise(caller.key.key_id, chosen)
    try:
        ours = await site.idempotency.reserve(promise.key_id, chosen, site.instance_id, oldest)
    except ConflictError as error:
        raise InProgressError(f"a request with this {HEADER} is being answered") from error
    try:
        if not ours:
            promise.given = await site.idempotency.answer(promise.key_id, chosen)
            if promise.given is None:  # forgotten or released between the two looks
                raise InProgressError(f"a request with this {HEADER} is just ending; try again")
        yield promise
    finally:
        if ours and not promise.kept:
            await site.idempotency.release(promise.key_id, chosen)
