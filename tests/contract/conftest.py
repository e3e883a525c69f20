"""Every adapter of the stores, for the suites below. A new one is a line in ADAPTERS."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reelmill.adapters.sql.batches import SqlBatchStore
from reelmill.adapters.sql.database import Database
from reelmill.adapters.sql.idempotency import SqlIdempotencyStore
from reelmill.adapters.sql.instances import SqlInstanceStore
from reelmill.adapters.sql.job_store import SqlJobStore
from reelmill.adapters.sql.keys import SqlKeyStore
from reelmill.adapters.sql.presets import SqlPresetStore
from reelmill.adapters.sql.uploads import SqlUploadStore
from reelmill.adapters.sql.webhook_store import SqlWebhookStore
from reelmill.jobs.ports import (
    BatchStore,
    IdempotencyStore,
    InstanceStore,
    JobStore,
    KeyStore,
    PresetStore,
    UploadStore,
    WebhookStore,
)
from tests.contract.blank import blank


@dataclass
class Clock:
    """The wall clock of a test: it stands still until it is told."""

    now: datetime = field(default_factory=lambda: datetime(2026, 3, 1, 12, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Stores:
    """All stores over one database, as one process has them."""

    jobs: JobStore
    keys: KeyStore
    idempotency: IdempotencyStore
    instances: InstanceStore
    uploads: UploadStore
    webhooks: WebhookStore
    batches: BatchStore
    presets: PresetStore
    clock: Clock
    url: str
    close: Callable[[], Awaitable[None]]


def sqlite(tmp_path: Path, clock: Clock) -> Stores:
    url = blank(tmp_path / "jobs.db")
    database = Database(url, clock)
    return Stores(
        SqlJobStore(database),
        SqlKeyStore(database),
        SqlIdempotencyStore(database),
        SqlInstanceStore(database),
        SqlUploadStore(database),
        SqlWebhookStore(database),
        SqlBatchStore(database),
        SqlPresetStore(database),
        clock,
        url,
        database.close,
    )


ADAPTERS: dict[str, Callable[[Path, Clock], Stores]] = {"sqlite": sqlite}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(params=ADAPTERS)
def adapter(request: pytest.FixtureRequest) -> Callable[[Path, Clock], Stores]:
    return ADAPTERS[request.param]


@pytest.fixture
async def stores(adapter: Callable[[Path, Clock], Stores], tmp_path: Path) -> AsyncIterator[Stores]:
    opened = adapter(tmp_path, Clock())
    yield opened
    await opened.close()


@pytest.fixture
async def others(
    adapter: Callable[[Path, Clock], Stores], tmp_path: Path, stores: Stores
) -> AsyncIterator[Stores]:
    """The same database, opened once more: what another process has."""
    opened = adapter(tmp_path, stores.clock)
    yield opened
    await opened.close()


@pytest.fixture
def jobs(stores: Stores) -> JobStore:
    return stores.jobs


@pytest.fixture
def webhooks(stores: Stores) -> WebhookStore:
    return stores.webhooks


@pytest.fixture
def batches(stores: Stores) -> BatchStore:
    return stores.batches


@pytest.fixture
def presets(stores: Stores) -> PresetStore:
    return stores.presets


@pytest.fixture
def clock(stores: Stores) -> Clock:
    return stores.clock
