"""What every store of instances promises (jobs/ports.py)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from reelmill.model.records import Instance
from tests.contract.conftest import Stores
from tests.contract.material import claimed, new_job

pytestmark = pytest.mark.anyio
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
WORKER = Instance(
    instance_id="worker-1",
    kind="worker",
    host="a",
    pid=7,
    started_at=BEGIN + timedelta(seconds=1),
    slots={"cpu": 2, "io": 4},
)
API = Instance(instance_id="api-1", kind="api", host="b", pid=8, started_at=BEGIN)


async def test_who_is_there(stores: Stores, others: Stores) -> None:
    await stores.instances.join(WORKER)
    await others.instances.join(API)
    assert await stores.instances.instances() == (API, WORKER)
    await stores.instances.leave("api-1")
    await stores.instances.leave("api-1")
    assert await others.instances.instances() == (WORKER,)


async def test_a_beat_says_that_it_is_alive(stores: Stores) -> None:
    await stores.instances.join(WORKER)
    assert await stores.instances.alive("worker-1")
    assert await stores.instances.alive("worker-1")
    assert await stores.instances.instances() == (WORKER.but(beat=2),)


async def test_what_was_given_up_joins_again(stores: Stores, others: Stores) -> None:
    await stores.instances.join(WORKER)
    await others.instances.leave("worker-1")
    assert not await stores.instances.alive("worker-1")
    assert await stores.instances.instances() == ()
    await stores.instances.join(WORKER)
    await stores.instances.join(WORKER)
    assert await stores.instances.alive("worker-1")


async def test_what_had_been_reserved_is_free(stores: Stores) -> None:
    for instance in (WORKER, API):
        await stores.instances.join(instance)
    assert await stores.idempotency.reserve("key-1", "again", "api-1", BEGIN)
    await stores.instances.leave("api-1")
    assert await stores.idempotency.reserve("key-1", "again", "api-2", BEGIN)


async def test_how_much_it_has_to_do(stores: Stores) -> None:
    for instance in (WORKER, API):
        await stores.instances.join(instance)
    for name in ("a", "b", "c"):
        await stores.jobs.accept(new_job(name))
    for _ in range(2):
        await claimed(stores.jobs, "io", "worker-1")
    await claimed(stores.jobs, "io", "worker-2")
    assert [one.running for one in await stores.instances.instances()] == [0, 2]
    await stores.jobs.cancel("a")
    assert [one.running for one in await stores.instances.instances()] == [0, 1]
