"""A folder to work in: in/ and out/, locked while somebody is at it, gone afterwards."""

import fcntl
import json
import os
import shutil
import uuid
from collections.abc import Generator, Mapping
from contextlib import ExitStack, contextmanager
from errno import (
    EACCES,
    EEXIST,
    EINVAL,
    ELOOP,
    ENAMETOOLONG,
    ENOENT,
    ENOTDIR,
    ENOTEMPTY,
    EPERM,
    EROFS,
)
from pathlib import Path

from reelmill.model.errors import ConflictError, InvalidRequestError

ATTEMPTS = ".reelmill"
DEBT = "debt"
"""In an attempt's folder: what it has put among the results ahead of the rest."""

TRIES = 20
NOT_USABLE = (EACCES, EPERM, EROFS, ENOENT, ENOTDIR, EEXIST, ENAMETOOLONG, ELOOP, EINVAL)
"""What the file system says of a place where nobody can work, however long they wait."""


@contextmanager
def workplace(root: Path, sources: Mapping[str, Path], name: str | None = None) -> Generator[Path]:
    """A fresh folder for one attempt or upload, on the file system of `root`.

    Sources stand in in/ as links under the service's own names. The folder is locked: one that
    nobody has locked belongs to a process that died, and is removed by the next one.

    Args:
        root: made if it is missing.
        sources: their paths by name.
        name: one of this name at a time; a random one by default.

    Raises:
        InvalidRequestError: nothing can be made in `root`.
        ConflictError: somebody is at work under that name.
        OSError: the disk is full or broken.
    """
    attempts = root / ATTEMPTS
    folder = attempts / f"attempt-{name or uuid.uuid4().hex}"
    # Made and locked under a name that the sweep leaves alone, so that no one can come between.
    fresh = attempts / f"new-{uuid.uuid4().hex}-{os.getpid()}"
    with ExitStack() as stack:
        try:
            _begin(attempts, fresh, stack)
            (fresh / "in").mkdir()
            (fresh / "out").mkdir()
            for link, path in sources.items():
                (fresh / "in" / link).symlink_to(path.absolute())
        except OSError as error:
            if error.errno not in NOT_USABLE:
                raise
            raise InvalidRequestError(f"cannot work in {root}: {error.strerror}") from error
        try:
            fresh.rename(folder)
        except OSError as error:
            if error.errno in (EEXIST, ENOTEMPTY):
                raise ConflictError(f"{name} is being made at the moment") from error
            raise
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        yield folder


def _begin(attempts: Path, fresh: Path, stack: ExitStack) -> None:
    """Make and lock the folder; what is made here goes with the stack."""
    made = [one for one in (attempts, *attempts.parents) if not one.exists()]
    for one in reversed(made):
        stack.callback(_remove_if_empty, one)
    stack.callback(_remove_if_empty, attempts)
    for tries_left in reversed(range(TRIES)):
        try:
            attempts.mkdir(parents=True, exist_ok=True)
            sweep(attempts)
            fresh.mkdir()
            break
        except (FileNotFoundError, FileExistsError):
            # the end of another attempt took the empty folder along, in the middle of ours
            if not tries_left:
                raise
    stack.callback(shutil.rmtree, fresh, ignore_errors=True)
    lock = os.open(fresh, os.O_RDONLY)
    stack.callback(os.close, lock)
    fcntl.flock(lock, fcntl.LOCK_EX)


def owe(folder: Path, key: str, until: str) -> None:
    """Say what stands in the storage before the attempt has ended.

    Args:
        folder: of the attempt.
        key: of a file; goes with the folder if the process dies, unless
        until: there is something under this key.
    """
    (folder / DEBT).write_text(json.dumps([key, until]))


def is_key(text: str) -> bool:
    """Whether it stays below the root, and out of the attempts."""
    parts = text.split("/")
    return not (
        parts[0] == ATTEMPTS or "\0" in text or any(one in ("", ".", "..") for one in parts)
    )


def _settle(folder: Path) -> None:
    try:
        keys: object = json.loads((folder / DEBT).read_bytes())
    except (OSError, ValueError):
        return
    root = folder.parent.parent
    match keys:
        case [str(key), str(until)] if is_key(key) and is_key(until):
            if not os.path.lexists(root / until):
                (root / key).unlink(missing_ok=True)
                _remove_if_empty((root / key).parent)
        case _:
            return


def sweep(attempts: Path) -> list[Path]:
    """Remove the folders of attempts whose process is gone; those that were removed."""
    removed: list[Path] = []
    for folder in sorted(attempts.iterdir()):
        if folder.name.startswith("new-") and Path(f"/proc/{folder.name.split('-')[-1]}").exists():
            continue
        try:
            lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError:  # gone meanwhile, somebody else's, or not ours at all
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _settle(folder)
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
