"""What every store of uploads does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from reelmill.jobs.ports import UploadStore
from reelmill.model.errors import NotFoundError
from reelmill.model.uploads import Upload
from tests.contract.conftest import Clock, Stores

pytestmark = pytest.mark.anyio


@pytest.fixture
def uploads(stores: Stores) -> UploadStore:
    return stores.uploads


def begun(clock: Clock, upload_id: str = "u", **words: object) -> Upload:
    fields = {
        "upload_id": upload_id,
        "key_id": "key-1",
        "size_bytes": 100,
        "offset_bytes": 0,
        "metadata": {"filename": "\u3042.mp4", "empty": ""},
        "created_at": clock.now,
        "expires_at": clock.now + timedelta(hours=1),
        **words,
    }
    return Upload.model_validate(fields)


async def test_it_is_there_as_it_was_begun(uploads: UploadStore, clock: Clock) -> None:
    await uploads.begin(begun(clock))
    assert await uploads.upload("u") == await uploads.upload("u", "key-1") == begun(clock)
    for key_id, upload_id in (("key-2", "u"), (None, "v")):
        with pytest.raises(NotFoundError):
            await uploads.upload(upload_id, key_id)


async def test_it_grows_from_where_it_is(uploads: UploadStore, clock: Clock) -> None:
    await uploads.begin(begun(clock, size_bytes=5 << 40))
    was, later = await uploads.upload("u"), clock.now + timedelta(hours=2)
    assert await uploads.advance(was, 3 << 40, later)
    assert not await uploads.advance(was, 60, later)
    now = await uploads.upload("u")
    assert (now.offset_bytes, now.expires_at, now.whole) == (3 << 40, later, False)
    assert await uploads.advance(now, 5 << 40, later)
    assert (await uploads.upload("u")).whole


async def test_it_is_forgotten(uploads: UploadStore, clock: Clock) -> None:
    await uploads.begin(begun(clock))
    was = await uploads.upload("u")
    await uploads.forget("u")
    await uploads.forget("u")
    assert not await uploads.advance(was, 10, clock.now)
    with pytest.raises(NotFoundError):
        await uploads.upload("u")


async def test_which_are_expired(uploads: UploadStore, clock: Clock) -> None:
    for number, hours in enumerate((3, 1, 2)):
        until = clock.now + timedelta(hours=hours)
        await uploads.begin(begun(clock, f"u{number}", expires_at=until))
    found = await uploads.expired(clock.now + timedelta(hours=2, minutes=1))
    assert [one.upload_id for one in found] == ["u1", "u2"]
    assert await uploads.begun({"u0", "x"}) == {"u0"}
    assert await uploads.begun(set()) == set()
