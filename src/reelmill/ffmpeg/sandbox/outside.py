"""A small world that a child should not reach: a secret, servers, a process."""

import secrets
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory


@dataclass(frozen=True)
class Outside:
    """What lies around a sandbox.

    Attributes:
        folder: where the canary is, and nothing else.
        victim: a process that does nothing.
        sandbox: where the child works.
    """

    folder: Path
    sandbox: Path
    secret: str
    tcp: socket.socket
    udp: socket.socket
    unix: socket.socket
    victim: subprocess.Popen[bytes]

    @property
    def canary(self) -> Path:
        """A file that nobody was given."""
        return self.folder / "canary"

    @property
    def tcp_port(self) -> int:
        """Somebody listens there."""
        return int(self.tcp.getsockname()[1])

    @property
    def udp_port(self) -> int:
        """Somebody listens there."""
        return int(self.udp.getsockname()[1])

    @property
    def unix_path(self) -> str:
        """Somebody listens there."""
        return str(self.unix.getsockname())

    def reached(self) -> list[str]:
        """What has been touched so far, by the kind of wall that should have held it."""
        found: list[str] = []
        made = [one for one in self.sandbox.iterdir() if one.is_file()]  # reading a pipe waits
        if any(self.secret.encode() in one.read_bytes() for one in made):
            found.append("files: stolen")
        if sorted(one.name for one in self.folder.iterdir()) != ["canary"]:
            found.append("files: made or removed")
        elif self.canary.read_bytes() != self.secret.encode():
            found.append("files: overwritten")
        if self.victim.poll() is not None:
            found.append("calls: signalled")
        for name, server in (("tcp", self.tcp), ("unix", self.unix)):
            try:
                server.accept()[0].close()
            except BlockingIOError:
                continue
            found.append(f"calls: {name} reached")
        try:
            self.udp.recv(1)
            found.append("calls: udp reached")
        except BlockingIOError:
            pass
        return found


@contextmanager
def outside() -> Generator[Outside]:
    """Such a world, for a while."""
    with ExitStack() as stack:
        place = Path(stack.enter_context(TemporaryDirectory(prefix="reelmill-")))
        folder, sandbox = place / "outside", place / "sandbox"
        folder.mkdir()
        sandbox.mkdir()
        tcp, udp, unix = (
            stack.enter_context(socket.socket(family, kind))
            for family, kind in (
                (socket.AF_INET, socket.SOCK_STREAM),
                (socket.AF_INET, socket.SOCK_DGRAM),
                (socket.AF_UNIX, socket.SOCK_STREAM),
            )
        )
        tcp.bind(("127.0.0.1", 0))
        udp.bind(("127.0.0.1", 0))
        unix.bind(str(place / "socket"))
        for one in (tcp, unix):
            one.listen()
        for one in (tcp, udp, unix):
            one.setblocking(False)
        victim = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", "import sys; sys.stdin.read()"],
            stdin=subprocess.PIPE,
            process_group=0,
        )
        stack.enter_context(victim)
        stack.callback(victim.kill)
        there = Outside(folder, sandbox, secrets.token_hex(16), tcp, udp, unix, victim)
        there.canary.write_text(there.secret, encoding="ascii")
        yield there
