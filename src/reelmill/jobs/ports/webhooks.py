"""Telling others of what happens to jobs."""

import threading
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from reelmill.jobs.ports.answers import Reservation
from reelmill.model.value import Value
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


class WebhookStore(Protocol):
    """Endpoints, their secrets, and the deliveries that were written with the jobs' events.

    Every method is one transaction. Where a key is given, what belongs to others is not found.
    """

    async def add(
        self, endpoint: Endpoint, most: int, reservation: Reservation | None = None
    ) -> Secret:
        """Remember an endpoint, and the answer that promises it; what signs for it.

        Raises:
            ConflictError: the key has `most` endpoints already, or there is another answer.
        """
        ...

    async def endpoint(self, endpoint_id: str, key_id: str | None = None) -> Endpoint:
        """An endpoint.

        Raises:
            NotFoundError: no such endpoint, or another key's.
        """
        ...

    async def endpoints(self, key_id: str | None = None) -> tuple[Endpoint, ...]:
        """All, or those of a key; oldest first."""
        ...

    async def change(
        self, endpoint_id: str, key_id: str | None, changes: Mapping[str, object]
    ) -> Endpoint:
        """Change url, description, events or enabled. What waits for it goes to the new URL.

        What waits for an endpoint that is switched off fails.

        Raises:
            NotFoundError: no such endpoint, or another key's.
        """
        ...

    async def rotate(
        self, endpoint_id: str, key_id: str | None, previous_until: datetime
    ) -> Secret:
        """Give an endpoint another secret; the present one signs too until a moment.

        Raises:
            NotFoundError: no such endpoint, or another key's.
        """
        ...

    async def remove(self, endpoint_id: str, key_id: str | None = None) -> None:
        """Forget an endpoint with its deliveries.

        Raises:
            NotFoundError: no such endpoint, or another key's.
        """
        ...

    async def key_secret(self, key_id: str) -> Secret:
        """What signs the webhooks of a key's jobs. It is made when it is first needed."""
        ...

    async def rotate_key_secret(self, key_id: str, previous_until: datetime) -> Secret:
        """Give a key another secret for its jobs; the present one signs too until a moment."""
        ...

    async def deliveries(self, query: DeliveryQuery) -> DeliveryPage:
        """Some of the deliveries, and how many there are of the kind."""
        ...

    async def delivery(self, delivery_id: str, key_id: str | None = None) -> DeliveryRecord:
        """A delivery with its attempts.

        Raises:
            NotFoundError: no such delivery, or another key's.
        """
        ...

    async def test(self, endpoint_id: str, key_id: str | None = None) -> Delivery:
        """Write a delivery that says nothing, to see whether it arrives.

        Raises:
            NotFoundError: no such endpoint, or another key's.
            ConflictError: it is switched off.
        """
        ...

    async def replay(self, delivery_id: str, key_id: str | None = None) -> Delivery:
        """Send a delivery again, with its whole schedule before it.

        Raises:
            NotFoundError: no such delivery, or another key's.
            ConflictError: it is on its way, or its endpoint is switched off.
        """
        ...

    async def claim(self, sender: str, most_each: int) -> Sending | None:
        """Take a delivery that is due.

        Args:
            sender: the instance that sends it; when that is gone, others may have it.
            most_each: requests under way to one endpoint, or of one key's jobs; no more are
                begun, so that one that hangs does not keep the others from theirs.
        """
        ...

    async def settle(self, sending: Sending, sent: Sent) -> bool:
        """End an attempt, with what follows: for the endpoint, and for the job's task.

        False: the claim does not hold; nothing is changed.
        """
        ...

    async def drop_deliveries(self, moment: datetime, *, dry_run: bool = False) -> int:
        """Forget deliveries that ended before a moment; how many."""
        ...


class Posted(Value):
    """What came back."""

    status_code: int
    retry_after: str | None = None
    """The header, as it was."""
    excerpt: str = ""
    """The beginning of the body, as text without control characters."""


class Poster(Protocol):
    """Sends to other machines, under the policy of what is fetched; redirects lead nowhere."""

    def post(
        self,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        timeout_seconds: float,
        stop: threading.Event,
    ) -> Posted:
        """Send one request; whatever it answers is given back.

        Args:
            url: where to.
            headers: beside those of every request.
            body: what is sent.
            timeout_seconds: for all of it.
            stop: ends it.

        Raises:
            UrlBlockedError: the URL is none that may be asked.
            FetchFailedError, FetchTimeoutError: the other side is not there, or too slow.
            CancelledError: it was stopped.
        """
        ...
