"""The folder of an attempt: in/ and out/, locked while somebody works in it, gone afterwards."""

import fcntl
import os
import shutil
import uuid
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

ATTEMPTS = ".reelmill"


@contextmanager
def attempt(root: Path, sources: Mapping[str, Path]) -> Generator[Path]:
    """A fresh folder for one attempt, on the file system of `root`.

    Sources stand in in/ as links under the service's own names. The folder is locked: one that
    nobody has locked belongs to a process that died, and is removed by the next attempt.

    Raises:
        OSError: the disk is full or not writable.
    """
    attempts = root / ATTEMPTS
    attempts.mkdir(parents=True, exist_ok=True)
    sweep(attempts)
    folder = attempts / f"attempt-{uuid.uuid4().hex}"
    # Made and locked under a name that the sweep leaves alone, so that no one can come between.
    fresh = attempts / f"new-{folder.name}-{os.getpid()}"
    fresh.mkdir()
    lock = os.open(fresh, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (fresh / "in").mkdir()
        (fresh / "out").mkdir()
        for name, path in sources.items():
            (fresh / "in" / name).symlink_to(path.absolute())
        fresh.rename(folder)
        yield folder
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)
        _remove_if_empty(attempts)


def sweep(attempts: Path) -> list[Path]:
    """Remove the folders of attempts whose process is gone; those that were removed."""
    removed: list[Path] = []
    for folder in sorted(attempts.iterdir()):
        if folder.name.startswith("new-") and Path(f"/proc/{folder.name.split('-')[-1]}").exists():
            continue
        try:
            lock = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
            removed.append(folder)
        except BlockingIOError:
            continue
        finally:
            os.close(lock)
    return removed


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:  # another attempt is at work there
        return
