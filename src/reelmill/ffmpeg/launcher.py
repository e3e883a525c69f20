"""Between us and FFmpeg: `python -I -S launcher.py PARENT_PID PROGRAM ARGUMENT...`.

Sets in the child what cannot be set safely between fork and exec of a program with threads:
the kernel kills it when the thread that spawned it dies (PR_SET_PDEATHSIG, prctl(2)), it is
nice to everybody else, and it starts with an empty environment. Imports little, to start fast.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
NICE = 10


def main() -> None:
    """Becomes the program, or exits with 125 if the parent is gone already."""
    parent, program = int(sys.argv[1]), sys.argv[2]
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(125)
    os.nice(NICE)
    os.execve(program, sys.argv[2:], {})  # noqa: S606 - no shell is the point


if __name__ == "__main__":
    main()
