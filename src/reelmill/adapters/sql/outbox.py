"""What webhooks tell, written in the transaction of what they tell of: nothing can get lost."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from pydantic import JsonValue, TypeAdapter
from sqlalchemy import Connection, Row, bindparam, insert, select

from reelmill.adapters.sql.tables import jobs, tasks, webhook_deliveries, webhook_endpoints
from reelmill.model.jobs import FINAL
from reelmill.model.webhooks import (
    LOGGED_EVENTS,
    MOST_MESSAGE_CHARACTERS,
    MOST_METADATA_BYTES,
    PROGRESS,
    PROGRESS_SECONDS,
    message,
    percent,
    stamp,
)

_JSON: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)
_SAME = ("job_id", "status", "run", "priority", "filename", "source_type")
_TIMES = ("created_at", "started_at", "completed_at")
_ABOUT = select(
    *(jobs.c[name] for name in (*_SAME, *_TIMES)),
    *(jobs.c.key_id, jobs.c.sequence, jobs.c.fraction, jobs.c.failure),
    *(jobs.c.user_metadata, jobs.c.warnings, jobs.c.webhook),
).where(jobs.c.number == bindparam("of_number"))
_ENDPOINTS = select(
    webhook_endpoints.c.endpoint_id, webhook_endpoints.c.url, webhook_endpoints.c.events
).where(webhook_endpoints.c.key_id == bindparam("of_key"), webhook_endpoints.c.enabled)


class _Target(NamedTuple):
    holder: str
    """Of the secret."""
    endpoint_id: str | None
    url: str


def write(
    connection: Connection, now: datetime, job_number: int, lines: Sequence[Mapping[str, Any]]
) -> None:
    """Write a delivery for each line of a job's log and each who wants it."""
    told = [line for line in lines if line["kind"] in LOGGED_EVENTS]
    if not told:
        return
    job = connection.execute(_ABOUT, {"of_number": job_number}).one()
    for line in told:
        kind, sequence = str(line["kind"]), line["sequence"]
        if targets := [*targets_of(connection, job, kind)]:
            data = _about(job) | {"sequence": sequence}
            about = {"key_id": job.key_id, "job_id": job.job_id, "sequence": sequence}
            add(connection, now, kind, targets, about, data)


def write_progress(connection: Connection, now: datetime, job_number: int) -> None:
    """Write how far a job is for each who asked for that, and was not told a moment ago."""
    job = connection.execute(_ABOUT, {"of_number": job_number}).one()
    targets = [*targets_of(connection, job, PROGRESS)]
    if not targets or job.status in FINAL:
        return
    deliveries = webhook_deliveries.c
    recent = select(deliveries.holder).where(
        deliveries.job_id == job.job_id,
        deliveries.type == PROGRESS,
        deliveries.status.in_(("waiting", "sending"))
        | (deliveries.created_at > now - timedelta(seconds=PROGRESS_SECONDS)),
    )
    told = {*connection.execute(recent).scalars()}
    stage = (
        select(tasks.c.name)
        .where(tasks.c.job_number == job_number, tasks.c.status == "running")
        .order_by(tasks.c.position)
        .limit(1)
    )
    data = _about(job) | {"stage": connection.execute(stage).scalar_one_or_none()}
    untold = [one for one in targets if one.holder not in told]
    add(connection, now, PROGRESS, untold, {"key_id": job.key_id, "job_id": job.job_id}, data)


def wanted(connection: Connection, job_number: int, kind: str) -> bool:
    """Whether anybody wants to be told this of a job."""
    job = connection.execute(_ABOUT, {"of_number": job_number}).one()
    return any(True for _ in targets_of(connection, job, kind))


def targets_of(connection: Connection, job: Row[Any], kind: str) -> Iterator[_Target]:
    """Who wants to be told this of a job, or of a batch: by its own word, or by an endpoint."""
    own = job.webhook
    if own is not None and kind in own.events and not own.gone:
        yield _Target(job.key_id, None, own.url)
    for row in connection.execute(_ENDPOINTS, {"of_key": job.key_id}):
        if kind in row.events:
            yield _Target(row.endpoint_id, row.endpoint_id, row.url)


def add(
    connection: Connection,
    now: datetime,
    kind: str,
    targets: Sequence[_Target],
    about: Mapping[str, object],
    data: Mapping[str, JsonValue],
) -> None:
    """Write one delivery for each target.

    Args:
        connection: a transaction.
        now: its moment.
        kind: of the event.
        targets: who is told.
        about: whose it is, and of which job or batch: columns.
        data: what is told.
    """
    payload = _JSON.dump_json(message(kind, now, data)).decode()
    rows = [
        {
            **new_delivery(now, kind, payload),
            **one._asdict(),
            **about,
        }
        for one in targets
    ]
    if rows:
        connection.execute(insert(webhook_deliveries), rows)


def new_delivery(now: datetime, kind: str, payload: str) -> dict[str, object]:
    """What a row begins with; the id is the `webhook-id` for ever."""
    return {
        "delivery_id": f"msg_{secrets.token_hex(16)}",
        "type": kind,
        "status": "waiting",
        "attempt": 0,
        "tries": 0,
        "created_at": now,
        "payload": payload,
    }


def _about(job: Row[Any]) -> dict[str, JsonValue]:
    """A job in few words, whatever its user and its failures say."""
    failure = job.failure
    error: JsonValue = None
    if failure is not None:
        words = failure.message[:MOST_MESSAGE_CHARACTERS]
        error = {"code": failure.code, "message": words, "retryable": failure.retryable}
    times = {name: getattr(job, name) for name in _TIMES}
    return {
        **{name: getattr(job, name) for name in _SAME},
        "sequence": job.sequence,
        **{name: None if at is None else stamp(at) for name, at in times.items()},
        "progress_percent": percent(job.status, job.fraction),
        "error": error,
        "warnings": len(job.warnings),
        "user_metadata": bearable(job.user_metadata),
        "links": {"self": f"/api/v1/jobs/{job.job_id}"},
    }


def bearable(metadata: JsonValue) -> JsonValue:
    """A user's metadata, unless it is too large for a message."""
    return metadata if len(_JSON.dump_json(metadata)) <= MOST_METADATA_BYTES else None
