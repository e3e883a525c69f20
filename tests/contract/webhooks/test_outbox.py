"""What is written for webhooks, together with what it tells of."""

from __future__ import annotations

import json

import pytest

from reelmill.jobs.ports import JobStore, WebhookStore
from reelmill.model.errors import ConflictError
from reelmill.model.events import Progress
from reelmill.model.steps import Task
from reelmill.model.webhooks import NOTIFICATION, PROGRESS_SECONDS, JobWebhook, Sent
from tests.contract.conftest import Clock
from tests.contract.material import (
    TASKS,
    claimed,
    completed,
    expanded,
    failed,
    kinds,
    new_job,
    statuses,
)
from tests.contract.webhooks.material import ENDPOINT, JOB_WEBHOOK, sending, told, written

pytestmark = pytest.mark.anyio

DELIVERED = Sent(outcome="delivered", status_code=200)
FAILED = Sent(outcome="failed", status_code=500, error="the receiver answered 500")
NOTIFIED = (*TASKS, Task(name=NOTIFICATION, required=False))


async def test_an_endpoint_is_told_of_all_jobs_of_its_key(
    jobs: JobStore, webhooks: WebhookStore
) -> None:
    await webhooks.add(ENDPOINT, 9)
    await webhooks.add(ENDPOINT.but(endpoint_id="ep_2", key_id="key-2"), 9)
    await webhooks.add(ENDPOINT.but(endpoint_id="ep_3", events=("job.failed",)), 9)
    await completed(jobs, "one")
    await failed(jobs, "two")
    await jobs.accept(new_job("three"))
    await jobs.cancel("three")
    assert await told(webhooks, endpoint_id="ep_1", job_id="one") == [
        *("job.queued", "job.started", "job.completed"),
    ]
    assert await told(webhooks, endpoint_id="ep_1", job_id="two") == [
        *("job.queued", "job.started", "job.failed"),
    ]
    assert await told(webhooks, job_id="three") == ["job.queued", "job.cancelled"]
    assert await told(webhooks, endpoint_id="ep_2") == []
    assert await told(webhooks, endpoint_id="ep_3") == ["job.failed"]


async def test_what_is_told(jobs: JobStore, webhooks: WebhookStore) -> None:
    await webhooks.add(ENDPOINT, 9)
    await failed(jobs, user_metadata={"title": "é"})
    last = (await written(webhooks))[-1]
    events = await jobs.events("job-1")
    (line,) = [one for one in events if one.kind == "job.failed"]
    said = json.loads((await webhooks.delivery(last.delivery_id)).payload)
    assert (said["type"], said["timestamp"]) == ("job.failed", "2026-03-01T12:00:00.000Z")
    data = said["data"]
    assert last.sequence == data["sequence"] == line.sequence
    assert (data["job_id"], data["status"], data["run"]) == ("job-1", "failed", 1)
    assert data["user_metadata"] == {"title": "é"}
    assert data["error"]["code"] == "command_failed"
    assert data["links"] == {"self": "/api/v1/jobs/job-1"}


async def test_a_message_is_small_whatever_the_user_says(
    jobs: JobStore, webhooks: WebhookStore
) -> None:
    await webhooks.add(ENDPOINT, 9)
    await jobs.accept(new_job(user_metadata={"notes": "x" * 60_000}))
    (one,) = await written(webhooks)
    payload = (await webhooks.delivery(one.delivery_id)).payload
    assert len(payload) < 2000
    assert json.loads(payload)["data"]["user_metadata"] is None


async def test_a_jobs_own_webhook_is_told_of_its_end(
    jobs: JobStore, webhooks: WebhookStore
) -> None:
    await completed(jobs, webhook=JOB_WEBHOOK)
    await completed(jobs, "other")
    (one,) = await written(webhooks)
    assert (one.type, one.job_id, one.url) == ("job.completed", "job-1", JOB_WEBHOOK.url)
    assert one.endpoint_id is None
    sent = await sending(webhooks)
    assert sent.secret == await webhooks.key_secret("key-1")


async def test_a_promise_that_is_not_kept_is_not_told(
    jobs: JobStore, webhooks: WebhookStore
) -> None:
    await webhooks.add(ENDPOINT, 9)
    await jobs.accept(new_job())
    with pytest.raises(ConflictError):
        await jobs.accept(new_job())
    assert await told(webhooks) == ["job.queued"]


async def test_progress_is_told_to_who_asks_and_seldom(
    jobs: JobStore, webhooks: WebhookStore, clock: Clock
) -> None:
    await webhooks.add(ENDPOINT, 9)
    await expanded(jobs, webhook=JobWebhook(url="https://example.com/", events=("job.progress",)))
    claim = await claimed(jobs)
    for _ in range(3):
        assert await jobs.beat(claim, Progress(tasks=(), fraction=0.5))

    async def progress() -> list[str | None]:
        return [one.endpoint_id for one in await written(webhooks) if one.type == "job.progress"]

    assert await progress() == [None]
    clock.pass_by(PROGRESS_SECONDS + 1)
    assert await jobs.beat(claim, Progress(tasks=(), fraction=0.6))
    assert await progress() == [None]  # the first one was not even sent
    while (one := await webhooks.claim("sender-1", 9)) is not None:
        assert await webhooks.settle(one, DELIVERED)
    assert await jobs.beat(claim, Progress(tasks=(), fraction=0.7))
    assert await progress() == [None, None]
    last = (await written(webhooks))[-1]
    data = json.loads((await webhooks.delivery(last.delivery_id)).payload)["data"]
    assert (data["progress_percent"], data["stage"], last.sequence) == (56, "transcode", None)


@pytest.mark.parametrize(
    ("sent", "status", "warned"),
    [(DELIVERED, "completed", False), (FAILED, "failed", True)],
)
async def test_the_task_ends_after_its_job(
    jobs: JobStore, webhooks: WebhookStore, sent: Sent, status: str, warned: bool
) -> None:
    await webhooks.add(ENDPOINT.but(events=("job.completed",)), 9)
    await completed(jobs, tasks=NOTIFIED, webhook=JOB_WEBHOOK)
    assert (await statuses(jobs))[NOTIFICATION] == "pending"
    assert await webhooks.settle(await sending(webhooks), DELIVERED)
    assert (await statuses(jobs))[NOTIFICATION] == "pending"
    assert await webhooks.settle(await sending(webhooks), sent)
    job = await jobs.job("job-1")
    assert job.status == "completed"
    assert (await statuses(jobs))[NOTIFICATION] == status
    assert (await kinds(jobs))[-1] == f"task.{status}"
    assert ("webhook_failed" in {one.code for one in job.warnings}) is warned


async def test_the_task_is_skipped_where_nobody_asks(
    jobs: JobStore, webhooks: WebhookStore
) -> None:
    await webhooks.add(ENDPOINT.but(events=("job.queued",)), 9)
    await completed(jobs, tasks=NOTIFIED)
    task = next(one for one in (await jobs.job("job-1")).tasks if one.name == NOTIFICATION)
    assert (task.status, task.reason) == ("skipped", "no webhook asks for the job's end")
    assert await told(webhooks) == ["job.queued"]


async def test_a_replay_mends_the_task(jobs: JobStore, webhooks: WebhookStore) -> None:
    await completed(jobs, tasks=NOTIFIED, webhook=JOB_WEBHOOK)
    first = await sending(webhooks)
    assert await webhooks.settle(first, FAILED)
    assert (await statuses(jobs))[NOTIFICATION] == "failed"
    assert (await webhooks.replay(first.delivery_id)).status == "waiting"
    again = await sending(webhooks)
    assert again == first.but(attempt=2)
    assert await webhooks.settle(again, DELIVERED)
    assert (await statuses(jobs))[NOTIFICATION] == "completed"


async def test_a_retried_job_is_told_of_again(jobs: JobStore, webhooks: WebhookStore) -> None:
    await failed(jobs, tasks=NOTIFIED, webhook=JOB_WEBHOOK)
    old = await sending(webhooks)
    await jobs.retry("job-1")
    assert await webhooks.settle(old, FAILED)  # of the run before: nothing to this one
    assert (await statuses(jobs))[NOTIFICATION] == "pending"
    await jobs.cancel("job-1")
    assert await told(webhooks) == ["job.failed", "job.cancelled"]
    assert await webhooks.settle(await sending(webhooks), DELIVERED)
    assert (await statuses(jobs))[NOTIFICATION] == "completed"


async def test_what_a_job_said_outlives_it(jobs: JobStore, webhooks: WebhookStore) -> None:
    await completed(jobs, webhook=JOB_WEBHOOK)
    await jobs.remove("job-1")
    assert await webhooks.settle(await sending(webhooks), DELIVERED)
    assert [one.status for one in await written(webhooks)] == ["delivered"]
