"""What every adapter of `BatchStore` must do."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from reelmill.jobs.ports import Answer, BatchStore, JobStore, Reservation, WebhookStore
from reelmill.model.batches import BatchQuery, NewBatch, Refusal
from reelmill.model.errors import ConflictError, NotFoundError, QueueFullError
from reelmill.model.jobs import NewJob
from reelmill.model.webhooks import BATCH_COMPLETED, JobWebhook, Sent
from tests.contract.conftest import Clock, Stores
from tests.contract.material import CLOSED, ENCODED, PACKAGED, claimed, expansion, new_job
from tests.contract.webhooks.material import ENDPOINT, sending, told, written

pytestmark = pytest.mark.anyio

WEBHOOK = JobWebhook(url="http://127.0.0.1/batch", events=(BATCH_COMPLETED,))
REFUSED = (Refusal(index=1, code="not_found", message="there is no such file"),)


def batch(batch_id: str = "batch-1", **fields: Any) -> NewBatch:
    values = {"key_id": "key-1", "created_at": datetime(2026, 3, 1, 11, tzinfo=UTC), **fields}
    return NewBatch.model_validate({"batch_id": batch_id, **values})


def jobs_of(*names: str) -> dict[int, NewJob]:
    return {2 * place: new_job(name) for place, name in enumerate(names)}


async def complete(jobs: JobStore) -> None:
    """The best job, from its first step to its last."""
    assert await jobs.expand(await claimed(jobs, "io"), expansion())
    assert await jobs.finish(await claimed(jobs), ENCODED)
    assert await jobs.finish(await claimed(jobs), PACKAGED)
    assert await jobs.finish(await claimed(jobs, "io"), CLOSED)


async def test_a_batch_is_shown_with_its_jobs(
    jobs: JobStore, batches: BatchStore, clock: Clock
) -> None:
    await batches.accept(
        batch(name="night", user_metadata={"a": 1}, refused=REFUSED), jobs_of("a", "b")
    )
    await jobs.accept(new_job("alone"))
    found = await batches.batch("batch-1", "key-1")
    assert (found.status, found.total, found.by_status) == ("pending", 2, {"pending": 2})
    assert (found.name, found.user_metadata, found.refused) == ("night", {"a": 1}, REFUSED)
    assert {place: one.job_id for place, one in found.jobs.items()} == {0: "a", 2: "b"}
    assert (await jobs.job("a")).batch_id == "batch-1"
    assert (await jobs.job("alone")).batch_id is None
    await complete(jobs)
    half = await batches.batch("batch-1")
    assert (half.status, half.fraction, half.completed_at) == ("processing", 0.5, None)
    clock.pass_by(5)
    await complete(jobs)
    ended = await batches.batch("batch-1")
    assert (ended.status, ended.fraction, ended.completed_at) == ("completed", 1, clock())


async def test_the_last_end_is_told_once(
    jobs: JobStore, batches: BatchStore, webhooks: WebhookStore
) -> None:
    await webhooks.add(ENDPOINT.but(events=(BATCH_COMPLETED,)), 9)
    await webhooks.add(ENDPOINT.but(endpoint_id="ep_2", events=("job.queued",)), 9)
    await batches.accept(batch(webhook=WEBHOOK, refused=REFUSED), jobs_of("a", "b"))
    await complete(jobs)
    assert await told(webhooks, batch_id="batch-1") == []
    await jobs.cancel("b")
    first, second = await written(webhooks, batch_id="batch-1")
    assert {first.url, second.url} == {WEBHOOK.url, ENDPOINT.url}
    said = json.loads((await webhooks.delivery(first.delivery_id)).payload)
    assert said["type"] == "batch.completed"
    data = said["data"]
    assert (data["status"], data["total"], data["refused"]) == ("completed", 2, 1)
    assert (data["completed"], data["failed"], data["cancelled"]) == (1, 0, 1)
    assert data["links"] == {"self": "/api/v1/batch/batch-1"}


async def test_a_retry_lets_it_end_again(
    jobs: JobStore, batches: BatchStore, webhooks: WebhookStore
) -> None:
    await batches.accept(batch(webhook=WEBHOOK), jobs_of("a", "b"))
    assert await batches.cancel("batch-1") == ("a", "b")
    assert (await batches.batch("batch-1")).status == "cancelled"
    await jobs.retry("a")
    await jobs.retry("b")
    again = await batches.batch("batch-1")
    assert (again.status, again.run, again.completed_at) == ("pending", 2, None)
    await batches.cancel("batch-1")
    assert [one.sequence for one in await written(webhooks, batch_id="batch-1")] == [1, 2]


async def test_cancelled_is_what_is_not_done(jobs: JobStore, batches: BatchStore) -> None:
    await batches.accept(batch(), jobs_of("a", "b"))
    await complete(jobs)
    assert await batches.cancel("batch-1", "key-1") == ("b",)
    assert await batches.cancel("batch-1", "key-1") == ()
    found = await batches.batch("batch-1")
    assert found.by_status == {"completed": 1, "cancelled": 1}
    assert found.status == "completed"


async def test_all_or_nothing(stores: Stores) -> None:
    jobs, batches = stores.jobs, stores.batches
    answer = Answer(status=202, body="{}")
    promise = Reservation(key_id="key-1", idempotency_key="k", fingerprint="f", answer=answer)
    await jobs.accept(new_job("b"))
    with pytest.raises(ConflictError):
        await batches.accept(batch(), jobs_of("a", "b"), promise)
    with pytest.raises(QueueFullError):
        await batches.accept(batch(), jobs_of("a", "c"), promise, queue_limit=2)
    assert await jobs.known(["a", "c"]) == set()
    assert (await batches.batches(BatchQuery())).total == 0
    assert await stores.idempotency.answer("key-1", "k") is None
    await batches.accept(batch(), jobs_of("a", "c"), promise, queue_limit=3)
    assert await stores.idempotency.answer("key-1", "k") == ("f", answer)
    with pytest.raises(ConflictError):
        await batches.accept(batch(), jobs_of("d"))


async def test_strangers_find_nothing(batches: BatchStore) -> None:
    await batches.accept(batch(), jobs_of("a"))
    await batches.accept(batch("batch-2", key_id="key-2"), jobs_of("b"))
    for what in (batches.batch("batch-1", "key-2"), batches.cancel("batch-1", "key-2")):
        with pytest.raises(NotFoundError):
            await what
    page = await batches.batches(BatchQuery(key_id="key-1"))
    assert (page.total, [one.batch_id for one in page.batches]) == (1, ["batch-1"])
    page = await batches.batches(BatchQuery(limit=1, offset=1))
    assert (page.total, [one.batch_id for one in page.batches]) == (2, ["batch-1"])


async def test_a_batch_goes_with_its_last_job(jobs: JobStore, batches: BatchStore) -> None:
    await batches.accept(batch(), jobs_of("a", "b"))
    await batches.cancel("batch-1")
    await jobs.remove("a")
    half = await batches.batch("batch-1")
    assert (half.total, half.fraction, [*half.jobs]) == (2, 1, [2])
    await jobs.remove("b")
    with pytest.raises(NotFoundError):
        await batches.batch("batch-1")


async def test_gone_is_told_no_more(
    jobs: JobStore, batches: BatchStore, webhooks: WebhookStore
) -> None:
    await batches.accept(batch(webhook=WEBHOOK), jobs_of("a"))
    await batches.cancel("batch-1")
    sent = await sending(webhooks)
    assert sent.secret == await webhooks.key_secret("key-1")
    assert await webhooks.settle(sent, Sent(outcome="gone", status_code=410))
    await jobs.retry("a")
    await jobs.cancel("a")
    (one,) = await written(webhooks)
    assert (one.status, one.status_code) == ("failed", 410)
