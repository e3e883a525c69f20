"""The folder of an attempt: whose it is, and when it goes."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from reelmill.adapters.storage.workplace import ATTEMPTS, DEBT, owe, sweep, workplace
from reelmill.model.errors import ConflictError, InvalidRequestError


def test_sources_stand_in_it_under_our_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "-i a:b.mp4").write_text("film")
    monkeypatch.chdir(tmp_path)
    with workplace(tmp_path / "root", {"main": Path("-i a:b.mp4")}) as folder:
        assert sorted(path.name for path in folder.iterdir()) == ["in", "out"]
        assert (folder / "in" / "main").read_text() == "film"
        assert [*(folder / "out").iterdir()] == []


def test_it_goes_with_everything_that_was_made_for_it(tmp_path: Path) -> None:
    with workplace(tmp_path / "a" / "b", {}) as folder:
        (folder / "out" / "file").write_text("x")
    assert [*tmp_path.iterdir()] == []
    with pytest.raises(ZeroDivisionError), workplace(tmp_path / "a", {}):
        raise ZeroDivisionError
    assert [*tmp_path.iterdir()] == []


def test_what_was_there_stays(tmp_path: Path) -> None:
    with workplace(tmp_path, {}):
        (tmp_path / "result").write_text("x")
    assert [path.name for path in tmp_path.iterdir()] == ["result"]


def test_one_of_a_name_at_a_time(tmp_path: Path) -> None:
    with workplace(tmp_path, {}, "job") as folder:
        with pytest.raises(ConflictError), workplace(tmp_path, {}, "job"):
            raise AssertionError
        with workplace(tmp_path, {}, "other"):
            pass
        assert folder.is_dir()
    with workplace(tmp_path, {}, "job"):
        pass
    assert [*tmp_path.iterdir()] == []


def test_the_living_are_left_alone(tmp_path: Path) -> None:
    with workplace(tmp_path, {}) as first, workplace(tmp_path, {}) as second:
        assert sweep(tmp_path / ATTEMPTS) == []
        assert first.is_dir()
        assert second.is_dir()


def test_the_dead_are_swept(tmp_path: Path) -> None:
    code = f"""
        import os, signal
        from pathlib import Path
        from reelmill.adapters.storage.workplace import workplace

        with workplace(Path({str(tmp_path)!r}), {{}}) as folder:
            (folder / "out" / "half.mp4").write_text("x")
            os.kill(os.getpid(), signal.SIGKILL)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=False, timeout=30)
    (dead,) = (tmp_path / ATTEMPTS).iterdir()
    with workplace(tmp_path, {}) as folder:
        assert [*(tmp_path / ATTEMPTS).iterdir()] == [folder]
    assert not dead.exists()
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("done", [False, True])
def test_what_the_dead_owe_goes_too(tmp_path: Path, *, done: bool) -> None:
    folder = tmp_path / ATTEMPTS / "attempt-x"
    for place in (folder, tmp_path / "raw", tmp_path / "processed"):
        place.mkdir(parents=True)
    (tmp_path / "raw" / "x.mp4").touch()
    owe(folder, "raw/x.mp4", until="processed/x")
    if done:
        (tmp_path / "processed" / "x").mkdir()
    assert sweep(folder.parent) == [folder]
    assert (tmp_path / "raw" / "x.mp4").exists() == done


@pytest.mark.parametrize("debt", ['["../mine", "x"]', '["/mine", "x"]', '["mine"]', "7", "no JSON"])
def test_nothing_of_others_is_owed(tmp_path: Path, debt: str) -> None:
    folder = tmp_path / "storage" / ATTEMPTS / "attempt-x"
    folder.mkdir(parents=True)
    (tmp_path / "mine").touch()
    (folder / DEBT).write_text(debt)
    assert sweep(folder.parent) == [folder]
    assert (tmp_path / "mine").exists()


def test_who_died_before_the_lock_is_swept_too(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    dead, living = tmp_path / f"new-x-{gone.pid}", tmp_path / f"new-y-{os.getpid()}"
    dead.mkdir()
    living.mkdir()
    assert sweep(tmp_path) == [dead]
    assert living.is_dir()


def test_what_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "mine").write_text("x")
    attempts = tmp_path / ATTEMPTS
    attempts.mkdir()
    (attempts / "link").symlink_to(elsewhere)
    (attempts / "file").write_text("x")
    assert sweep(attempts) == []
    assert (elsewhere / "mine").exists()
    assert (attempts / "file").exists()


def test_somebody_elses_lock_counts(tmp_path: Path) -> None:
    folder = tmp_path / "attempt-x"
    folder.mkdir()
    lock = os.open(folder, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    assert sweep(tmp_path) == []
    os.close(lock)
    assert sweep(tmp_path) == [folder]


def test_many_come_and_go(tmp_path: Path) -> None:
    """The last to go takes the folder of attempts along, while others are about to use it."""

    def work(_: int) -> None:
        with workplace(tmp_path, {}) as folder:
            (folder / "out" / "x").write_text("x")

    with ThreadPoolExecutor(8) as pool:
        for _ in pool.map(work, range(400)):
            pass
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("place", ["file", "file/below", "loop", "x" * 300])
def test_a_place_where_nobody_can_work(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(InvalidRequestError), workplace(tmp_path / place, {}):
        raise AssertionError
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "loop"]


def test_no_descriptor_is_left_open(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        with workplace(tmp_path, {}, "job"), pytest.raises(ConflictError):
            _use(tmp_path, "job")
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def _use(root: Path, name: str) -> None:
    with workplace(root, {}, name):
        pass
