"""What every store of API keys promises (jobs/ports.py)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_network
from typing import Any

import pytest

from reelmill.jobs.ports import KeyStore
from reelmill.model.errors import ConflictError, NotFoundError
from reelmill.model.keys import ApiKey, KeyTerms
from tests.contract.conftest import Clock, Stores
from tests.contract.material import claimed, completed, expanded, failed

pytestmark = pytest.mark.anyio
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


def key(key_id: str = "key-1", **fields: Any) -> ApiKey:
    values = {"name": "n", "secret_hash": "00", "created_at": BEGIN, **fields}
    return ApiKey.model_validate({"key_id": key_id, **values})


FULL = key(
    "full",
    admin=True,
    expires_at=BEGIN + timedelta(days=9),
    allowed_networks=("10.0.0.0/8", "fe80::/10"),
    rate_limit_per_minute=1,
    rate_limit_per_hour=2,
    max_concurrent_jobs=3,
    monthly_minutes=4.5,
)


@pytest.fixture
def keys(stores: Stores) -> KeyStore:
    return stores.keys


async def test_what_was_added_is_there(keys: KeyStore) -> None:
    await keys.add(FULL)
    assert await keys.key("full") == FULL
    assert await keys.key("nothing") is None
    with pytest.raises(ConflictError):
        await keys.add(key("full"))


async def test_all_newest_first(keys: KeyStore) -> None:
    assert await keys.keys() == ()
    for name, days in (("b", 2), ("a", 1), ("c", 3)):
        await keys.add(key(name, created_at=BEGIN + timedelta(days=days)))
    await keys.revoke("b")
    assert [one.key_id for one in await keys.keys()] == ["c", "b", "a"]


async def test_other_terms(keys: KeyStore) -> None:
    await keys.add(FULL)
    terms = KeyTerms(name="other", allowed_networks=(ip_network("::1/128"),))
    changed = await keys.change("full", terms)
    assert changed == await keys.key("full")
    assert KeyTerms.model_validate(changed.model_dump(include={*KeyTerms.model_fields})) == terms
    assert (changed.secret_hash, changed.created_at) == (FULL.secret_hash, FULL.created_at)
    with pytest.raises(NotFoundError):
        await keys.change("nothing", terms)


async def test_another_secret(keys: KeyStore) -> None:
    await keys.add(key())
    assert await keys.rotate("key-1", "ff") == key(secret_hash="ff") == await keys.key("key-1")
    await keys.revoke("key-1")
    for name in ("key-1", "nothing"):
        with pytest.raises(NotFoundError):
            await keys.rotate(name, "ee")
    found = await keys.key("key-1")
    assert found is not None
    assert found.secret_hash == "ff"


async def test_revoked_once(keys: KeyStore, clock: Clock) -> None:
    await keys.add(key())
    revoked = await keys.revoke("key-1")
    assert revoked == key(revoked_at=clock.now)
    clock.pass_by(100)
    assert await keys.revoke("key-1") == revoked == await keys.key("key-1")
    with pytest.raises(NotFoundError):
        await keys.revoke("nothing")


async def test_used_to_the_minute(keys: KeyStore) -> None:
    await keys.add(key())

    async def used(seconds: float) -> datetime | None:
        await keys.used("key-1", BEGIN + timedelta(seconds=seconds))
        found = await keys.key("key-1")
        assert found is not None
        return found.last_used_at

    assert await used(0) == BEGIN
    assert await used(59) == BEGIN
    assert await used(60) == BEGIN + timedelta(seconds=60)
    assert await used(10) == BEGIN + timedelta(seconds=60)
    await keys.used("nothing", BEGIN)


async def test_usage_by_key_and_day(stores: Stores) -> None:
    keys, clock = stores.keys, stores.clock
    first = clock.now.date()
    await completed(stores.jobs, "a")
    await failed(stores.jobs, "b", key_id="key-2")
    clock.pass_by(24 * 3600)
    await completed(stores.jobs, "c", size_bytes=7)
    await stores.jobs.remove("c")
    mine = await keys.usage("key-1", first)
    assert [one.day for one in mine] == [clock.now.date(), first]
    assert [one.input_bytes for one in mine] == [7, 1000]
    assert [one.jobs_completed for one in mine] == [1, 1]
    every = await keys.usage(None, first)
    assert [(one.key_id, one.jobs_failed) for one in every] == [
        ("key-1", 0),
        ("key-1", 0),
        ("key-2", 1),
    ]
    assert await keys.usage("key-2", clock.now.date()) == ()
    assert await keys.usage("key-1", date(2100, 1, 1)) == ()


async def test_a_cancelled_job_took_its_time(stores: Stores) -> None:
    await expanded(stores.jobs)
    await claimed(stores.jobs)
    stores.clock.pass_by(90)
    await stores.jobs.cancel("job-1")
    (usage,) = await stores.keys.usage("key-1", stores.clock.now.date())
    assert (usage.processing_seconds, usage.jobs_failed) == (90, 0)
