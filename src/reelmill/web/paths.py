"""Which files of this machine a job may be made from."""

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from reelmill.model.errors import NotFoundError, PathRejectedError
from reelmill.model.jobs import SourceRef


def allowed(given: str, roots: Iterable[Path], field: str = "file_path") -> tuple[Path, SourceRef]:
    """The real path of a file below one of the roots, and what it is at this moment.

    What is outside is refused before anybody looks whether it is there.

    Args:
        given: a path, as a stranger wrote it.
        roots: folders that files may lie in, at any depth.
        field: of the request, for errors.

    Raises:
        PathRejectedError: not below a root, or no regular file.
        NotFoundError: below a root, but not there.
    """
    if not given.startswith("/") or "\0" in given or ".." in given.split("/"):
        raise PathRejectedError("a path is absolute and has no ..", output=field)
    try:
        path = Path(os.path.realpath(given))
        real_roots = [Path(os.path.realpath(root)) for root in roots]
    except (OSError, ValueError) as error:
        raise PathRejectedError("this is no path", output=field) from error
    if not any(root in path.parents for root in real_roots):
        raise PathRejectedError("not below a folder that jobs may be made from", output=field)
    try:
        status = path.stat(follow_symlinks=False)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFoundError("there is no such file", output=field) from error
    except OSError as error:
        raise PathRejectedError("this file cannot be read", output=field) from error
    if not stat.S_ISREG(status.st_mode) or not os.access(path, os.R_OK):
        raise PathRejectedError("not a file that can be read", output=field)
    identity = (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns)
    reference = SourceRef(
        kind="filesystem", location=str(path), size_bytes=status.st_size, identity=identity
    )
    return path, reference
