"""A database of every released schema comes up to date, and what stood in it is read back.

`released/<revision>.sql` is such a database, with jobs in every state. When a release has a new
newest revision, add its own, and leave the others for ever:

    python -m tests.contract.sql.test_released

It writes `released/<head>.sql` from the code as it is. A file that is there is not replaced.
"""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from reelmill.adapters.sql.schema import check, upgrade
from reelmill.model.jobs import JobStatus
from reelmill.model.records import JobQuery
from reelmill.model.webhooks import DeliveryQuery, Sent
from reelmill.model.work import Ending
from tests.contract.batch_store.test_batch_store import batch
from tests.contract.conftest import Clock, sqlite
from tests.contract.idempotency.test_idempotency import ANSWER, LONG_AGO, RESERVATION
from tests.contract.instances.test_instances import WORKER
from tests.contract.key_store.test_key_store import FULL
from tests.contract.material import (
    ENCODED,
    HLS,
    PACKAGED,
    claimed,
    completed,
    expanded,
    failed,
    new_job,
)
from tests.contract.preset_store.test_preset_store import MADE, PRESET
from tests.contract.webhooks.material import ENDPOINT, JOB_WEBHOOK

RELEASED = Path(__file__).parent / "released"
STATES: tuple[JobStatus, ...] = (
    "completed",
    "failed",
    "cancelled",
    "processing",
    "validating",
    "pending",
)


async def fill(folder: Path) -> None:
    """A job in every state, named after it, and a row in every table."""
    stores = sqlite(folder, Clock())
    jobs = stores.jobs
    await stores.keys.add(FULL)
    await stores.instances.join(WORKER)
    await stores.idempotency.reserve("key-1", "held", "worker-1", LONG_AGO)
    await stores.webhooks.add(ENDPOINT, 9)
    await completed(jobs, "completed", user_metadata={"tags": ["a", "b"]})
    await failed(jobs, "failed")
    await expanded(jobs, "cancelled")
    await jobs.cancel("cancelled")
    await expanded(jobs, "processing")
    assert await jobs.finish(await claimed(jobs), ENCODED)
    again = Ending(outcome="again", delay_seconds=60)
    assert await jobs.finish(await claimed(jobs), again)
    await jobs.accept(new_job("validating"), RESERVATION)
    await claimed(jobs, "io")
    await jobs.accept(new_job("pending", webhook=JOB_WEBHOOK))
    await stores.batches.accept(batch("batch"), {0: new_job("batched")})
    await stores.presets.add(PRESET, 9)
    sending = await stores.webhooks.claim("worker-1", 9)
    assert sending is not None
    await stores.webhooks.settle(sending, Sent(outcome="again", error="no", delay_seconds=5))
    await stores.close()


def dump(folder: Path) -> str:
    database = sqlite3.connect(folder / "jobs.db")
    lines = [*database.iterdump()]
    database.close()
    return "\n".join(lines) + "\n"


@pytest.mark.anyio
@pytest.mark.parametrize("revision", sorted(path.stem for path in RELEASED.glob("*.sql")))
async def test_it_goes_on_where_it_was(revision: str, tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "jobs.db")
    database.executescript((RELEASED / f"{revision}.sql").read_text(encoding="utf-8"))
    database.close()
    upgrade(f"sqlite:///{tmp_path / 'jobs.db'}")
    stores = sqlite(tmp_path, Clock())
    assert check(stores.url).agrees
    jobs = stores.jobs
    for state in STATES:
        job = await jobs.job(state)
        assert job.status == state
        assert [event.sequence for event in await jobs.events(state)] == [
            *range(1, job.sequence + 1)
        ]
    assert (await jobs.jobs(JobQuery(metadata={"tags": "b"}))).total == 1
    assert await jobs.artifact_at("completed", "360p/hls/a.ts") == HLS
    assert await stores.keys.key("full") == FULL
    assert (await stores.instances.instances())[0].instance_id == "worker-1"
    assert await stores.idempotency.answer("key-1", "again") == (
        RESERVATION.fingerprint,
        ANSWER,
    )
    if revision >= "0002":
        assert (await stores.batches.batch("batch")).by_status == {"pending": 1}
        assert await stores.presets.preset("key-1", "small") == PRESET.but(created_at=MADE)
        assert await stores.webhooks.endpoint(ENDPOINT.endpoint_id) == ENDPOINT
        sent = await stores.webhooks.deliveries(DeliveryQuery(job_id="completed"))
        assert [one.type for one in sent.deliveries] == [
            *("job.completed", "job.started", "job.queued"),
        ]
        assert len((await stores.webhooks.delivery(sent.deliveries[2].delivery_id)).attempts) == 1
        assert await stores.webhooks.claim("worker-2", 9)
    assert await jobs.retry("failed")
    assert await jobs.retry("cancelled")
    stores.clock.pass_by(60)
    claims = [await claimed(jobs) for _ in range(3)]
    package = next(claim for claim in claims if claim.job_id == "processing")
    assert await jobs.finish(package, PACKAGED)
    assert (await claimed(jobs, "io")).job_id == "processing"
    (lease, *_) = await jobs.leases()
    assert await jobs.lose(lease, 0, 10)
    await stores.close()


def test_the_newest_schema_has_its_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'jobs.db'}"
    upgrade(url)
    assert (RELEASED / f"{check(url).head}.sql").exists()


if __name__ == "__main__":
    with TemporaryDirectory() as name:
        place = Path(name)
        asyncio.run(fill(place))
        head = check(f"sqlite:///{place / 'jobs.db'}").head
        with (RELEASED / f"{head}.sql").open("x", encoding="utf-8") as file:
            file.write(dump(place))
