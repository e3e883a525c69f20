"""Webhooks: who is told of what, what the message says, and how its deliveries go."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

from pydantic import Field, JsonValue

from reelmill.model.value import Value

WebhookEvent = Literal[
    "job.queued",
    "job.started",
    "job.progress",
    "job.completed",
    "job.failed",
    "job.cancelled",
    "batch.completed",
]
BATCH_COMPLETED: WebhookEvent = "batch.completed"
"""All jobs of a batch have come to an end, whichever."""
PROGRESS: WebhookEvent = "job.progress"
FINAL_EVENTS: tuple[WebhookEvent, ...] = ("job.completed", "job.failed", "job.cancelled")
LOGGED_EVENTS: tuple[WebhookEvent, ...] = ("job.queued", "job.started", *FINAL_EVENTS)
"""Those that are lines of a job's log; progress is a snapshot, and only told to who asks for it."""
USUAL_EVENTS: tuple[WebhookEvent, ...] = (*LOGGED_EVENTS, BATCH_COMPLETED)
"""What an endpoint is told of that asks for nothing else."""
TEST = "webhook.test"
PROGRESS_SECONDS = 10.0
"""Between two messages about the progress of one job, at least."""

NOTIFICATION = "send_notification"
"""The task that stands for telling a job's end."""
MOST_METADATA_BYTES = 16 << 10
"""A user's metadata larger than this is left out of messages."""
MOST_MESSAGE_CHARACTERS = 500
"""Of an error, in a message."""


class JobWebhook(Value):
    """What the request for a job, or for a batch, said about telling its events."""

    url: str
    events: tuple[WebhookEvent, ...] = FINAL_EVENTS
    gone: bool = False
    """It answered 410: it is told nothing more."""


class Endpoint(Value):
    """Who is told of the events of all jobs of a key."""

    endpoint_id: str
    key_id: str
    url: str
    description: str = ""
    events: tuple[WebhookEvent, ...] = USUAL_EVENTS
    enabled: bool = True
    disabled_reason: str | None = None
    """Why, if nobody asked for it."""
    created_at: datetime
    updated_at: datetime
    previous_until: datetime | None = None
    """Until when the secret before the present one signs too."""


class Secret(Value):
    """What signs: `whsec_` and the base64 of 24 to 64 bytes (Standard Webhooks)."""

    text: str = Field(repr=False)
    previous: str | None = Field(default=None, repr=False)
    previous_until: datetime | None = None


DeliveryStatus = Literal["waiting", "sending", "delivered", "failed"]
"""Waiting: for its time, or for a sender. Failed: it is not tried again by itself."""


class DeliveryAttempt(Value):
    """One request."""

    attempt: int
    """Counts from 1; the attempts of replays count on."""
    started_at: datetime
    ended_at: datetime | None = None
    status_code: int | None = None
    """None: no answer came."""
    error: str | None = None
    """Why it does not count as delivered."""
    excerpt: str = ""
    """The beginning of the answer's body."""


class Delivery(Value):
    """One event on its way to one endpoint."""

    delivery_id: str
    """The `webhook-id` of all its attempts, also of replays: receivers know doubles by it."""
    key_id: str
    endpoint_id: str | None = None
    """None: the job's own webhook, or the batch's."""
    type: str
    job_id: str | None = None
    batch_id: str | None = None
    sequence: int | None = None
    """Of the event in the job's log; of a batch, its run. None: progress, or a test."""
    url: str
    status: DeliveryStatus
    attempt: int = 0
    created_at: datetime
    due_at: datetime | None = None
    """When it is tried next; None: at once, or never."""
    ended_at: datetime | None = None
    status_code: int | None = None
    """Of the last answer."""
    error: str | None = None
    """Of the last attempt."""


class DeliveryRecord(Delivery):
    """A delivery with everything about it."""

    payload: str
    attempts: tuple[DeliveryAttempt, ...] = ()


class DeliveryQuery(Value):
    """Which deliveries to list, newest first."""

    key_id: str | None = None
    """Only of this key; None: all."""
    endpoint_id: str | None = None
    job_id: str | None = None
    batch_id: str | None = None
    status: DeliveryStatus | None = None
    limit: int = Field(default=50, ge=1, le=1000)
    offset: int = Field(default=0, ge=0)


class DeliveryPage(Value):
    """Part of a list."""

    total: int
    deliveries: tuple[Delivery, ...]


class Sending(Value):
    """A delivery that a sender was given. Number and attempt are the fence."""

    number: int
    attempt: int
    tries: int
    """Since it was written or replayed, this one included."""
    delivery_id: str
    type: str
    url: str
    payload: str
    secret: Secret


class Sent(Value):
    """How an attempt at a delivery ended."""

    outcome: Literal["delivered", "again", "failed", "gone"]
    """gone: the receiver wants no more, ever (410)."""
    status_code: int | None = None
    error: str | None = None
    excerpt: str = ""
    delay_seconds: float = 0.0
    """Before it is tried again."""


def stamp(moment: datetime) -> str:
    """RFC 3339, UTC."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def percent(status: str, fraction: float | None) -> int | None:
    """How far a job is; None: nobody knows."""
    if status == "completed":
        return 100
    return None if fraction is None else min(99, int(fraction * 100))


def message(kind: str, at: datetime, data: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The body of a webhook, as Standard Webhooks has it: type, timestamp, data."""
    return {"type": kind, "timestamp": stamp(at), "data": dict(data)}
