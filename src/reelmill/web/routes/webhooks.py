"""Webhook endpoints: who is told of the events of a key's jobs, and the secrets that sign."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, Field

from reelmill.jobs.ports import Answer
from reelmill.model.value import Said
from reelmill.model.webhooks import USUAL_EVENTS, Endpoint
from reelmill.web.accepting import check_receiver
from reelmill.web.caller import TheCaller
from reelmill.web.documents.webhooks import (
    EndpointDocument,
    EndpointList,
    NewEndpointDocument,
    SecretDocument,
    endpoint_document,
    endpoint_with_secret,
    secret_document,
)
from reelmill.web.fields import wrong
from reelmill.web.gate import SECURITY, GuardedRoute
from reelmill.web.idempotency import fingerprint, promised
from reelmill.web.options import Events, HttpUrl, PlainText
from reelmill.web.problems import responses
from reelmill.web.site import TheSite

router = APIRouter(
    prefix="/webhooks", route_class=GuardedRoute, dependencies=SECURITY, tags=["webhooks"]
)

MOST_ENDPOINTS = 20
DAY, WEEK = 86_400, 7 * 86_400
KeepSeconds = Annotated[
    int,
    Query(ge=0, le=WEEK, description="for so long the present secret signs too"),
]
Description = Annotated[PlainText, Field(max_length=200)]


class EndpointRequest(Said):
    """A new endpoint. Without `events` it is told of everything but progress."""

    url: Annotated[HttpUrl, Field(examples=["https://example.com/hooks/reelmill"])]
    description: Description = ""
    events: Annotated[Events, Field(examples=[["job.completed", "job.failed"]])] = USUAL_EVENTS


class EndpointChange(BaseModel):
    """What changes; what is left out stays."""

    model_config = {"extra": "forbid"}

    url: HttpUrl = ""
    description: Description = ""
    events: Events = USUAL_EVENTS
    enabled: Annotated[bool, Field(strict=True)] = True


class Removed(BaseModel):
    """It is gone."""

    message: Annotated[str, Field(examples=["Webhook endpoint deleted successfully"])]
    endpoint_id: str


@router.post(
    "/endpoints",
    operation_id="createWebhookEndpoint",
    summary="Make an endpoint",
    status_code=201,
    response_model=NewEndpointDocument,
    responses=responses(400, 409, 413, 422),
)
async def create_endpoint(
    request: Request, asked: EndpointRequest, site: TheSite, caller: TheCaller
) -> Response:
    """It is told of all jobs of this key from now on. Its secret is shown once, here."""
    async with promised(site, request, caller) as promise:
        marked = fingerprint(request, await request.json())
        replayed = promise.replay(marked)
        if replayed is not None:
            return replayed
        await check_receiver(site, asked.url, "url")
        now = datetime.now(UTC)
        endpoint = Endpoint(
            endpoint_id=f"ep_{secrets.token_hex(10)}",
            key_id=caller.key.key_id,
            url=asked.url,
            description=asked.description,
            events=asked.events,
            created_at=now,
            updated_at=now,
        )
        # What is remembered for a repetition has no secret in it.
        answer = Answer(status=201, body=endpoint_with_secret(endpoint, None).model_dump_json())
        reservation = promise.reservation(marked, answer)
        secret = await site.webhooks.add(endpoint, MOST_ENDPOINTS, reservation)
        promise.kept = True
        location = {"Location": f"/api/v1/webhooks/endpoints/{endpoint.endpoint_id}"}
        said = endpoint_with_secret(endpoint, secret).model_dump_json()
        return Response(said, 201, location, "application/json")


@router.get(
    "/endpoints",
    operation_id="listWebhookEndpoints",
    summary="List endpoints",
    response_model=EndpointList,
    responses=responses(),
)
async def list_endpoints(site: TheSite, caller: TheCaller) -> EndpointList:
    """The key's own; all for an admin."""
    found = await site.webhooks.endpoints(caller.scope)
    return EndpointList(endpoints=[endpoint_document(one) for one in found])


@router.get(
    "/endpoints/{endpoint_id}",
    operation_id="getWebhookEndpoint",
    summary="An endpoint",
    response_model=EndpointDocument,
    responses=responses(404),
)
async def get_endpoint(endpoint_id: str, site: TheSite, caller: TheCaller) -> EndpointDocument:
    """Without its secret."""
    return endpoint_document(await site.webhooks.endpoint(endpoint_id, caller.scope))


@router.patch(
    "/endpoints/{endpoint_id}",
    operation_id="changeWebhookEndpoint",
    summary="Change an endpoint, or switch it off or on",
    response_model=EndpointDocument,
    responses=responses(400, 404, 413, 422),
)
async def change_endpoint(
    endpoint_id: str, asked: EndpointChange, site: TheSite, caller: TheCaller
) -> EndpointDocument:
    """Only the fields that are sent. What happens while it is off is never told."""
    if "url" in asked.model_fields_set:
        await check_receiver(site, asked.url, "url")
    changes = {name: getattr(asked, name) for name in asked.model_fields_set}
    if not changes:
        raise wrong("", "nothing changes")
    return endpoint_document(await site.webhooks.change(endpoint_id, caller.scope, changes))


@router.delete(
    "/endpoints/{endpoint_id}",
    operation_id="deleteWebhookEndpoint",
    summary="Delete an endpoint with the log of its deliveries",
    response_model=Removed,
    responses=responses(404),
)
async def delete_endpoint(endpoint_id: str, site: TheSite, caller: TheCaller) -> Removed:
    """What waits for it is never sent."""
    await site.webhooks.remove(endpoint_id, caller.scope)
    return Removed(message="Webhook endpoint deleted successfully", endpoint_id=endpoint_id)


@router.post(
    "/endpoints/{endpoint_id}/rotate",
    operation_id="rotateWebhookSecret",
    summary="Give an endpoint another secret",
    response_model=NewEndpointDocument,
    responses=responses(400, 404),
)
async def rotate_secret(
    endpoint_id: str, site: TheSite, caller: TheCaller, keep_seconds: KeepSeconds = DAY
) -> NewEndpointDocument:
    """Both sign until the old one's time is over; the new one is shown once, here."""
    until = datetime.now(UTC) + timedelta(seconds=keep_seconds)
    secret = await site.webhooks.rotate(endpoint_id, caller.scope, until)
    endpoint = await site.webhooks.endpoint(endpoint_id, caller.scope)
    return endpoint_with_secret(endpoint, secret)


@router.get(
    "/secret",
    operation_id="getJobWebhookSecret",
    summary="What signs the webhooks of this key's jobs",
    response_model=SecretDocument,
    responses=responses(),
)
async def get_job_secret(site: TheSite, caller: TheCaller) -> SecretDocument:
    """For jobs with a `webhook_url` of their own."""
    return secret_document(await site.webhooks.key_secret(caller.key.key_id))


@router.post(
    "/secret/rotate",
    operation_id="rotateJobWebhookSecret",
    summary="Sign the webhooks of this key's jobs with another secret",
    response_model=SecretDocument,
    responses=responses(400),
)
async def rotate_job_secret(
    site: TheSite, caller: TheCaller, keep_seconds: KeepSeconds = DAY
) -> SecretDocument:
    """Both sign until the old one's time is over."""
    until = datetime.now(UTC) + timedelta(seconds=keep_seconds)
    return secret_document(await site.webhooks.rotate_key_secret(caller.key.key_id, until))
