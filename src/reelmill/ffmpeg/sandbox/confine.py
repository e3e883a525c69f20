"""Puts this process behind the wall, for good: limits, no_new_privs, Landlock, seccomp.

Runs in the child, between its start and the first foreign byte.
"""

import ctypes
import os
import resource
import struct

from reelmill.ffmpeg.sandbox import landlock
from reelmill.ffmpeg.sandbox.policy import ARCHITECTURES, program

PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2


def can_filter() -> bool:
    """Whether this kernel takes seccomp filters, and there is one for this machine.

    An empty program is refused for its address (EFAULT) where filters are known, and with
    something else where they are not (seccomp(2), prctl(2)).
    """
    if os.uname().machine not in ARCHITECTURES:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, None) < 0 and ctypes.get_errno() == 14


def confine(words: list[str], *, sealed: bool = False) -> None:
    """Do what the words of a profile say, in the order that the kernel wants.

    Args:
        words: `kind=value`. level: strong, partial or none. read, run, write: a path.
            limit: name:soft:hard of setrlimit(2). forks: whether there may be more processes.
        sealed: whether nothing may be opened from now on.

    Raises:
        OSError: the level cannot be kept here.
    """
    level, forks = "strong", False
    grants: list[tuple[str, str]] = []
    for word in words:
        kind, _, value = word.partition("=")
        if kind == "level":
            level = value
        elif kind == "forks":
            forks = value == "yes"
        elif kind == "limit":
            _limit(value)
        else:
            grants.append((kind, value))
    if level == "strong":
        landlock.restrict(grants)
    if level in ("strong", "partial"):
        version = landlock.version() if level == "strong" else 0
        machine = os.uname().machine
        _filter(program(machine, os.getpid(), landlock=version, sealed=sealed, forks=forks))


def _limit(value: str) -> None:
    name, soft, hard = value.split(":")
    what = getattr(resource, f"RLIMIT_{name}")
    most = resource.getrlimit(what)[1]
    wanted = [int(soft), int(hard)]
    if most != resource.RLIM_INFINITY:  # only the mighty may raise it again
        wanted = [min(one, most) for one in wanted]
    resource.setrlimit(what, (wanted[0], wanted[1]))


def _filter(code: bytes) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    held = ctypes.create_string_buffer(code, len(code))
    # struct sock_fprog: the number of instructions, and where they are
    header = struct.pack("@HP", len(code) // 8, ctypes.addressof(held))
    if libc.prctl(landlock.NO_NEW_PRIVILEGES, 1, 0, 0, 0) < 0:
        raise OSError(ctypes.get_errno(), "no_new_privs")
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, header, 0, 0) < 0:
        raise OSError(ctypes.get_errno(), "seccomp")
