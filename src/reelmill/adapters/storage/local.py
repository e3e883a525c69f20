"""Storage in a folder of this machine: fsync, rename, fsync the folder."""

import fcntl
import os
import shutil
import uuid
from pathlib import Path

from reelmill.model.errors import ConflictError

FICLONE = 0x40049409
"""ioctl_ficlone(2): share the blocks of a file on file systems that can."""


class LocalStorage:
    """Keys are paths below a root. See `jobs.ports.Storage`.

    Folders to be published must be on the root's file system: a rename is what makes them
    appear whole.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def publish(self, folder: Path, key: str) -> None:
        """See `Storage.publish`."""
        target = self._root / key
        _sync_tree(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.exists():
            raise ConflictError(f"{key} is there already")
        folder.rename(target)
        _sync(target.parent)

    def keep_original(self, source: Path, key: str, *, link: bool = False) -> None:
        """See `Storage.keep_original`."""
        target = self._root / key
        if target.exists():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        if link:
            target.symlink_to(source.absolute())
            return
        partial = target.with_name(f".{uuid.uuid4().hex}.partial")
        try:
            _copy(source, partial)
            _sync(partial)
            partial.rename(target)
        finally:
            partial.unlink(missing_ok=True)
        _sync(target.parent)


def _copy(source: Path, target: Path) -> None:
    with source.open("rb") as read, target.open("wb") as write:
        try:
            fcntl.ioctl(write.fileno(), FICLONE, read.fileno())
        except OSError:
            shutil.copyfileobj(read, write, 1 << 20)


def _sync_tree(folder: Path) -> None:
    for where, _, names in os.walk(folder, topdown=False):
        for name in names:
            path = Path(where) / name
            if not path.is_symlink():
                _sync(path)
        _sync(Path(where))


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
