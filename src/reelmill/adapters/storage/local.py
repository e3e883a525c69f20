"""Storage in a folder of this machine: fsync, rename, fsync the folder."""

import errno
import fcntl
import os
import shutil
import uuid
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from reelmill.adapters.storage.workplace import ATTEMPTS, is_key, sweep, workplace
from reelmill.model.errors import ConflictError, InvalidRequestError, NotFoundError

FICLONE = 0x40049409
"""ioctl_ficlone(2): share the blocks of a file on file systems that can."""


TRIES = 20
OCCUPIED = (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR)
"""What rename(2) says of a folder where something is in its place."""


class LocalStorage:
    """Keys are paths below a root. See `jobs.ports.Storage`.

    Args:
        root: where keys begin.
        drafts: a folder on the root's file system, for what is not whole yet. Whoever made it
            removes it, also after a crash. A workplace of its own by default. Folders and files
            to be published must be on that file system too: a rename is what makes things
            appear whole.
    """

    def __init__(self, root: Path, drafts: Path | None = None) -> None:
        self._root = root
        self._drafts = drafts

    def workplace(
        self, sources: Mapping[str, Path] | None = None, name: str | None = None
    ) -> AbstractContextManager[Path]:
        """See `Storage.workplace`."""
        return workplace(self._root, sources or {}, name)

    def has(self, key: str) -> bool:
        """See `Storage.has`."""
        return os.path.lexists(self._at(key))

    def publish(self, folder: Path, key: str) -> None:
        """See `Storage.publish`."""
        self._at(key)
        _sync_tree(folder)

        def move(target: Path) -> None:
            if os.path.lexists(target):  # rename(2) would replace an empty folder
                raise ConflictError(f"{key} is there already")
            try:
                folder.rename(target)
            except OSError as error:
                if error.errno in OCCUPIED:
                    raise ConflictError(f"{key} is there already") from error
                raise

        self._place(key, move)

    def put(self, file: Path, key: str) -> None:
        """See `Storage.put`."""
        self.put_all([(file, key)], lambda: None)

    def put_all(self, files: Sequence[tuple[Path, str]], before_each: Callable[[], object]) -> None:
        """See `Storage.put_all`."""
        for file, key in files:
            self._at(key)
            _sync(file)
        folders: dict[Path, None] = {}
        try:
            for file, key in files:
                before_each()
                folders |= dict.fromkeys(self._move(key, file.replace))
        finally:
            for folder in folders:
                _sync(folder)

    def draft(self, key: str) -> Path:
        """See `Storage.draft`."""
        self._place(key, lambda path: path.touch(mode=0o600))
        return self._at(key)

    def share(self, key: str, target: str) -> None:
        """See `Storage.share`."""

        def link(place: Path) -> None:
            try:
                os.utime(self._at(key))  # else the clean-up takes it for old, and nobody's
                place.hardlink_to(self._at(key))
            except FileNotFoundError as error:
                raise NotFoundError(f"there is no file {key}") from error

        self._place(target, link)

    def refer(self, key: str, target: str) -> None:
        """See `Storage.refer`."""
        place = self._at(key)
        leads = os.path.relpath(self._at(target), place.parent)
        with self._draft() as draft:
            draft.symlink_to(leads)
            self._place(key, draft.replace)

    def local_path(self, key: str) -> Path | None:
        """See `Storage.local_path`."""
        path = self._at(key)
        return path if path.is_file() else None

    def keys(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """See `Storage.keys`."""
        folder = self._at(prefix)
        with suppress(FileNotFoundError), os.scandir(folder) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):  # removed meanwhile
                    changed = entry.stat(follow_symlinks=False).st_mtime
                    yield f"{prefix}/{entry.name}", datetime.fromtimestamp(changed, UTC)

    def sweep(self) -> int:
        """See `Storage.sweep`."""
        attempts = self._root / ATTEMPTS
        try:
            return len(sweep(attempts))
        except FileNotFoundError:
            return 0
        finally:
            with suppress(OSError):  # in use, or not there
                attempts.rmdir()

    def free_bytes(self) -> int | None:
        """See `Storage.free_bytes`."""
        return shutil.disk_usage(self._there()).free

    def capacity_bytes(self) -> int | None:
        """See `Storage.capacity_bytes`."""
        return shutil.disk_usage(self._there()).total

    def _there(self) -> Path:
        """The root, or what is there of the way to it."""
        return next(one for one in (self._root, *self._root.parents) if one.exists())

    def keep_original(self, source: Path, key: str, *, link: bool = False) -> bool:
        """See `Storage.keep_original`."""
        if self.has(key):
            return False
        with self._draft() as draft:
            if link:
                draft.symlink_to(source.absolute())
            else:
                _copy(source, draft)
                _sync(draft)
            self._place(key, draft.rename)
        return True

    def remove(self, key: str) -> None:
        """See `Storage.remove`."""
        target = self._at(key)
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target)
        else:
            target.unlink(missing_ok=True)
        self._remove_empty(target.parent)

    def _at(self, key: str) -> Path:
        """Where the things of a key are.

        Raises:
            InvalidRequestError: it is none: it leads out of here, or to what is not whole yet.
        """
        if not is_key(key):
            raise InvalidRequestError(f"{key!r} is no key")
        return self._root / key

    @contextmanager
    def _draft(self) -> Generator[Path]:
        """A name for what is to be moved to a key, where nobody looks."""
        if self._drafts is None:
            with self.workplace() as folder, LocalStorage(self._root, folder)._draft() as draft:
                yield draft
            return
        draft = self._drafts / f"original-{uuid.uuid4().hex}"
        try:
            yield draft
        finally:
            draft.unlink(missing_ok=True)

    def _place(self, key: str, move: Callable[[Path], object]) -> None:
        """Move something to a key, durably; folders on the way there go again if it fails."""
        for folder in self._move(key, move):
            _sync(folder)

    def _move(self, key: str, move: Callable[[Path], object]) -> list[Path]:
        """The folders from the key up to the root, which are to be synced."""
        target = self._at(key)
        for tries_left in reversed(range(TRIES)):
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                move(target)
                break
            except (FileNotFoundError, FileExistsError):
                # perhaps another's failure took the empty folder along, in the middle of this
                self._remove_empty(target.parent)
                if not tries_left:
                    raise
            except BaseException:
                self._remove_empty(target.parent)
                raise
        above = [*target.parents]
        return above[: above.index(self._root) + 1]

    def _remove_empty(self, folder: Path) -> None:
        while folder not in (self._root, self._root.parent):
            try:
                folder.rmdir()
            except OSError:  # not empty, or gone
                return
            folder = folder.parent


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
