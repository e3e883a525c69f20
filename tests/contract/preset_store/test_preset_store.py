"""What every adapter of `PresetStore` must do."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from reelmill.jobs.ports import Answer, PresetStore, Reservation
from reelmill.model.errors import ConflictError, NotFoundError
from reelmill.model.presets import EVERYBODY, Preset
from tests.contract.conftest import Stores

pytestmark = pytest.mark.anyio

MADE = datetime(2026, 3, 1, 12, tzinfo=UTC)
PRESET = Preset(owner="key-1", name="small", version=1, settings={"output": {"format": "webm"}})
SECOND = PRESET.but(version=2, description="é")


async def test_a_preset_has_versions(presets: PresetStore) -> None:
    assert await presets.newest("key-1", "small") == (0, None)
    await presets.add(PRESET, 9)
    await presets.add(SECOND, 9)
    assert await presets.preset("key-1", "small") == SECOND.but(created_at=MADE)
    assert await presets.preset("key-1", "small", 1) == PRESET.but(created_at=MADE)
    assert await presets.newest("key-1", "small") == (2, SECOND.but(created_at=MADE))
    with pytest.raises(ConflictError):
        await presets.add(SECOND, 9)
    for name, version in (("small", 3), ("large", None)):
        with pytest.raises(NotFoundError):
            await presets.preset("key-1", name, version)


async def test_each_owner_has_names_of_its_own(presets: PresetStore) -> None:
    for one in (PRESET, SECOND, PRESET.but(owner="key-2"), PRESET.but(owner=EVERYBODY)):
        await presets.add(one, 9)
    found = await presets.presets(("key-1", EVERYBODY))
    assert [(one.owner, one.version) for one in found] == [(EVERYBODY, 1), ("key-1", 2)]
    await presets.remove("key-2", "small")
    with pytest.raises(NotFoundError):
        await presets.remove("key-2", "small")
    assert len(await presets.presets(("key-1", "key-2", EVERYBODY))) == 2


async def test_no_number_is_given_twice(presets: PresetStore) -> None:
    await presets.add(PRESET, 9)
    await presets.remove("key-1", "small")
    assert await presets.newest("key-1", "small") == (1, None)
    with pytest.raises(NotFoundError):
        await presets.preset("key-1", "small", 1)
    with pytest.raises(ConflictError):
        await presets.add(PRESET, 9)
    await presets.add(SECOND, 9)
    assert (await presets.preset("key-1", "small")).version == 2


async def test_so_many_and_no_more(stores: Stores) -> None:
    presets = stores.presets
    await presets.add(PRESET, 1)
    await presets.add(SECOND, 1)
    answer = Answer(status=201, body="{}")
    promise = Reservation(key_id="key-1", idempotency_key="k", fingerprint="f", answer=answer)
    other = PRESET.but(name="other")
    with pytest.raises(ConflictError):
        await presets.add(other, 1, promise)
    assert await stores.idempotency.answer("key-1", "k") is None
    await presets.add(other, 2, promise)
    assert await stores.idempotency.answer("key-1", "k") == ("f", answer)
