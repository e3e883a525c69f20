"""Tries to get out: `python -I -S attempts.py CANARY TCP_PORT UDP_PORT UNIX_SOCKET PID`.

Runs behind the wall, for what FFmpeg has no option for. Says the name of everything that worked,
one a line; each name begins with what kind of wall should have held it: files or calls.
"""

import os
import signal
import socket
import sys
from collections.abc import Callable


def _connect(family: int, kind: int, address: tuple[str, int] | str) -> None:
    with socket.socket(family, kind) as made:
        made.settimeout(5)
        made.connect(address)
        made.send(b"hello")


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)
    os.wait()


def _append(path: str) -> None:
    with open(path, "a") as file:  # noqa: PTH123 - pathlib is slow to load
        file.write("written")


def main() -> None:
    """Try everything."""
    canary, tcp_port, udp_port, unix_socket, pid = sys.argv[1:]
    beside = f"{canary}-beside"
    tries: dict[str, Callable[[], object]] = {
        "files: read": lambda: os.read(os.open(canary, os.O_RDONLY), 1),
        "files: list": lambda: os.listdir(os.path.dirname(canary)),  # noqa: PTH120, PTH208 - as above
        "calls: chmod": lambda: os.chmod(canary, 0o640),  # noqa: PTH101 - as above
        "calls: chown": lambda: os.chown(canary, os.getuid(), os.getgid()),
        "calls: utime": lambda: os.utime(canary, (0, 0)),
        "calls: xattr": lambda: os.setxattr(canary, "user.reelmill", b"x"),
        "calls: link": lambda: os.link(canary, "link"),
        "calls: symlink": lambda: os.symlink(canary, "symlink"),  # noqa: PTH211 - as above
        "calls: pipe": lambda: os.mkfifo("pipe"),
        "calls: signal": lambda: os.kill(int(pid), signal.SIGUSR1),
        "calls: fork": _fork,
        "calls: tcp": lambda: _connect(
            socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", int(tcp_port))
        ),
        "calls: udp": lambda: _connect(
            socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", int(udp_port))
        ),
        "calls: unix": lambda: _connect(socket.AF_UNIX, socket.SOCK_STREAM, unix_socket),
        "files: write": lambda: _append(canary),
        "files: make": lambda: os.open(beside, os.O_CREAT | os.O_WRONLY),
        "files: folder": lambda: os.mkdir(f"{beside}-2"),  # noqa: PTH102 - as above
        "files: truncate": lambda: os.truncate(canary, 0),
        "files: remove": lambda: os.unlink(canary),  # noqa: PTH108 - as above
    }
    for name, attempt in tries.items():
        try:
            attempt()
        except OSError:
            continue
        print(name)  # noqa: T201 - that is the answer


if __name__ == "__main__":
    main()
