"""The log of webhook deliveries; and sending again, or for a test."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from reelmill.jobs.ports import Answer
from reelmill.model.webhooks import Delivery, DeliveryQuery, DeliveryStatus
from reelmill.web.caller import Caller, TheCaller
from reelmill.web.documents.webhooks import (
    DeliveryDocument,
    DeliveryList,
    FullDeliveryDocument,
    delivery_document,
    full_delivery,
)
from reelmill.web.gate import SECURITY, GuardedRoute
from reelmill.web.idempotency import fingerprint, promised
from reelmill.web.problems import responses
from reelmill.web.site import Site, TheSite

router = APIRouter(
    prefix="/webhooks", route_class=GuardedRoute, dependencies=SECURITY, tags=["webhooks"]
)


@router.get(
    "/deliveries",
    operation_id="listWebhookDeliveries",
    summary="List deliveries",
    response_model=DeliveryList,
    responses=responses(400),
)
async def list_deliveries(
    site: TheSite,
    caller: TheCaller,
    endpoint_id: Annotated[str | None, Query(max_length=100)] = None,
    job_id: Annotated[str | None, Query(max_length=100)] = None,
    batch_id: Annotated[str | None, Query(max_length=100)] = None,
    status: DeliveryStatus | None = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
    offset: Annotated[int, Query(ge=0, le=2**31)] = 0,
) -> DeliveryList:
    """The key's own, newest first; all for an admin."""
    query = DeliveryQuery(
        key_id=caller.scope,
        endpoint_id=endpoint_id,
        job_id=job_id,
        batch_id=batch_id,
        status=status,
        limit=limit,
        offset=offset,
    )
    page = await site.webhooks.deliveries(query)
    found = [delivery_document(one) for one in page.deliveries]
    return DeliveryList(total=page.total, limit=limit, offset=offset, deliveries=found)


@router.get(
    "/deliveries/{delivery_id}",
    operation_id="getWebhookDelivery",
    summary="A delivery with its attempts",
    response_model=FullDeliveryDocument,
    responses=responses(404),
)
async def get_delivery(delivery_id: str, site: TheSite, caller: TheCaller) -> FullDeliveryDocument:
    """What was sent, and what each attempt came to."""
    return full_delivery(await site.webhooks.delivery(delivery_id, caller.scope))


@router.post(
    "/deliveries/{delivery_id}/replay",
    operation_id="replayWebhookDelivery",
    summary="Send a delivery again",
    status_code=202,
    response_model=DeliveryDocument,
    responses=responses(400, 404, 409, 422),
)
async def replay_delivery(
    request: Request, delivery_id: str, site: TheSite, caller: TheCaller
) -> Response:
    """The same id and the same payload, with the whole schedule before it."""
    return await _sent(
        site, request, caller, lambda: site.webhooks.replay(delivery_id, caller.scope)
    )


@router.post(
    "/endpoints/{endpoint_id}/test",
    operation_id="testWebhookEndpoint",
    summary="Send an endpoint an event that says nothing",
    status_code=202,
    response_model=DeliveryDocument,
    responses=responses(400, 404, 409, 422),
)
async def test_endpoint(
    request: Request, endpoint_id: str, site: TheSite, caller: TheCaller
) -> Response:
    """Its type is `webhook.test`; the delivery tells how it went."""
    return await _sent(site, request, caller, lambda: site.webhooks.test(endpoint_id, caller.scope))


async def _sent(
    site: Site, request: Request, caller: Caller, send: Callable[[], Awaitable[Delivery]]
) -> Response:
    async with promised(site, request, caller) as promise:
        marked = fingerprint(request, None)
        replayed = promise.replay(marked)
        if replayed is not None:
            return replayed
        delivery = await send()
        answer = Answer(status=202, body=delivery_document(delivery).model_dump_json())
        reservation = promise.reservation(marked, answer)
        if reservation is not None:
            await site.idempotency.settle(reservation)
            promise.kept = True
        headers = {"Location": f"/api/v1/webhooks/deliveries/{delivery.delivery_id}"}
        return Response(answer.body, answer.status, headers, "application/json")
