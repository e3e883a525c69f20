"""Sends what is due by webhook. Any process may; the store gives each delivery to one at a time."""

import asyncio
import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import structlog

from reelmill.jobs.ports import Posted, Poster, WebhookStore
from reelmill.jobs.signing import signed_headers
from reelmill.model.errors import CancelledError, InternalError, ReelmillError, UrlBlockedError
from reelmill.model.terms import MOST_DELAY_SECONDS, WebhookTerms
from reelmill.model.webhooks import PROGRESS, Sending, Sent

IDLE_SECONDS = 1.0
"""Between looks for what is due."""
SLOTS = 8
"""Requests under way in one process."""
MOST_EACH = 2
"""Of those to one endpoint, in all processes together."""
JITTER = 0.2
"""A delay is up to so much longer, so that what failed together does not come back together."""
PATIENT = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
"""Answers whose Retry-After counts."""

log = structlog.get_logger("reelmill.webhooks")


def verdict(
    answer: Posted | ReelmillError, sending: Sending, terms: WebhookTerms, chance: float
) -> Sent:
    """What follows from an answer, or from none.

    Args:
        answer: what came back.
        sending: what was sent.
        terms: the schedule.
        chance: 0 to 1.
    """
    if isinstance(answer, Posted):
        said = {"status_code": answer.status_code, "excerpt": answer.excerpt}
        if 200 <= answer.status_code < 300:
            return Sent.model_validate({**said, "outcome": "delivered"})
        said["error"] = f"the receiver answered {answer.status_code}"
        if answer.status_code == HTTPStatus.GONE:
            return Sent.model_validate({**said, "outcome": "gone"})
    else:
        said = {"error": f"{answer.code}: {answer.message}"}
    # A snapshot is told once: the next one says more.
    final = isinstance(answer, UrlBlockedError) or sending.type == PROGRESS
    if final or sending.tries > len(terms.retry_seconds):
        return Sent.model_validate({**said, "outcome": "failed"})
    delay = terms.retry_seconds[sending.tries - 1] * (1 + JITTER * chance)
    if isinstance(answer, Posted) and answer.status_code in PATIENT:
        delay = max(delay, _asked_for(answer.retry_after))
    return Sent.model_validate({**said, "outcome": "again", "delay_seconds": delay})


def _asked_for(retry_after: str | None) -> float:
    """Seconds of a Retry-After (RFC 9110, 10.2.3), at most a day."""
    given = (retry_after or "").strip()
    if given.isascii() and given.isdecimal():
        return min(float(given[:9]), MOST_DELAY_SECONDS)
    with suppress(ValueError):
        until = parsedate_to_datetime(given)
        if until.tzinfo is not None:
            seconds = (until - datetime.now(UTC)).total_seconds()
            return min(max(0.0, seconds), MOST_DELAY_SECONDS)
    return 0.0


@dataclass
class Deliverer:
    """Sends until it is told to stop.

    Attributes:
        name: of the instance; when it is gone, others send what it had.
    """

    name: str
    webhooks: WebhookStore
    poster: Poster
    terms: WebhookTerms
    chance: Callable[[], float] = random.random
    _stop: threading.Event = field(default_factory=threading.Event)

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`. What is under way then is let go of, and is sent again by others."""
        threads = ThreadPoolExecutor(SLOTS, "webhook")
        stopping = asyncio.create_task(stop.wait())
        under_way: set[asyncio.Task[None]] = set()
        try:
            while not stop.is_set():
                sending = await self._claimed() if len(under_way) < SLOTS else None
                if sending is not None:
                    under_way.add(asyncio.create_task(self._send(sending, threads)))
                    continue
                # As soon as one has ended, the next may go; and what becomes due is looked for.
                await asyncio.wait(
                    {stopping, *under_way},
                    timeout=IDLE_SECONDS,
                    return_when=asyncio.FIRST_COMPLETED,
                )
                for one in [one for one in under_way if one.done()]:
                    under_way.remove(one)
                    one.result()
        finally:
            self._stop.set()
            stopping.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)
            threads.shutdown(wait=False)

    async def _claimed(self) -> Sending | None:
        try:
            return await self.webhooks.claim(self.name, MOST_EACH)
        except OSError as error:
            log.warning("store_unreachable", error=str(error))
            return None

    async def _send(self, sending: Sending, threads: ThreadPoolExecutor) -> None:
        about = {"delivery_id": sending.delivery_id, "attempt": sending.attempt}
        loop = asyncio.get_running_loop()
        answer = await loop.run_in_executor(threads, self._post, sending)
        if isinstance(answer, CancelledError):
            return
        sent = verdict(answer, sending, self.terms, self.chance())
        while not self._stop.is_set():
            try:
                held = await self.webhooks.settle(sending, sent)
            except OSError as error:
                log.warning("store_unreachable", error=str(error))
                await asyncio.sleep(IDLE_SECONDS)
                continue
            # Neither the URL nor the body: both may hold secrets.
            log.info("webhook", **about, outcome=sent.outcome, status=sent.status_code, held=held)
            return

    def _post(self, sending: Sending) -> Posted | ReelmillError:
        now, seconds = datetime.now(UTC), self.terms.timeout_seconds
        try:
            headers = signed_headers(sending.secret, sending.delivery_id, sending.payload, now)
            headers["Content-Type"] = "application/json"
            body = sending.payload.encode()
            return self.poster.post(sending.url, headers, body, seconds, self._stop)
        except ReelmillError as error:
            return error
        except Exception as error:
            # What a receiver answers must not end the process that asked.
            log.exception("webhook_broke", delivery_id=sending.delivery_id)
            return InternalError(f"{type(error).__name__} in Reelmill; its log has more")
