"""Between us and FFmpeg: `python -I -S launcher.py PARENT_PID WORD... -- PROGRAM ARGUMENT...`.

Sets in the child what cannot be set safely between fork and exec of a program with threads:
the kernel kills it when the thread that spawned it dies (PR_SET_PDEATHSIG, prctl(2)), it is
nice to everybody else, it stands behind the wall that the words describe (sandbox/confine.py),
and its environment is empty, but for where its fonts are described. Imports little, to start fast.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
NICE = 10
FONTS = "fonts="
PARENT_GONE, NO_SANDBOX = 125, 126


def main() -> None:
    """Becomes the program; exits with 125 if the parent is gone, with 126 without its wall."""
    end = sys.argv.index("--")
    parent, words, command = int(sys.argv[1]), sys.argv[2:end], sys.argv[end + 1 :]
    fonts = [word.removeprefix(FONTS) for word in words if word.startswith(FONTS)]
    words = [word for word in words if not word.startswith(FONTS)]
    watch_parent(parent)
    os.nice(NICE)
    if words:
        try:
            _confine(words)
        except (OSError, ValueError, LookupError, AttributeError) as error:
            print(f"[launcher] [error] no sandbox: {error}", file=sys.stderr)  # noqa: T201 - read there
            sys.exit(NO_SANDBOX)
    environment = {"FONTCONFIG_FILE": fonts[0]} if fonts else {}
    os.execve(command[0], command, environment)  # noqa: S606 - no shell is the point


def watch_parent(parent: int) -> None:
    """Have the kernel kill this process when the thread that started it dies."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(PARENT_GONE)


def _confine(words: list[str]) -> None:
    here = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - pathlib is slow to load
    # Packages without what their __init__ imports: this process wants a few modules only.
    for name, path in (("reelmill", os.path.dirname(here)), ("reelmill.ffmpeg", here)):  # noqa: PTH120 - as above
        package = type(sys)(name)
        package.__path__ = [path]
        sys.modules[name] = package
    from reelmill.ffmpeg.sandbox.confine import confine  # noqa: PLC0415 - found only now

    confine(words)


if __name__ == "__main__":
    main()
