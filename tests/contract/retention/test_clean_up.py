"""What is removed, what stays, and what a dry run says of it; over every store of jobs."""

from __future__ import annotations

import errno
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from reelmill.adapters.sql import listing
from reelmill.adapters.storage.local import LocalStorage
from reelmill.jobs.ports import JobStore, UploadStore
from reelmill.jobs.retention import clean_up
from reelmill.model.jobs import SourceRef
from reelmill.model.terms import Retention
from tests.contract.conftest import Clock, Stores
from tests.contract.material import completed, expanded, failed, new_job

pytestmark = pytest.mark.anyio
DAY = 24 * 3600.0
FOR_EVER = Retention(failed_jobs_days=None, failed_uploads_days=None, logs_days=None)


class Folder:
    """A storage with files of any age."""

    def __init__(self, root: Path, clock: Clock, uploads: UploadStore) -> None:
        self.root, self._clock, self.uploads = root, clock, uploads
        self.storage = LocalStorage(root)

    def put(self, key: str, age: timedelta = timedelta(days=300)) -> None:
        path = self.root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
        moment = (self._clock() - age).timestamp()
        for one in (path, path.parent):
            os.utime(one, (moment, moment))

    def files(self) -> set[str]:
        found = (path for path in self.root.rglob("*") if not path.is_dir())
        return {str(path.relative_to(self.root)) for path in found}


@pytest.fixture
def folder(tmp_path: Path, stores: Stores) -> Folder:
    return Folder(tmp_path / "storage", stores.clock, stores.uploads)


async def removed(
    jobs: JobStore, folder: Folder, keep: Retention, now: datetime, *, dry_run: bool = False
) -> list[tuple[str, str]]:
    found = clean_up(jobs, folder.uploads, folder.storage, keep, now, dry_run=dry_run)
    return [(one.kind, one.what) async for one in found]


async def as_foretold(
    jobs: JobStore, folder: Folder, keep: Retention, now: datetime
) -> list[tuple[str, str]]:
    """Clean up; a dry run before it says the same and does nothing, one after it says nothing."""
    before = folder.files()
    said = await removed(jobs, folder, keep, now, dry_run=True)
    assert folder.files() == before
    done = await removed(jobs, folder, keep, now)
    assert done == said
    assert await removed(jobs, folder, keep, now, dry_run=True) == []
    assert await removed(jobs, folder, keep, now) == []
    return done


def upload(name: str) -> dict[str, SourceRef]:
    key = f"raw/{name}_original.mp4"
    return {"main": SourceRef(kind="stored", location=key, size_bytes=1)}


@pytest.mark.parametrize("days", [0.5, 7.5, 29.5, 30.5])
async def test_each_end_has_its_time(
    jobs: JobStore, clock: Clock, folder: Folder, days: float
) -> None:
    await completed(jobs, "completed", sources=upload("completed"))
    await failed(jobs, "failed", sources=upload("failed"))
    await expanded(jobs, "cancelled", sources=upload("cancelled"))
    for name in ("completed", "failed", "cancelled"):
        folder.put(f"raw/{name}_original.mp4")
        folder.put(f"processed/{name}/a.mp4")
    await jobs.cancel("cancelled")
    await jobs.accept(new_job("waits", sources=upload("waits")))
    folder.put("raw/waits_original.mp4")
    clock.pass_by(days * DAY)
    await completed_today(jobs, folder)
    before = folder.files()
    gone = await as_foretold(jobs, folder, Retention(logs_days=None), clock())
    ended = ("cancelled", "failed")
    if days > 30:
        assert gone == [("job", name) for name in ended]
        assert before - folder.files() == {
            one for one in before if any(name in one for name in ended)
        }
    elif days > 7:
        uploads = {f"raw/{name}_original.mp4" for name in ended}
        assert gone == [("upload", f"raw/{name}_original.mp4") for name in ended]
        assert before - folder.files() == uploads
    else:
        assert (gone, folder.files()) == ([], before)
    assert await jobs.known([*ended, "completed", "waits", "today"]) >= {
        "completed",
        "waits",
        "today",
    }


async def completed_today(jobs: JobStore, folder: Folder) -> None:
    waiting = await jobs.cancel("waits")
    await completed(jobs, "today", sources=upload("today"))
    await jobs.retry(waiting.job_id)
    folder.put("raw/today_original.mp4")


async def test_completed_jobs_go_if_they_are_to(
    jobs: JobStore, clock: Clock, folder: Folder
) -> None:
    await completed(jobs, "old", sources=upload("old"))
    folder.put("raw/old_original.mp4")
    folder.put("processed/old/a.mp4")
    clock.pass_by(2 * DAY)
    await completed(jobs, "new")
    clock.pass_by(DAY)
    assert await as_foretold(jobs, folder, FOR_EVER, clock()) == []
    gone = await as_foretold(jobs, folder, FOR_EVER.but(completed_jobs_days=2), clock())
    assert gone == [("job", "old")]
    assert folder.files() == set()
    assert await jobs.known(["old", "new"]) == {"new"}


async def test_what_belongs_to_nobody(jobs: JobStore, clock: Clock, folder: Folder) -> None:
    await jobs.accept(new_job("job-1"))
    hours = timedelta(hours=1)
    mine = {"raw/job-1_original.mp4", "raw/job-1_thumbnail", "processed/job-1/a.mp4"}
    young = {"raw/soon_original.mp4", "processed/soon/a.mp4"}
    strange = {"raw/no_original.mp4", "raw/no-underscore", "processed/no/360p/a.mp4", "raw/é ü_x"}
    for key in mine | strange:
        folder.put(key, hours * 1.1)
    for path in (folder.root / "processed").iterdir():
        os.utime(path, (0, 0))
    for key in young:
        folder.put(key, hours * 0.9)
    (folder.root / ".reelmill/attempt-1/in").mkdir(parents=True)
    target = folder.root.with_name("a film of somebody's")
    target.write_bytes(b"x")
    (folder.root / "raw/linked_original.mp4").symlink_to(target)
    os.utime(folder.root / "raw/linked_original.mp4", (0, 0), follow_symlinks=False)
    gone = await as_foretold(jobs, folder, FOR_EVER, clock())
    assert {kind for kind, _ in gone} == {"orphan"}
    assert {key for _, key in gone} == {
        *("raw/no_original.mp4", "raw/no-underscore", "raw/é ü_x"),
        *("processed/no", "raw/linked_original.mp4"),
    }
    assert folder.files() == mine | young
    assert target.exists()
    assert (folder.root / ".reelmill/attempt-1/in").is_dir()


async def test_logs(jobs: JobStore, clock: Clock, folder: Folder) -> None:
    await completed(jobs)
    clock.pass_by(2 * DAY)
    assert await as_foretold(jobs, folder, FOR_EVER.but(logs_days=3), clock()) == []
    assert await as_foretold(jobs, folder, FOR_EVER.but(logs_days=1), clock()) == [("logs", "1")]
    assert all(one.log == () for one in await jobs.attempts("job-1"))
    assert (await jobs.job("job-1")).status == "completed"


async def test_many(
    jobs: JobStore, clock: Clock, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than are given at once, and their uploads, which leave the jobs where they are."""
    monkeypatch.setattr(listing, "MOST_ENDED", 3)
    names = [f"j{number}" for number in range(8)]
    for name in names:
        await jobs.accept(new_job(name, sources=upload(name)))
        await jobs.cancel(name)
        folder.put(f"raw/{name}_original.mp4")
    clock.pass_by(DAY)
    gone = await as_foretold(jobs, folder, FOR_EVER.but(failed_uploads_days=0.5), clock())
    assert gone == [("upload", f"raw/{name}_original.mp4") for name in names]
    gone = await as_foretold(jobs, folder, FOR_EVER.but(failed_jobs_days=0.5), clock())
    assert gone == [("job", name) for name in names]


@pytest.mark.parametrize("kind", ["job", "upload"])
@pytest.mark.parametrize("what", ["retried", "removed"])
async def test_somebody_is_faster(
    jobs: JobStore, clock: Clock, folder: Folder, kind: str, what: str
) -> None:
    """While the first is being removed, the second is retried or removed: then that counts."""
    for name in ("first", "second"):
        await jobs.accept(new_job(name, sources=upload(name)))
        await jobs.cancel(name)
        folder.put(f"raw/{name}_original.mp4")
    clock.pass_by(DAY)
    days = {"job": "failed_jobs_days", "upload": "failed_uploads_days"}[kind]
    gone: list[str] = []
    async for one in clean_up(
        jobs, folder.uploads, folder.storage, FOR_EVER.but(**{days: 0.5}), clock()
    ):
        gone.append(one.what)
        if len(gone) == 1:
            await (jobs.retry if what == "retried" else jobs.remove)("second")
    assert len([one for one in gone if "first" in one]) == 1
    if what == "retried":
        assert len(gone) == 1
        assert folder.files() == {"raw/second_original.mp4"}
        assert (await jobs.job("second")).status == "pending"


async def test_what_cannot_be_removed_keeps_nothing_else(
    jobs: JobStore, clock: Clock, folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key in ("raw/a_x", "raw/stuck_x", "raw/z_x"):
        folder.put(key)
    remove = folder.storage.remove

    def stuck(key: str) -> None:
        if "stuck" in key:
            raise OSError(errno.EPERM, "Operation not permitted")
        remove(key)

    monkeypatch.setattr(folder.storage, "remove", stuck)
    with pytest.raises(OSError, match="not permitted"):
        await removed(jobs, folder, FOR_EVER, clock())
    assert folder.files() == {"raw/stuck_x"}
