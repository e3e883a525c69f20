"""An endpoint, and looks at what was written for it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from reelmill.jobs.ports import WebhookStore
from reelmill.model.webhooks import (
    Delivery,
    DeliveryQuery,
    Endpoint,
    JobWebhook,
    Sending,
)

MADE = datetime(2026, 3, 1, 10, tzinfo=UTC)
ENDPOINT = Endpoint(
    endpoint_id="ep_1",
    key_id="key-1",
    url="http://127.0.0.1/hook",
    created_at=MADE,
    updated_at=MADE,
)
JOB_WEBHOOK = JobWebhook(url="http://127.0.0.1/job")


async def written(webhooks: WebhookStore, **query: Any) -> list[Delivery]:
    """All deliveries, in the order in which they were written."""
    page = await webhooks.deliveries(DeliveryQuery(limit=1000, **query))
    assert page.total == len(page.deliveries)
    return [*reversed(page.deliveries)]


async def told(webhooks: WebhookStore, **query: Any) -> list[str]:
    """What they tell."""
    return [one.type for one in await written(webhooks, **query)]


async def sending(webhooks: WebhookStore, sender: str = "sender-1", most_each: int = 9) -> Sending:
    """A claim that must be there."""
    claim = await webhooks.claim(sender, most_each)
    assert claim is not None
    return claim
