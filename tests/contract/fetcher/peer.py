"""A server that misbehaves as told."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    peer: Peer

    def do_GET(self) -> None:
        self.peer.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
        self.close_connection = True
        with suppress(ConnectionError):  # the client may have had enough
            self.peer.answers[self.path.partition("?")[0]](self)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = {k.lower(): v for k, v in self.headers.items()}
        self.peer.posted.append((self.path, headers, body))
        self.close_connection = True
        with suppress(ConnectionError):
            self.peer.answers[self.path.partition("?")[0]](self)

    def say(self, status: int, body: bytes = b"", **headers: str) -> None:
        """An answer; the length of the body is told, unless another one is."""
        self.send_response(status)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in {"Content-Length": str(len(body)), **named}.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Nothing."""


@dataclass
class Peer:
    """What it answers by path, and what it was asked."""

    port: int
    answers: dict[str, Answer] = field(default_factory=dict[str, Answer])
    asked: list[tuple[str, dict[str, str]]] = field(
        default_factory=list[tuple[str, dict[str, str]]]
    )

    posted: list[tuple[str, dict[str, str], bytes]] = field(
        default_factory=list[tuple[str, dict[str, str], bytes]]
    )
    closing: threading.Event = field(default_factory=threading.Event)
    """Ends answers that hang."""

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def ranges(self) -> list[str | None]:
        return [headers.get("range") for _, headers in self.asked]


@contextmanager
def peer() -> Generator[Peer]:
    """A peer that listens."""

    class Mine(Handler):
        pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Mine) as server:
        Mine.peer = Peer(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield Mine.peer
        finally:
            Mine.peer.closing.set()
            server.shutdown()
            thread.join()
