"""Landlock: this process, and what it becomes, reach the named files and nothing else.

Source: Documentation/userspace-api/landlock.rst. The numbers of its calls are the same on every
architecture.
"""

import ctypes
import errno
import os
import stat
import struct

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_VERSION_FLAG = 1
_PATH_BENEATH = 1
NO_NEW_PRIVILEGES = 38

EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
REMOVE_FILE, MAKE_REGULAR, TRUNCATE = 1 << 5, 1 << 8, 1 << 14
DEVICE_CONTROL = 1 << 15
ON_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | DEVICE_CONTROL
"""Rights that a rule for a single file may speak of."""

RIGHTS = {
    "read": READ_FILE | READ_DIR,
    "run": READ_FILE | READ_DIR | EXECUTE,
    # no links, devices, pipes or sockets, and nothing moves to another folder
    "write": READ_FILE | READ_DIR | WRITE_FILE | TRUNCATE | MAKE_REGULAR | REMOVE_FILE,
}
HANDLED = ((1, 13), (2, 14), (3, 15), (5, 16))
"""How many rights on files each version knows; all that is known and not granted is denied."""

_libc = ctypes.CDLL(None, use_errno=True)


def version() -> int:
    """The version of Landlock here; 0: there is none, or it was not switched on."""
    return max(0, _libc.syscall(_CREATE, None, 0, _VERSION_FLAG))


def restrict(grants: list[tuple[str, str]]) -> None:
    """Deny all files but these, TCP, and from version 6 signals and abstract sockets outwards.

    Also sets no_new_privs, without which it is not allowed.

    Args:
        grants: a kind ("read", "run", "write") and a file or folder each; what is missing is
            left out.

    Raises:
        OSError: the kernel does not do it.
    """
    known = version()
    files = max((1 << count) - 1 for since, count in HANDLED if since <= max(known, 1))
    ports, scopes = (3 if known >= 4 else 0), (3 if known >= 6 else 0)
    attributes = struct.pack("=QQQ", files, ports, scopes)
    size = 8 if known < 4 else 16 if known < 6 else 24
    ruleset = _checked(_libc.syscall(_CREATE, attributes, size, 0))
    try:
        for kind, path in grants:
            _grant(ruleset, RIGHTS[kind] & files, path)
        _checked(_libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0))
        _checked(_libc.syscall(_RESTRICT, ruleset, 0))
    finally:
        os.close(ruleset)


def _grant(ruleset: int, rights: int, path: str) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return
    try:
        if not stat.S_ISDIR(os.fstat(place).st_mode):
            rights &= ON_FILES
        rule = struct.pack("=Qi", rights, place)
        _checked(_libc.syscall(_ADD, ruleset, _PATH_BENEATH, rule, 0))
    finally:
        os.close(place)


def _checked(result: int) -> int:
    if result < 0:
        code = ctypes.get_errno() or errno.EINVAL
        raise OSError(code, f"Landlock: {os.strerror(code)}")
    return result
