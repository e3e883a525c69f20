"""Endpoints and deliveries as the interface tells them."""

from typing import Annotated, Any

from pydantic import BaseModel, Field, JsonValue

from reelmill.model.webhooks import (
    Delivery,
    DeliveryAttempt,
    DeliveryRecord,
    DeliveryStatus,
    Endpoint,
    Secret,
)
from reelmill.web import body
from reelmill.web.documents.job import EXAMPLE_ID, moment

EXAMPLE_ENDPOINT = "ep_0a1b2c3d4e5f60718293"
EXAMPLE_DELIVERY = "msg_0a1b2c3d4e5f60718293a4b5c6d7e8f9"
SAVE = "Save this secret securely - it won't be shown again"
SHOWN = "This secret was shown when the endpoint was made; rotate it for another"


class EndpointDocument(BaseModel):
    """Who is told of the events of a key's jobs."""

    endpoint_id: Annotated[str, Field(examples=[EXAMPLE_ENDPOINT])]
    url: Annotated[str, Field(examples=["https://example.com/hooks/reelmill"])]
    description: str
    events: Annotated[list[str], Field(examples=[["job.completed", "job.failed"]])]
    enabled: bool
    disabled_reason: Annotated[str | None, Field(examples=["the receiver answered 410 Gone"])]
    created_at: str
    updated_at: str
    previous_secret_until: str | None
    """Until when the secret before the present one signs too."""


class NewEndpointDocument(EndpointDocument):
    """An endpoint with its secret, which is shown this once."""

    secret: Annotated[str | None, Field(examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])]
    """None in an answer that is repeated for its Idempotency-Key."""
    warning: str


class EndpointList(BaseModel):
    """Endpoints, oldest first."""

    endpoints: list[EndpointDocument]


class SecretDocument(BaseModel):
    """What signs the webhooks of a key's jobs (`webhook_url`)."""

    secret: Annotated[str, Field(examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])]
    previous_secret_until: str | None


class AttemptDocument(BaseModel):
    """One request."""

    attempt: int
    started_at: str
    ended_at: str | None
    status_code: Annotated[int | None, Field(examples=[500])]
    error: Annotated[str | None, Field(examples=["the receiver answered 500"])]
    answer_excerpt: str
    """The beginning of what it answered."""


class DeliveryDocument(BaseModel):
    """One event on its way to one receiver."""

    delivery_id: Annotated[str, Field(examples=[EXAMPLE_DELIVERY])]
    """The `webhook-id` of every attempt."""
    endpoint_id: Annotated[str | None, Field(examples=[EXAMPLE_ENDPOINT])]
    """None: the `webhook_url` of the job, or of the batch."""
    job_id: Annotated[str | None, Field(examples=[EXAMPLE_ID])]
    batch_id: str | None
    type: Annotated[str, Field(examples=["job.completed"])]
    sequence: int | None
    url: str
    status: DeliveryStatus
    attempt_count: int
    created_at: str
    next_attempt_at: str | None
    ended_at: str | None
    last_status_code: int | None
    last_error: str | None


class FullDeliveryDocument(DeliveryDocument):
    """A delivery with everything about it."""

    payload: dict[str, JsonValue]
    attempts: list[AttemptDocument]


class DeliveryList(BaseModel):
    """Some of the deliveries, newest first."""

    total: int
    limit: int
    offset: int
    deliveries: list[DeliveryDocument]


def endpoint_document(of: Endpoint) -> EndpointDocument:
    """An endpoint, without its secret."""
    return EndpointDocument.model_validate(_endpoint(of))


def endpoint_with_secret(of: Endpoint, secret: Secret | None) -> NewEndpointDocument:
    """An endpoint with its secret; None: it was shown before."""
    shown = {"secret": None, "warning": SHOWN}
    if secret is not None:
        shown = {"secret": secret.text, "warning": SAVE}
    return NewEndpointDocument.model_validate({**_endpoint(of), **shown})


def secret_document(of: Secret) -> SecretDocument:
    """A key's secret."""
    return SecretDocument(secret=of.text, previous_secret_until=moment(of.previous_until))


def delivery_document(of: Delivery) -> DeliveryDocument:
    """A delivery in a list."""
    return DeliveryDocument.model_validate(_delivery(of))


def full_delivery(of: DeliveryRecord) -> FullDeliveryDocument:
    """A delivery with everything about it."""
    more = {"payload": body.parse(of.payload), "attempts": [_attempt(one) for one in of.attempts]}
    return FullDeliveryDocument.model_validate({**_delivery(of), **more})


def _endpoint(of: Endpoint) -> dict[str, Any]:
    same = ("endpoint_id", "url", "description", "enabled", "disabled_reason")
    return {
        **{name: getattr(of, name) for name in same},
        "events": [*of.events],
        "created_at": moment(of.created_at),
        "updated_at": moment(of.updated_at),
        "previous_secret_until": moment(of.previous_until),
    }


def _delivery(of: Delivery) -> dict[str, Any]:
    same = ("delivery_id", "endpoint_id", "job_id", "batch_id", "type", "sequence", "url", "status")
    return {
        **{name: getattr(of, name) for name in same},
        "attempt_count": of.attempt,
        "created_at": moment(of.created_at),
        "next_attempt_at": moment(of.due_at),
        "ended_at": moment(of.ended_at),
        "last_status_code": of.status_code,
        "last_error": of.error,
    }


def _attempt(of: DeliveryAttempt) -> AttemptDocument:
    return AttemptDocument(
        attempt=of.attempt,
        started_at=moment(of.started_at) or "",
        ended_at=moment(of.ended_at),
        status_code=of.status_code,
        error=of.error,
        answer_excerpt=of.excerpt,
    )
