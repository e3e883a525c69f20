"""Endpoints and secrets; and deliveries, claimed, settled and taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from reelmill.jobs.ports import JobStore, WebhookStore
from reelmill.model.errors import ConflictError, NotFoundError
from reelmill.model.webhooks import FINAL_EVENTS, NOTIFICATION, Sent
from tests.contract.conftest import Clock, Stores
from tests.contract.material import completed, new_job, statuses
from tests.contract.webhooks.material import ENDPOINT, JOB_WEBHOOK, sending, told, written
from tests.contract.webhooks.test_outbox import DELIVERED, FAILED, NOTIFIED

pytestmark = pytest.mark.anyio

AGAIN = Sent(outcome="again", status_code=500, error="no", excerpt="oh", delay_seconds=5)
GONE = Sent(outcome="gone", status_code=410, error="the receiver answered 410")


async def test_endpoints_belong_to_keys(webhooks: WebhookStore) -> None:
    secret = await webhooks.add(ENDPOINT, 1)
    assert secret.text.startswith("whsec_")
    assert secret.text not in repr(secret)
    with pytest.raises(ConflictError, match="1 endpoints at most"):
        await webhooks.add(ENDPOINT.but(endpoint_id="ep_2"), 1)
    assert await webhooks.endpoint("ep_1", "key-1") == ENDPOINT
    assert await webhooks.endpoints() == await webhooks.endpoints("key-1") == (ENDPOINT,)
    assert await webhooks.endpoints("key-2") == ()
    for stranger in (
        webhooks.endpoint("ep_1", "key-2"),
        webhooks.change("ep_1", "key-2", {"enabled": False}),
        webhooks.rotate("ep_1", "key-2", ENDPOINT.created_at),
        webhooks.remove("ep_1", "key-2"),
        webhooks.test("ep_1", "key-2"),
    ):
        with pytest.raises(NotFoundError):
            await stranger
    assert await webhooks.endpoint("ep_1") == ENDPOINT


async def test_a_secret_signs_on_for_a_while(webhooks: WebhookStore, clock: Clock) -> None:
    old = await webhooks.add(ENDPOINT, 9)
    until = clock() + timedelta(hours=1)
    new = await webhooks.rotate("ep_1", "key-1", until)
    assert (new.previous, new.previous_until) == (old.text, until)
    assert new.text != old.text
    assert (await webhooks.endpoint("ep_1")).previous_until == until
    await webhooks.test("ep_1")
    await webhooks.test("ep_1")
    assert (await sending(webhooks)).secret == new
    clock.pass_by(3601)
    late = (await sending(webhooks)).secret
    assert (late.text, late.previous) == (new.text, None)


async def test_a_key_has_a_secret_of_its_own(webhooks: WebhookStore, clock: Clock) -> None:
    first = await webhooks.key_secret("key-1")
    assert await webhooks.key_secret("key-1") == first
    assert (await webhooks.key_secret("key-2")).text != first.text
    second = await webhooks.rotate_key_secret("key-1", clock())
    assert second.previous == first.text
    assert await webhooks.key_secret("key-1") == second


async def test_only_one_sends(stores: Stores, others: Stores) -> None:
    await stores.webhooks.add(ENDPOINT, 9)
    await stores.jobs.accept(new_job())
    claim = await sending(stores.webhooks)
    assert await others.webhooks.claim("sender-2", 9) is None
    assert await others.webhooks.settle(claim, DELIVERED)
    assert not await stores.webhooks.settle(claim, FAILED)
    (one,) = await written(stores.webhooks)
    assert (one.status, one.attempt, one.status_code) == ("delivered", 1, 200)


async def test_what_failed_is_sent_when_its_time_comes(
    jobs: JobStore, webhooks: WebhookStore, clock: Clock
) -> None:
    await webhooks.add(ENDPOINT, 9)
    await jobs.accept(new_job())
    first = await sending(webhooks)
    assert await webhooks.settle(first, AGAIN)
    assert await webhooks.claim("sender-1", 9) is None
    clock.pass_by(5)
    second = await sending(webhooks)
    assert second == first.but(attempt=2, tries=2)
    assert await webhooks.settle(second, DELIVERED)
    record = await webhooks.delivery(first.delivery_id, "key-1")
    assert [(one.status_code, one.error, one.excerpt) for one in record.attempts] == [
        *((500, "no", "oh"), (200, None, "")),
    ]
    with pytest.raises(NotFoundError):
        await webhooks.delivery(first.delivery_id, "key-2")


async def test_the_first_try_needs_no_clock(
    jobs: JobStore, webhooks: WebhookStore, clock: Clock
) -> None:
    await webhooks.add(ENDPOINT, 9)
    await jobs.accept(new_job())
    clock.pass_by(-3600)
    assert await sending(webhooks)


async def test_a_dead_sender_loses_what_it_had(stores: Stores) -> None:
    webhooks = stores.webhooks
    await webhooks.add(ENDPOINT, 9)
    await stores.jobs.accept(new_job())
    lost = await sending(webhooks, "sender-1")
    await stores.instances.leave("another")
    assert await webhooks.claim("sender-2", 9) is None
    await stores.instances.leave("sender-1")
    again = await sending(webhooks, "sender-2")
    assert again == lost.but(attempt=2, tries=1)
    assert not await webhooks.settle(lost, FAILED)
    assert await webhooks.settle(again, DELIVERED)
    record = await webhooks.delivery(lost.delivery_id)
    assert "lost" in (record.attempts[0].error or "")


async def test_one_receiver_has_not_all_senders(jobs: JobStore, webhooks: WebhookStore) -> None:
    await webhooks.add(ENDPOINT.but(events=("job.queued",)), 9)
    for name in ("a", "b", "c"):
        await jobs.accept(new_job(name))
    await jobs.accept(new_job("d", webhook=JOB_WEBHOOK.but(events=("job.queued",))))
    hanging = [await sending(webhooks, most_each=2) for _ in range(2)]
    other = await sending(webhooks, most_each=2)
    assert other.url == JOB_WEBHOOK.url
    assert await webhooks.claim("sender-1", 2) is None
    assert await webhooks.settle(hanging[0], DELIVERED)
    assert (await sending(webhooks, most_each=2)).url == ENDPOINT.url


async def test_gone_is_told_no_more(jobs: JobStore, webhooks: WebhookStore) -> None:
    await webhooks.add(ENDPOINT, 9)
    await completed(jobs, tasks=NOTIFIED)
    assert await webhooks.settle(await sending(webhooks), GONE)
    endpoint = await webhooks.endpoint("ep_1")
    assert (endpoint.enabled, endpoint.disabled_reason) == (False, "the receiver answered 410 Gone")
    assert {one.status for one in await written(webhooks)} == {"failed"}
    assert (await statuses(jobs))[NOTIFICATION] == "failed"
    await jobs.accept(new_job("later"))
    assert await told(webhooks, job_id="later") == []
    for forbidden in (
        webhooks.test("ep_1"),
        webhooks.replay((await written(webhooks))[0].delivery_id),
    ):
        with pytest.raises(ConflictError):
            await forbidden
    back = await webhooks.change("ep_1", "key-1", {"enabled": True, "url": "https://new.example/"})
    assert (back.enabled, back.disabled_reason) == (True, None)
    assert (await webhooks.replay((await written(webhooks))[0].delivery_id)).url == back.url


async def test_a_jobs_own_webhook_that_is_gone(jobs: JobStore, webhooks: WebhookStore) -> None:
    mine = JOB_WEBHOOK.but(events=("job.queued", *FINAL_EVENTS))
    await jobs.accept(new_job(webhook=mine))
    assert await webhooks.settle(await sending(webhooks), GONE)
    await jobs.cancel("job-1")
    assert await told(webhooks) == ["job.queued"]


async def test_switched_off_while_it_is_sent(jobs: JobStore, webhooks: WebhookStore) -> None:
    await webhooks.add(ENDPOINT, 9)
    await jobs.accept(new_job())
    under_way = await sending(webhooks)
    await jobs.cancel("job-1")
    await webhooks.change("ep_1", "key-1", {"enabled": False})
    assert await webhooks.settle(under_way, AGAIN)
    assert [one.status for one in await written(webhooks)] == ["failed", "failed"]


async def test_a_removed_endpoint_leaves_nothing(jobs: JobStore, webhooks: WebhookStore) -> None:
    await webhooks.add(ENDPOINT, 9)
    await completed(jobs, tasks=NOTIFIED)
    under_way = await sending(webhooks)
    await webhooks.remove("ep_1", "key-1")
    assert not await webhooks.settle(under_way, DELIVERED)
    assert await written(webhooks) == []
    assert (await statuses(jobs))[NOTIFICATION] == "failed"


async def test_what_is_on_its_way_is_not_replayed(jobs: JobStore, webhooks: WebhookStore) -> None:
    await completed(jobs, webhook=JOB_WEBHOOK)
    (one,) = await written(webhooks)
    with pytest.raises(ConflictError):
        await webhooks.replay(one.delivery_id)


async def test_old_deliveries_are_forgotten(
    jobs: JobStore, webhooks: WebhookStore, clock: Clock
) -> None:
    await webhooks.add(ENDPOINT, 9)
    await jobs.accept(new_job("done"))
    assert await webhooks.settle(await sending(webhooks), DELIVERED)
    await jobs.accept(new_job("waits"))
    clock.pass_by(60)
    assert await webhooks.drop_deliveries(clock(), dry_run=True) == 1
    assert await webhooks.drop_deliveries(clock()) == 1
    assert [one.job_id for one in await written(webhooks)] == ["waits"]
