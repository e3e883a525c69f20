"""Which processes of this machine are gone: those need no waiting for."""

import os
import socket
from functools import cache
from pathlib import Path

from reelmill.model.records import Instance

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
NAMESPACE = Path("/proc/self/ns/pid")


@cache
def this_host() -> str:
    """The name of this machine since it was started, and of the world of its process ids.

    Two containers may have one name and one volume, but not each other's processes.
    """
    boot = BOOT_ID.read_text(encoding="ascii")[:8] if BOOT_ID.exists() else "-"
    world = NAMESPACE.stat().st_ino if NAMESPACE.exists() else 0
    return f"{socket.gethostname()}/{boot}/{world}"


def is_dead(instance: Instance) -> bool:
    """Whether it ran here, and runs no more. An id that another process has now looks alive."""
    if instance.host != this_host():
        return False
    try:
        os.kill(instance.pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:  # it runs, as another user
        pass
    return False
