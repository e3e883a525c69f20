"""What every storage promises (jobs/ports.py). A new adapter is a line in ADAPTERS."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from reelmill.adapters.storage.local import LocalStorage
from reelmill.jobs.ports import Storage
from reelmill.model.errors import ConflictError

JOB = "processed/job-1"
FILES = {"metadata.json": b"{}", "360p/video_360p.mp4": b"v" * 5000, "360p/segments/a.ts": b"s"}


@dataclass(frozen=True)
class Stored:
    """A storage, with a way to look into it that is not its own."""

    storage: Storage
    root: Path
    drafts: Path

    def under(self, key: str) -> dict[str, bytes] | None:
        folder = self.root / key
        if not folder.exists():
            return None
        files = [path for path in folder.rglob("*") if path.is_file()]
        return {str(path.relative_to(folder)): path.read_bytes() for path in files}

    def nothing(self) -> bool:
        return [*self.root.rglob("*")] == [] and [*self.drafts.rglob("*")] == []

    def folder(self, name: str, files: dict[str, bytes] = FILES) -> Path:
        """Results of an attempt."""
        folder = self.drafts / name
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        return folder


def local(tmp_path: Path) -> Stored:
    root, drafts = tmp_path / "root", tmp_path / "drafts"
    root.mkdir()
    drafts.mkdir()
    return Stored(LocalStorage(root, drafts), root, drafts)


ADAPTERS: dict[str, Callable[[Path], Stored]] = {"local": local}


@pytest.fixture(params=ADAPTERS)
def stored(request: pytest.FixtureRequest, tmp_path: Path) -> Stored:
    return ADAPTERS[request.param](tmp_path)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "source.mp4"
    path.write_bytes(os.urandom(3 << 20))
    return path


def test_published_is_there_whole(stored: Stored) -> None:
    folder = stored.folder("a")
    assert not stored.storage.has(JOB)
    stored.storage.publish(folder, JOB)
    assert stored.storage.has(JOB)
    assert stored.under(JOB) == FILES
    assert not folder.exists()


def test_links_are_published_as_links(stored: Stored) -> None:
    folder = stored.folder("a")
    (folder / "raw").mkdir()
    (folder / "raw" / "video.mp4").symlink_to("../../../raw/job-1.mp4")
    stored.storage.publish(folder, JOB)
    assert (stored.root / JOB / "raw" / "video.mp4").readlink() == Path("../../../raw/job-1.mp4")


def test_one_key_holds_one_thing(stored: Stored) -> None:
    stored.storage.publish(stored.folder("a"), JOB)
    other = stored.folder("b", {"x": b"other"})
    with pytest.raises(ConflictError):
        stored.storage.publish(other, JOB)
    assert stored.under(JOB) == FILES
    assert (other / "x").read_bytes() == b"other"


@pytest.mark.parametrize("kind", ["empty folder", "file", "dangling link"])
def test_nothing_is_replaced(stored: Stored, kind: str) -> None:
    target = stored.root / JOB
    target.parent.mkdir()
    match kind:
        case "empty folder":
            target.mkdir()
        case "file":
            target.write_bytes(b"mine")
        case _:
            target.symlink_to("nowhere")
    assert stored.storage.has(JOB)
    with pytest.raises(ConflictError):
        stored.storage.publish(stored.folder("a"), JOB)
    assert os.path.lexists(target)
    assert stored.under(JOB) in ({}, None)


def test_of_many_at_once_one_is_published(stored: Stored) -> None:
    folders = [stored.folder(f"f{n}", {"n": b"%d" % n, "m": b"%d" % n}) for n in range(12)]

    def publish(folder: Path) -> int:
        try:
            stored.storage.publish(folder, JOB)
        except ConflictError:
            return 0
        return 1

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(publish, folders)) == 1
    found = stored.under(JOB)
    assert found is not None
    assert found["n"] == found["m"]


def test_nobody_sees_a_part(stored: Stored) -> None:
    files = {f"segments/{n:03d}.ts": b"x" for n in range(300)} | {"metadata.json": b"{}"}
    folder = stored.folder("a", files)
    with ThreadPoolExecutor(1) as pool:
        publishing = pool.submit(stored.storage.publish, folder, JOB)
        while not publishing.done():
            if stored.storage.has(JOB):
                assert stored.under(JOB) == files
        publishing.result()
    assert stored.under(JOB) == files


def test_a_failed_publish_leaves_nothing(stored: Stored) -> None:
    with pytest.raises(FileNotFoundError):
        stored.storage.publish(stored.drafts / "missing", JOB)
    assert stored.nothing()


def test_an_original_is_kept_once(stored: Stored, source: Path) -> None:
    key = "raw/job-1_original.mp4"
    assert stored.storage.keep_original(source, key)
    assert (stored.root / key).read_bytes() == source.read_bytes()
    assert not (stored.root / key).is_symlink()
    other = source.with_name("other")
    other.write_bytes(b"other")
    assert not stored.storage.keep_original(other, key)
    assert (stored.root / key).read_bytes() == source.read_bytes()
    assert source.exists()
    assert [*stored.drafts.iterdir()] == []


def test_a_copy_does_not_follow_its_source(stored: Stored, source: Path) -> None:
    before = source.read_bytes()
    stored.storage.keep_original(source, "raw/a")
    source.write_bytes(b"changed")
    assert (stored.root / "raw/a").read_bytes() == before


def test_an_original_may_be_linked(stored: Stored, source: Path) -> None:
    assert stored.storage.keep_original(source, "raw/a", link=True)
    assert (stored.root / "raw/a").read_bytes() == source.read_bytes()
    assert not stored.storage.keep_original(source, "raw/a", link=True)


def test_a_link_leads_there_from_anywhere(
    stored: Stored, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(source.parent)
    stored.storage.keep_original(Path(source.name), "raw/a", link=True)
    monkeypatch.chdir("/")
    assert (stored.root / "raw/a").samefile(source)


def test_an_original_that_cannot_be_read_leaves_nothing(stored: Stored, source: Path) -> None:
    with pytest.raises(FileNotFoundError):
        stored.storage.keep_original(source.with_name("missing"), "raw/a")
    with pytest.raises(IsADirectoryError):
        stored.storage.keep_original(source.parent, "raw/a")
    assert stored.nothing()


def test_remove(stored: Stored, source: Path) -> None:
    stored.storage.publish(stored.folder("a"), JOB)
    stored.storage.keep_original(source, "raw/a")
    stored.storage.keep_original(source, "raw/b", link=True)
    stored.storage.remove("raw/a")
    assert stored.storage.has("raw/b")
    stored.storage.remove("raw/b")
    stored.storage.remove("raw/b")
    stored.storage.remove(JOB)
    assert source.exists()
    assert stored.nothing()


CRASHES = {
    "publish": ("rename", f"storage.publish(drafts / 'a', {JOB!r})"),
    "publish while syncing": ("fsync", f"storage.publish(drafts / 'a', {JOB!r})"),
    "copy": ("rename", "storage.keep_original(drafts / 'a/metadata.json', 'raw/a')"),
    "copy while syncing": ("fsync", "storage.keep_original(drafts / 'a/metadata.json', 'raw/a')"),
}


@pytest.mark.parametrize("label", CRASHES)
def test_a_crash_before_the_end_shows_nothing(tmp_path: Path, label: str) -> None:
    """LocalStorage alone: how the others can crash is theirs to say."""
    call, action = CRASHES[label]
    stored = local(tmp_path)
    stored.folder("a")
    code = f"""
        import os, signal
        from pathlib import Path
        from reelmill.adapters.storage.local import LocalStorage

        os.{call} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        drafts = Path({str(stored.drafts)!r})
        storage = LocalStorage(Path({str(stored.root)!r}), drafts)
        {action}
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=False, timeout=30)
    assert done.returncode == -9
    assert stored.under(JOB) is None
    assert [path for path in stored.root.rglob("*") if not path.is_dir()] == []
    stored.storage.publish(stored.drafts / "a", JOB)
    assert stored.under(JOB) == FILES


def test_room(stored: Stored) -> None:
    free, capacity = stored.storage.free_bytes(), stored.storage.capacity_bytes()
    assert free is not None
    assert capacity is not None
    assert 0 <= free <= capacity
