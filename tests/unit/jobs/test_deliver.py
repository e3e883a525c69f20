"""What follows from the answers of receivers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from reelmill.jobs.deliver import JITTER, verdict
from reelmill.jobs.ports import Posted
from reelmill.model.errors import FetchTimeoutError, ReelmillError, UrlBlockedError
from reelmill.model.terms import MOST_DELAY_SECONDS, WebhookTerms
from reelmill.model.webhooks import Secret, Sending

TERMS = WebhookTerms()
SENDING = Sending(
    number=1,
    attempt=1,
    tries=1,
    delivery_id="msg_1",
    type="job.completed",
    url="https://example.com/",
    payload="{}",
    secret=Secret(text="whsec_c2VjcmV0"),
)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (200, "delivered"),
        (204, "delivered"),
        (299, "delivered"),
        (302, "again"),
        (400, "again"),
        (404, "again"),
        (410, "gone"),
        (500, "again"),
        (FetchTimeoutError("silent"), "again"),
        (UrlBlockedError("a private address"), "failed"),
    ],
)
def test_answers(answer: int | ReelmillError, outcome: str) -> None:
    said = Posted(status_code=answer, excerpt="oh") if isinstance(answer, int) else answer
    sent = verdict(said, SENDING, TERMS, 0.0)
    assert sent.outcome == outcome
    assert sent.status_code == (answer if isinstance(answer, int) else None)
    assert (sent.error is None) == (outcome == "delivered")


def test_the_schedule_of_the_scheme_with_jitter() -> None:
    bad = Posted(status_code=500)
    waited = [verdict(bad, SENDING.but(tries=n), TERMS, 0.0).delay_seconds for n in range(1, 10)]
    hours = [one * 3600 for one in (2, 5, 10, 14, 20, 24)]
    assert waited == [5, 300, 1800, *hours]
    assert verdict(bad, SENDING.but(tries=10), TERMS, 0.0).outcome == "failed"
    late = verdict(bad, SENDING.but(tries=2), TERMS, 1.0).delay_seconds
    assert late == pytest.approx(300 * (1 + JITTER))


@pytest.mark.parametrize(
    ("status", "said", "delay"),
    [
        (429, "60", 60),
        (503, "60", 60),
        (503, "1", 5),
        (500, "60", 5),
        (503, "99999999999999999999", MOST_DELAY_SECONDS),
        (503, "-1", 5),
        (503, "tomorrow", 5),
        (503, "\u0663", 5),
        (503, None, 5),
        (503, "Wed, 21 Oct 2015 07:28:00 GMT", 5),
    ],
)
def test_retry_after(status: int, said: str | None, delay: float) -> None:
    sent = verdict(Posted(status_code=status, retry_after=said), SENDING, TERMS, 0.0)
    assert (sent.outcome, sent.delay_seconds) == ("again", delay)


def test_retry_after_a_date() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(minutes=10), usegmt=True)
    sent = verdict(Posted(status_code=503, retry_after=later), SENDING, TERMS, 0.0)
    assert 500 < sent.delay_seconds <= 600


def test_progress_is_told_once() -> None:
    progress = SENDING.but(type="job.progress")
    assert verdict(Posted(status_code=500), progress, TERMS, 0.0).outcome == "failed"
