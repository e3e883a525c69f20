"""Opening a file by its name: here, once, so that those who read it need no names."""

import os
import stat
from pathlib import Path

from reelmill.model.errors import InputUnreadableError, NotFoundError, UnsupportedMediaError


def open_regular(path: Path) -> int:
    """A descriptor of a file, for reading.

    Raises:
        NotFoundError: no such file, or a directory.
        UnsupportedMediaError: a device or a pipe.
        InputUnreadableError: it cannot be opened.
    """
    try:
        # Without O_NONBLOCK opening a pipe waits for its writer.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFoundError(f"There is no file {path}.") from error
    except (OSError, ValueError) as error:
        raise InputUnreadableError(f"The file cannot be opened: {error}.") from error
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return descriptor
    os.close(descriptor)
    if stat.S_ISDIR(mode):
        raise NotFoundError(f"{path} is a directory.")
    raise UnsupportedMediaError(f"{path} is not a regular file.")
