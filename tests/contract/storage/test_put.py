"""What every storage promises of single files: put, refer, where they are, what there is."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reelmill.adapters.storage.local import LocalStorage
from reelmill.jobs.ports import Storage
from reelmill.model.errors import ConflictError, InvalidRequestError

KEY = "processed/job-1/360p/video.mp4"
HOSTILE = (
    "",
    ".",
    "/",
    "..",
    "../outside",
    "processed/../../outside",
    "processed/job-1/../../../outside",
    "/etc/passwd",
    "processed//job-1",
    "processed/./job-1",
    "processed/job-1/",
    ".reelmill",
    ".reelmill/attempt-1/out/a",
    "raw/a\0b",
)
"""What is no key: it would lead out of the storage, or to where nobody looks."""


def local(root: Path) -> Storage:
    return LocalStorage(root)


ADAPTERS: dict[str, Callable[[Path], Storage]] = {"local": local}


@pytest.fixture(params=ADAPTERS)
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    root = tmp_path / "root"
    root.mkdir()
    return ADAPTERS[request.param](root)


def content(storage: Storage, key: str) -> bytes | None:
    path = storage.local_path(key)
    return path.read_bytes() if path is not None else None


def put(storage: Storage, key: str, text: bytes) -> None:
    with storage.workplace() as folder:
        file = folder / "out" / "file"
        file.write_bytes(text)
        storage.put(file, key)
        assert not file.exists()


def test_put_and_put_again(storage: Storage) -> None:
    assert (storage.has(KEY), storage.local_path(KEY)) == (False, None)
    put(storage, KEY, b"one")
    assert (storage.has(KEY), content(storage, KEY)) == (True, b"one")
    put(storage, KEY, b"two, and longer")
    assert content(storage, KEY) == b"two, and longer"
    assert storage.local_path("processed/job-1") is None  # that is no file


def test_who_reads_sees_one_or_the_other(storage: Storage) -> None:
    texts = [bytes([number]) * 300_000 for number in range(1, 30)]
    put(storage, KEY, texts[0])
    with ThreadPoolExecutor(1) as pool:
        putting = pool.submit(lambda: [put(storage, KEY, text) for text in texts])
        while not putting.done():
            assert content(storage, KEY) in texts
        putting.result()
    assert content(storage, KEY) == texts[-1]


def test_who_reads_already_reads_on(storage: Storage) -> None:
    put(storage, KEY, b"old")
    path = storage.local_path(KEY)
    assert path is not None
    with path.open("rb") as reading:
        put(storage, KEY, b"new")
        assert reading.read() == b"old"


def test_all_in_this_order(storage: Storage) -> None:
    keys = [f"processed/job-1/{name}" for name in ("b/1.ts", "a/2.ts", "master.m3u8")]
    seen: list[list[bool]] = []
    with storage.workplace() as folder:
        files = [(folder / "out" / str(number), key) for number, key in enumerate(keys)]
        for file, key in files:
            file.write_text(key)
        storage.put_all(files, lambda: seen.append([storage.has(key) for key in keys]))
    assert seen == [[False, False, False], [True, False, False], [True, True, False]]
    assert [content(storage, key) for key in keys] == [key.encode() for key in keys]


def test_what_ends_it_in_between(storage: Storage) -> None:
    """The fence: what has been put stays, what has not is not seen."""
    turns = iter((None, RuntimeError("replaced")))

    def fence() -> None:
        if turn := next(turns):
            raise turn

    with storage.workplace() as folder:
        files = [(folder / "out" / name, f"processed/job-1/{name}") for name in "ab"]
        for file, key in files:
            file.write_text(key)
        with pytest.raises(RuntimeError, match="replaced"):
            storage.put_all(files, fence)
        assert files[1][0].exists()
    assert [storage.has(key) for _, key in files] == [True, False]


def test_a_file_that_is_not_there(storage: Storage) -> None:
    put(storage, KEY, b"old")
    with storage.workplace() as folder, pytest.raises(FileNotFoundError):
        storage.put(folder / "out" / "missing", KEY)
    with storage.workplace() as folder, pytest.raises(FileNotFoundError):
        storage.put(folder / "out" / "missing", "raw/new")
    assert content(storage, KEY) == b"old"
    assert not storage.has("raw/new")
    assert [*storage.keys("raw")] == []


def test_a_key_that_stands_for_another(storage: Storage) -> None:
    put(storage, "raw/job-1.mp4", b"film")
    storage.refer("processed/job-1/raw/video.mp4", "raw/job-1.mp4")
    assert content(storage, "processed/job-1/raw/video.mp4") == b"film"
    put(storage, "raw/other.mp4", b"other")
    storage.refer("processed/job-1/raw/video.mp4", "raw/other.mp4")  # the attempt before got so far
    assert content(storage, "processed/job-1/raw/video.mp4") == b"other"
    storage.remove("processed/job-1")
    assert content(storage, "raw/other.mp4") == b"other"
    storage.refer("processed/job-2/a", "raw/none")
    assert storage.local_path("processed/job-2/a") is None


def test_what_there_is(storage: Storage) -> None:
    assert [*storage.keys("raw")] == [*storage.keys("processed")] == []
    before = datetime.now(UTC) - timedelta(seconds=2)
    for key in ("raw/b", "raw/a", "processed/job-1/deep/file", "processed/job-2/file"):
        put(storage, key, b"x")
    storage.refer("raw/dangling", "raw/none")
    found = {key: since for prefix in ("raw", "processed") for key, since in storage.keys(prefix)}
    assert {*found} == {
        *("raw/a", "raw/b", "raw/dangling", "processed/job-1", "processed/job-2"),
    }
    assert all(before < since <= datetime.now(UTC) for since in found.values())
    storage.remove("raw/a")
    assert {key for key, _ in storage.keys("raw")} == {"raw/b", "raw/dangling"}


@pytest.mark.parametrize("key", HOSTILE)
def test_what_is_no_key_is_refused(storage: Storage, tmp_path: Path, key: str) -> None:
    (tmp_path / "outside").write_bytes(b"mine")
    put(storage, "raw/a", b"x")
    with storage.workplace() as folder:
        for name in "ab":
            (folder / "out" / name).mkdir()
        file = folder / "out" / "file"
        file.write_bytes(b"y")
        uses: list[Callable[[], object]] = [
            lambda: storage.has(key),
            lambda: storage.local_path(key),
            lambda: storage.remove(key),
            lambda: storage.put(file, key),
            lambda: storage.put_all([(file, key)], lambda: None),
            lambda: storage.publish(folder / "out" / "a", key),
            lambda: storage.keep_original(file, key),
            lambda: storage.keep_original(file, key, link=True),
            lambda: storage.refer(key, "raw/a"),
            lambda: storage.refer("raw/b", key),
            lambda: [*storage.keys(key)],
        ]
        for use in uses:
            with pytest.raises(InvalidRequestError):
                use()
        assert file.read_bytes() == b"y"
    assert (tmp_path / "outside").read_bytes() == b"mine"
    assert [key for key, _ in storage.keys("raw")] == ["raw/a"]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["outside", "root"]


def test_odd_names_are_keys(storage: Storage) -> None:
    for name in ("...", "..a", "a b", "é", "-rf", "a\nb", "x" * 200, "%2e%2e"):
        put(storage, f"raw/{name}", name.encode())
        assert content(storage, f"raw/{name}") == name.encode()
    assert len([*storage.keys("raw")]) == 8


def test_workplaces_in_use_are_left_alone(storage: Storage, tmp_path: Path) -> None:
    assert storage.sweep() == 0
    root = tmp_path / "root"
    attempts = root / ".reelmill"
    with storage.workplace(name="mine") as mine:
        (attempts / "attempt-dead" / "out").mkdir(parents=True)
        (attempts / f"new-x-{os.getpid()}").mkdir()
        (attempts / f"new-x-{2**22 + 1}").mkdir()  # more than any process has
        assert storage.sweep() == 2
        assert mine.is_dir()
        assert {one.name for one in attempts.iterdir()} == {mine.name, f"new-x-{os.getpid()}"}
        with pytest.raises(ConflictError), storage.workplace(name="mine"):
            pass
        assert storage.sweep() == 0
    assert [one.name for one in attempts.iterdir()] == [f"new-x-{os.getpid()}"]


CRASHES = {
    ("put", "replace"): "storage.put(file, KEY)",
    ("put", "fsync"): "storage.put(file, KEY)",
    ("refer", "replace"): "storage.refer(KEY, 'raw/a')",
}


@pytest.mark.parametrize(("name", "call"), CRASHES)
def test_a_crash_before_the_end_shows_nothing(tmp_path: Path, name: str, call: str) -> None:
    """LocalStorage alone: how the others can crash is theirs to say."""
    root = tmp_path / "root"
    storage = LocalStorage(root)
    put(storage, KEY, b"old")
    code = f"""
        import os, pathlib, signal
        from reelmill.adapters.storage.local import LocalStorage

        die = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        storage, KEY = LocalStorage(pathlib.Path({str(root)!r})), {KEY!r}
        with storage.workplace() as folder:
            file = folder / "out" / "file"
            file.write_bytes(b"new")
            setattr({"pathlib.Path" if call == "replace" else "os"}, {call!r}, die)
            {CRASHES[name, call]}
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=False, timeout=30)
    assert done.returncode == -9
    assert content(storage, KEY) == b"old"
    assert storage.sweep() >= 1
    put(storage, KEY, b"newer")
    assert content(storage, KEY) == b"newer"
    assert {key for key, _ in storage.keys("processed/job-1")} == {"processed/job-1/360p"}
    assert {key for key, _ in storage.keys("processed/job-1/360p")} == {KEY}
