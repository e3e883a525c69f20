"""What every store of answers promises (jobs/ports.py)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from reelmill.jobs.ports import Answer, IdempotencyStore, Reservation
from reelmill.model.errors import ConflictError, QueueFullError
from tests.contract.conftest import Clock, Stores
from tests.contract.material import new_job

pytestmark = pytest.mark.anyio
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
ANSWER = Answer(status=202, body='{"job_id": "job-1"}')
RESERVATION = Reservation(
    key_id="key-1", idempotency_key="again", fingerprint="POST /jobs", answer=ANSWER
)


@pytest.fixture
def answers(stores: Stores) -> IdempotencyStore:
    return stores.idempotency


async def test_it_is_answered_once(answers: IdempotencyStore) -> None:
    assert await answers.answer("key-1", "again") is None
    assert await answers.reserve("key-1", "again", "api-1", LONG_AGO)
    for instance in ("api-1", "api-2"):
        with pytest.raises(ConflictError):
            await answers.reserve("key-1", "again", instance, LONG_AGO)
    assert await answers.answer("key-1", "again") is None
    await answers.settle(RESERVATION)
    assert not await answers.reserve("key-1", "again", "api-2", LONG_AGO)
    assert await answers.answer("key-1", "again") == ("POST /jobs", ANSWER)
    with pytest.raises(ConflictError):
        await answers.settle(RESERVATION.but(fingerprint="other"))
    await answers.release("key-1", "again")  # an answer stays
    assert await answers.answer("key-1", "again") == ("POST /jobs", ANSWER)


async def test_each_key_has_its_own(answers: IdempotencyStore) -> None:
    assert await answers.reserve("key-1", "again", "api-1", LONG_AGO)
    assert await answers.reserve("key-2", "again", "api-1", LONG_AGO)
    assert await answers.reserve("key-1", "other", "api-1", LONG_AGO)


async def test_what_came_to_nothing_is_free(answers: IdempotencyStore) -> None:
    assert await answers.reserve("key-1", "again", "api-1", LONG_AGO)
    await answers.release("key-1", "again")
    assert await answers.reserve("key-1", "again", "api-2", LONG_AGO)


async def test_old_answers_are_forgotten(answers: IdempotencyStore, clock: Clock) -> None:
    await answers.settle(RESERVATION)
    assert await answers.reserve("key-1", "held", "api-1", LONG_AGO)
    assert not await answers.reserve("key-1", "again", "api-1", clock.now)
    later = clock.now + timedelta(seconds=1)
    assert await answers.reserve("key-1", "again", "api-1", later)
    with pytest.raises(ConflictError):  # what is being answered is no answer yet
        await answers.reserve("key-1", "held", "api-1", later)


async def test_of_many_at_once_one_answers(stores: Stores, others: Stores) -> None:
    async def reserve(answers: IdempotencyStore) -> bool:
        try:
            return await answers.reserve("key-1", "again", "api-1", LONG_AGO)
        except ConflictError:
            return False

    both = (stores.idempotency, others.idempotency)
    assert sum(await asyncio.gather(*(reserve(both[n % 2]) for n in range(8)))) == 1


async def test_the_answer_is_committed_with_the_job(stores: Stores) -> None:
    answers = stores.idempotency
    assert await answers.reserve("key-1", "again", "api-1", LONG_AGO)
    await stores.jobs.accept(new_job("full"))
    with pytest.raises(QueueFullError):
        await stores.jobs.accept(new_job(), RESERVATION, queue_limit=1)
    assert await answers.answer("key-1", "again") is None
    with pytest.raises(ConflictError):
        await stores.jobs.accept(new_job("full"), RESERVATION)
    assert await answers.answer("key-1", "again") is None
    await stores.jobs.accept(new_job(), RESERVATION)
    assert await answers.answer("key-1", "again") == ("POST /jobs", ANSWER)


async def test_two_answers_are_never_two_jobs(stores: Stores) -> None:
    """The first process was given up while it was still at it."""
    assert await stores.idempotency.reserve("key-1", "again", "api-1", LONG_AGO)
    await stores.instances.leave("api-1")
    assert await stores.idempotency.reserve("key-1", "again", "api-2", LONG_AGO)
    await stores.jobs.accept(new_job("job-1"), RESERVATION)
    with pytest.raises(ConflictError):
        await stores.jobs.accept(new_job("job-2"), RESERVATION)
    assert await stores.jobs.known(["job-1", "job-2"]) == {"job-1"}
