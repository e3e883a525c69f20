"""The store of webhooks: every method one transaction. See `jobs.ports.WebhookStore`."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection

from reelmill.adapters.sql import deliveries, delivery_log, webhook_endpoints
from reelmill.adapters.sql.database import Database
from reelmill.jobs.ports import Reservation
from reelmill.model.webhooks import (
    Delivery,
    DeliveryPage,
    DeliveryQuery,
    DeliveryRecord,
    Endpoint,
    Secret,
    Sending,
    Sent,
)


class SqlWebhookStore:
    """Fills `jobs.ports.WebhookStore`; each method is told there."""

    def __init__(self, database: Database) -> None:
        self._change = database.change
        self._write = database.write
        self._read = database.read

    async def add(
        self, endpoint: Endpoint, most: int, reservation: Reservation | None = None
    ) -> Secret:
        """See `WebhookStore.add`."""
        return await self._change(webhook_endpoints.add, endpoint, most, reservation)

    async def endpoint(self, endpoint_id: str, key_id: str | None = None) -> Endpoint:
        """See `WebhookStore.endpoint`."""
        return await self._read(webhook_endpoints.endpoint, endpoint_id, key_id)

    async def endpoints(self, key_id: str | None = None) -> tuple[Endpoint, ...]:
        """See `WebhookStore.endpoints`."""
        return await self._read(webhook_endpoints.endpoints, key_id)

    async def change(
        self, endpoint_id: str, key_id: str | None, changes: Mapping[str, object]
    ) -> Endpoint:
        """See `WebhookStore.change`."""
        return await self._change(webhook_endpoints.change, endpoint_id, key_id, changes)

    async def rotate(
        self, endpoint_id: str, key_id: str | None, previous_until: datetime
    ) -> Secret:
        """See `WebhookStore.rotate`."""
        return await self._write(webhook_endpoints.rotate, endpoint_id, key_id, previous_until)

    async def remove(self, endpoint_id: str, key_id: str | None = None) -> None:
        """See `WebhookStore.remove`."""
        await self._change(webhook_endpoints.remove, endpoint_id, key_id)

    async def key_secret(self, key_id: str) -> Secret:
        """See `WebhookStore.key_secret`."""
        return await self._write(webhook_endpoints.secret_of, key_id)

    async def rotate_key_secret(self, key_id: str, previous_until: datetime) -> Secret:
        """See `WebhookStore.rotate_key_secret`."""
        return await self._write(webhook_endpoints.rotate_secret, key_id, previous_until)

    async def deliveries(self, query: DeliveryQuery) -> DeliveryPage:
        """See `WebhookStore.deliveries`."""
        return await self._read(delivery_log.deliveries, query)

    async def delivery(self, delivery_id: str, key_id: str | None = None) -> DeliveryRecord:
        """See `WebhookStore.delivery`."""
        return await self._read(delivery_log.delivery, delivery_id, key_id)

    async def test(self, endpoint_id: str, key_id: str | None = None) -> Delivery:
        """See `WebhookStore.test`."""
        return await self._change(delivery_log.test, endpoint_id, key_id)

    async def replay(self, delivery_id: str, key_id: str | None = None) -> Delivery:
        """See `WebhookStore.replay`."""
        return await self._write(delivery_log.replay, delivery_id, key_id)

    async def claim(self, sender: str, most_each: int) -> Sending | None:
        """See `WebhookStore.claim`."""
        return await self._change(_claim, sender, most_each)

    async def settle(self, sending: Sending, sent: Sent) -> bool:
        """See `WebhookStore.settle`."""
        return await self._change(deliveries.settle, sending, sent)

    async def drop_deliveries(self, moment: datetime, *, dry_run: bool = False) -> int:
        """See `WebhookStore.drop_deliveries`."""
        if dry_run:
            return await self._read(delivery_log.old_deliveries, moment)
        return await self._write(delivery_log.drop_deliveries, moment)


def _claim(connection: Connection, now: datetime, sender: str, most_each: int) -> Sending | None:
    row = deliveries.take(connection, now, sender, most_each)
    if row is None:
        return None
    secret = webhook_endpoints.secret_of(connection, row.holder)
    if secret.previous_until is not None and secret.previous_until <= now:
        secret = Secret(text=secret.text)
    names = [name for name in Sending.model_fields if name != "secret"]
    return Sending(**{name: getattr(row, name) for name in names}, secret=secret)
