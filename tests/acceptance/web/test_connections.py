"""The edge below requests: heads that are too large, clients that are too slow, what is no HTTP."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Generator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from reelmill.web import connection

from .service import Service, service

LIVE = b"GET /live HTTP/1.1\r\nHost: x\r\n"


def talk(here: Service, *parts: bytes) -> tuple[int, str]:
    """The status of an answer and its code; 0: it was closed without one."""
    with socket.create_connection(("127.0.0.1", here.port), 20) as sock:
        with suppress(BrokenPipeError, ConnectionResetError):  # it had heard enough
            for part in parts:
                sock.sendall(part)
        return answer_on(sock)


def answer_on(sock: socket.socket) -> tuple[int, str]:
    said = b""
    try:
        while more := sock.recv(65536):
            said += more
    except ConnectionResetError:
        pass
    if not said:
        return 0, ""
    head, _, body = said.partition(b"\r\n\r\n")
    assert b"x-content-type-options" in head.lower() or b"problem+json" in head.lower()
    return int(head.split()[1]), json.loads(body).get("code", "")


@pytest.mark.parametrize(
    ("parts", "status", "code"),
    [
        ((LIVE, b"Connection: close\r\n\r\n"), 200, ""),
        ((b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",), 414, "target_too_long"),
        ((b"GET /?q=" + b"a" * 9000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",), 414, "target_too_long"),
        ((LIVE, b"a: b\r\n" * 101 + b"\r\n"), 431, "head_too_large"),
        ((LIVE, b"a: " + b"b" * 70_000 + b"\r\n\r\n"), 431, "head_too_large"),
        ((LIVE, *[b"a: " + b"b" * 4000 + b"\r\n"] * 20), 431, "head_too_large"),
        ((LIVE, b"a" * 70_000), 431, "head_too_large"),
        ((b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",), 400, "invalid_request"),
        ((b"GET /\xff HTTP/1.1\r\nHost: x\r\n\r\n",), 400, "invalid_request"),
        ((b"GET / HTTP/9.9\r\n\r\n",), 400, "invalid_request"),
        ((LIVE, b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n"), 400, "invalid_request"),
        (
            (LIVE, b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            *(400, "invalid_request"),
        ),
        ((LIVE, b"a\0b: c\r\n\r\n"), 400, "invalid_request"),
        ((LIVE, b"a: b\r\n folded\r\nX: y\rz\r\n\r\n"), 400, "invalid_request"),
    ],
)
def test_heads(shared: Service, parts: tuple[bytes, ...], status: int, code: str) -> None:
    assert talk(shared, *parts) == (status, code)


@pytest.mark.parametrize(
    "path",
    ["/%", "/%zz", "/%ff%fe", "/%00", "/..%2f..%2fetc", "/%c0%ae%c0%ae/", "//", "/v/%0d%0aX: y"],
)
@pytest.mark.parametrize("below", ["", "/api/v1/jobs"])
def test_bad_escapes_are_no_paths(shared: Service, path: str, below: str) -> None:
    key = f"X-API-Key: {shared.key()}\r\nConnection: close\r\n\r\n"
    target = (below + path).replace(" ", "%20")
    status, code = talk(shared, f"GET {target} HTTP/1.1\r\nHost: x\r\n{key}".encode())
    assert (status, code) in [(404, "not_found"), (400, "invalid_request"), (403, "forbidden")]


@pytest.fixture
def impatient(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Service]:
    monkeypatch.setattr(connection, "HEAD_SECONDS", 1.0)
    monkeypatch.setattr(connection, "BODY_SECONDS", 1.0)
    with service(tmp_path / "service") as running:
        yield running


def test_a_head_that_trickles(impatient: Service) -> None:
    """Each byte comes in time, the head does not."""
    with socket.create_connection(("127.0.0.1", impatient.port), 20) as sock:
        sock.settimeout(0.2)
        sock.sendall(LIVE)
        ends = time.monotonic() + 20
        said = b""
        while not said and time.monotonic() < ends:
            try:
                sock.sendall(b"a")
                said = sock.recv(65536)
            except TimeoutError:
                continue
        assert said.startswith(b"HTTP/1.1 408 ")
        assert b'"request_timeout"' in said


def test_who_says_nothing_is_sent_away(impatient: Service) -> None:
    assert talk(impatient) == (408, "request_timeout")


def test_a_body_that_trickles(impatient: Service) -> None:
    """Its connection ends, and nothing of it stays."""
    head = (
        f"POST /api/v1/jobs/upload HTTP/1.1\r\nHost: x\r\nX-API-Key: {impatient.key()}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 100000\r\n\r\n"
    )
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    with socket.create_connection(("127.0.0.1", impatient.port), 20) as sock:
        sock.sendall(head.encode() + part)
        with pytest.raises(ConnectionError):
            trickle(sock, seconds=20)
    ends = time.monotonic() + 10
    while not impatient.nothing() and time.monotonic() < ends:
        time.sleep(0.05)
    assert impatient.nothing()


def trickle(sock: socket.socket, seconds: float) -> None:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        sock.sendall(b"x")
        time.sleep(0.05)


def test_a_slow_upload_is_taken(impatient: Service) -> None:
    """As long as it moves: the limit is on silence, not on size."""
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'

    def body() -> Generator[bytes]:
        yield part
        for _ in range(10):
            time.sleep(0.25)
            yield b"x" * 6000
        yield b"\r\n--b--\r\n"

    with impatient.client(impatient.key()) as client:
        kind = {"Content-Type": "multipart/form-data; boundary=b"}
        answer = client.post("/api/v1/jobs/upload", content=body(), headers=kind)
    assert (answer.status_code, answer.json()["code"]) == (422, "input_unreadable")


def test_some_hundred_silent_connections_stop_nobody(shared: Service) -> None:
    with ExitStack() as stack:
        for _ in range(300):
            sock = stack.enter_context(socket.create_connection(("127.0.0.1", shared.port), 20))
            sock.sendall(LIVE)
        began = time.monotonic()
        with shared.client(shared.key()) as client:
            for _ in range(20):
                assert client.get("/api/v1/jobs").status_code == 200
        assert time.monotonic() - began < 10
