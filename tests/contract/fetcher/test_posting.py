"""What is posted, to a server of another make that misbehaves."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Generator
from ipaddress import ip_network

import pytest

from reelmill.adapters.fetch.fetcher import MOST_EXCERPT_BYTES, HttpFetcher
from reelmill.adapters.fetch.policy import FetchPolicy
from reelmill.jobs.ports import Posted
from reelmill.model.errors import (
    CancelledError,
    FetchFailedError,
    FetchTimeoutError,
    UrlBlockedError,
)

from .peer import Handler, Peer, peer

BODY = b'{"type": "job.completed"}'
SOON_SECONDS = 0.6
Post = Callable[..., Posted]


@pytest.fixture
def other() -> Generator[Peer]:
    with peer() as made:
        yield made


@pytest.fixture
def post(other: Peer) -> Post:
    networks = (ip_network("127.0.0.0/8"),)
    fetcher = HttpFetcher(FetchPolicy(ports=(other.port,), networks=networks), "tests")

    def send(url: str, seconds: float = 20.0, stop: threading.Event | None = None) -> Posted:
        headers = {"webhook-id": "msg_1", "Content-Type": "application/json"}
        return fetcher.post(url, headers, BODY, seconds, stop or threading.Event())

    return send


def test_what_is_sent_arrives(other: Peer, post: Post) -> None:
    other.answers["/hook"] = lambda handler: handler.say(202, b"th\xffank\0 you", Retry_After="7")
    said = post(other.url("/hook?token=1"))
    assert said == Posted(status_code=202, retry_after="7", excerpt="th\ufffdank  you")
    ((path, headers, body),) = other.posted
    assert (path, body) == ("/hook?token=1", BODY)
    assert headers["webhook-id"] == "msg_1"
    assert headers["content-type"] == "application/json"
    assert headers["host"] == f"127.0.0.1:{other.port}"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_lead_nowhere(other: Peer, post: Post, status: int) -> None:
    other.answers["/hook"] = lambda handler: handler.say(status, Location="/there")
    other.answers["/there"] = lambda handler: handler.say(200)
    assert post(other.url("/hook")).status_code == status
    assert [path for path, *_ in other.posted] == ["/hook"]
    assert other.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1:{port}/",
        "http://169.254.169.254:{port}/",
        "http://[::1]:{port}/",
        "http://127.0.0.1:1/",
        "http://user:pass@127.0.0.1:{port}/",
        "file:///etc/passwd",
    ],
)
def test_the_policy_holds(other: Peer, post: Post, url: str) -> None:
    with pytest.raises(UrlBlockedError):
        post(url.format(port=other.port))


def test_a_long_answer_is_not_read(other: Peer, post: Post) -> None:
    other.answers["/hook"] = lambda handler: handler.say(500, b"x" * (8 << 20))
    said = post(other.url("/hook"))
    assert (said.status_code, said.excerpt) == (500, "x" * MOST_EXCERPT_BYTES)


def _hang(handler: Handler) -> None:
    handler.peer.closing.wait(30)


def _drip(handler: Handler) -> None:
    """A header that never ends, a byte at a time: never silent, never done."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    while not handler.peer.closing.wait(0.05):
        handler.wfile.write(b"x")


def _drip_body(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while not handler.peer.closing.wait(0.05):
        handler.wfile.write(b"x")


@pytest.mark.parametrize("answer", [_hang, _drip])
def test_all_together_takes_no_longer(
    other: Peer, post: Post, answer: Callable[[Handler], None]
) -> None:
    other.answers["/hook"] = answer
    began = time.monotonic()
    with pytest.raises(FetchTimeoutError):
        post(other.url("/hook"), SOON_SECONDS)
    assert SOON_SECONDS <= time.monotonic() - began < 10


def test_the_status_counts_though_the_body_never_ends(other: Peer, post: Post) -> None:
    other.answers["/hook"] = _drip_body
    said = post(other.url("/hook"), SOON_SECONDS)
    assert said.status_code == 200
    assert set(said.excerpt) == {"x"}


def test_it_is_stopped(other: Peer, post: Post) -> None:
    stop = threading.Event()

    def hang(handler: Handler) -> None:
        stop.set()
        _hang(handler)

    other.answers["/hook"] = hang
    with pytest.raises(CancelledError):
        post(other.url("/hook"), stop=stop)


def test_nobody_is_there(other: Peer, post: Post) -> None:
    other.answers["/hook"] = lambda handler: handler.connection.shutdown(socket.SHUT_RDWR)
    with pytest.raises(FetchFailedError):
        post(other.url("/hook"))
    with socket.socket() as taken:
        taken.bind(("127.0.0.2", other.port))  # and nobody listens
        with pytest.raises(FetchFailedError):
            post(other.url("/", host="127.0.0.2"))
