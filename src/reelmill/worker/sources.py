"""The sources of a job as files of this machine."""

from collections.abc import Mapping
from pathlib import Path

from reelmill.jobs.ports import Storage
from reelmill.model.errors import InputUnreadableError, NotFoundError
from reelmill.model.jobs import Identity, SourceRef


def identity_of(path: Path) -> Identity | None:
    """Which file this is; None: there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def source_paths(sources: Mapping[str, SourceRef], storage: Storage) -> dict[str, Path]:
    """Where the sources are.

    Raises:
        NotFoundError, InputUnreadableError: as `check_unchanged`.
    """
    check_unchanged(sources, storage)
    return {name: _path(ref, storage) for name, ref in sources.items()}


def check_unchanged(sources: Mapping[str, SourceRef], storage: Storage) -> None:
    """Refuse files that are no longer those that were accepted.

    Raises:
        NotFoundError: one is gone.
        InputUnreadableError: one was replaced or written to.
    """
    for ref in sources.values():
        now = identity_of(_path(ref, storage))
        if now is None:
            raise NotFoundError("the source is no longer there")
        if ref.identity is not None and now != ref.identity:
            raise InputUnreadableError("the source changed after the job was accepted")


def _path(ref: SourceRef, storage: Storage) -> Path:
    if ref.kind == "filesystem":
        return Path(ref.location)
    path = storage.local_path(ref.location)
    if path is None:
        raise NotFoundError("the source is no longer in the storage")
    return path
