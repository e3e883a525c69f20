"""The fetcher, against a server of another make that misbehaves."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Generator
from ipaddress import ip_network
from pathlib import Path

import pytest

from reelmill.adapters.fetch.connect import Resolve, resolved
from reelmill.adapters.fetch.fetcher import HttpFetcher
from reelmill.adapters.fetch.policy import FetchPolicy
from reelmill.jobs.ports import Fetched
from reelmill.model.errors import (
    CancelledError,
    FetchFailedError,
    FetchRefusedError,
    FetchTimeoutError,
    TooLargeError,
    UrlBlockedError,
)

from .peer import Answer, Handler, Peer, peer

BODY = bytes(range(256)) * 4096
MOST = 4 << 20
NAMES = {"two.example": ["127.0.0.1", "10.0.0.1"]}
LOOPBACK = (ip_network("127.0.0.0/8"),)


@pytest.fixture
def other() -> Generator[Peer]:
    with peer() as made:
        yield made


class Client:
    """A fetcher with a folder and a record of what it told."""

    def __init__(self, folder: Path, policy: FetchPolicy, resolve: Resolve | None = None) -> None:
        self.into = folder / "fetched"
        self.told: list[tuple[int, int | None]] = []
        self.stop = threading.Event()
        self.resolved: list[str] = []
        self._fetcher = HttpFetcher(policy, "tests", resolve or self._resolve)

    def _resolve(self, host: str, _: int) -> list[str]:
        self.resolved.append(host)
        literal = host[0].isdecimal() or ":" in host
        return NAMES.get(host) or ([host] if literal else ["127.0.0.1"])

    def fetch(self, url: str, most_bytes: int = MOST) -> Fetched:
        return self._fetcher.fetch(url, self.into, most_bytes, self._tell, self.stop)

    def _tell(self, here: int, total: int | None) -> None:
        self.told.append((here, total))


@pytest.fixture
def client(tmp_path: Path, other: Peer) -> Client:
    return client_of(tmp_path, other)


def client_of(folder: Path, other: Peer, **words: object) -> Client:
    policy = {"ports": [other.port], "networks": LOOPBACK, "silent_seconds": 2, **words}
    return Client(folder, FetchPolicy.model_validate(policy))


def whole(handler: Handler) -> None:
    handler.say(200, BODY, ETag='"one"')


def dropping(at: int, ranges: bool = True, tag: str = '"one"') -> Answer:
    """Each connection breaks off after so many bytes."""

    def answer(handler: Handler) -> None:
        asked = handler.headers.get("Range") if ranges else None
        same = handler.headers.get("If-Range") == tag
        first = int(asked.removeprefix("bytes=").rstrip("-")) if asked and same else 0
        rest = BODY[first:]
        told = {"Content-Range": f"bytes {first}-{len(BODY) - 1}/{len(BODY)}"} if first else {}
        handler.say(
            206 if first else 200,
            rest[:at],
            Content_Length=str(len(rest)),
            ETag=tag,
            **{name.replace("-", "_"): value for name, value in told.items()},
        )

    return answer


def by_turns(*answers: Answer) -> Answer:
    """Another one each time."""
    left = iter(answers)

    def answer(handler: Handler) -> None:
        next(left)(handler)

    return answer


def redirect(to: str, status: int = 302) -> Answer:
    return lambda handler: handler.say(status, Location=to)


def test_a_file_comes_with_its_digest(client: Client, other: Peer) -> None:
    other.answers["/a.mp4"] = whole
    fetched = client.fetch(other.url("/a.mp4?token=1#part"))
    assert client.into.read_bytes() == BODY
    assert fetched == Fetched(size_bytes=len(BODY), sha256=hashlib.sha256(BODY).hexdigest())
    assert client.told[-1] == (len(BODY), len(BODY))
    path, headers = other.asked[0]
    assert path == "/a.mp4?token=1"
    assert headers["accept-encoding"] == "identity"
    assert headers["host"] == f"127.0.0.1:{other.port}"


def test_a_dropped_connection_goes_on_where_it_was(client: Client, other: Peer) -> None:
    other.answers["/a"] = dropping(400_000)
    assert client.fetch(other.url("/a")).sha256 == hashlib.sha256(BODY).hexdigest()
    assert client.into.read_bytes() == BODY
    assert other.ranges() == [None, "bytes=400000-", "bytes=800000-"]
    assert {headers.get("if-range") for _, headers in other.asked[1:]} == {'"one"'}


def test_without_ranges_it_begins_again(client: Client, other: Peer) -> None:
    other.answers["/a"] = by_turns(dropping(400_000, ranges=False), whole)
    assert client.fetch(other.url("/a")).sha256 == hashlib.sha256(BODY).hexdigest()
    assert client.into.read_bytes() == BODY


def test_a_file_that_changed_between_begins_again(client: Client, other: Peer) -> None:
    other.answers["/a"] = by_turns(dropping(400_000), dropping(len(BODY), tag='"two"'))
    assert client.fetch(other.url("/a")).sha256 == hashlib.sha256(BODY).hexdigest()
    assert other.ranges() == [None, "bytes=400000-"]


def test_weak_tags_join_no_parts(client: Client, other: Peer) -> None:
    other.answers["/a"] = by_turns(dropping(400_000, tag='W/"one"'), whole)
    client.fetch(other.url("/a"))
    assert client.into.read_bytes() == BODY
    assert other.ranges() == [None, None]


def test_one_that_always_drops_is_given_up(tmp_path: Path, other: Peer) -> None:
    other.answers["/a"] = dropping(1000, ranges=False)
    with pytest.raises(FetchFailedError, match="again and again") as caught:
        client_of(tmp_path, other, most_drops=1).fetch(other.url("/a?secret=1"))
    assert "secret" not in str(caught.value)
    assert caught.value.retryable
    assert len(other.asked) == 2


def test_more_than_may_come_is_refused_before_it_comes(client: Client, other: Peer) -> None:
    other.answers["/a"] = whole
    with pytest.raises(TooLargeError):
        client.fetch(other.url("/a"), most_bytes=len(BODY) - 1)
    assert client.told == []


def test_more_than_was_said_is_refused_while_it_comes(client: Client, other: Peer) -> None:
    other.answers["/a"] = lambda handler: handler.say(200, BODY, Content_Length="")
    with pytest.raises(TooLargeError):
        client.fetch(other.url("/a"), most_bytes=100_000)
    assert client.into.stat().st_size <= 200_000


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(client: Client, other: Peer, status: int) -> None:
    other.answers |= {"/a": redirect("/b?c=d", status), "/b": whole}
    client.fetch(other.url("/a"))
    assert [path for path, _ in other.asked] == ["/a", "/b?c=d"]


def test_but_not_for_ever(client: Client, other: Peer) -> None:
    other.answers["/a"] = redirect("/a")
    with pytest.raises(FetchRefusedError, match="5 redirects"):
        client.fetch(other.url("/a"))
    assert len(other.asked) == 6


@pytest.mark.parametrize(
    "place",
    [
        "http://169.254.169.254:PORT/latest/meta-data/",
        "http://10.0.0.1:PORT/",
        "http://[::1]:PORT/",
        "http://[::ffff:10.0.0.1]:PORT/",
        "file:///etc/passwd",
        "http://user@127.0.0.1:PORT/",
        "http://127.0.0.1:1/",
        "//10.0.0.1:PORT/",
    ],
)
def test_a_redirect_to_where_nobody_is_asked(client: Client, other: Peer, place: str) -> None:
    other.answers["/a"] = redirect(place.replace("PORT", str(other.port)))
    with pytest.raises(UrlBlockedError):
        client.fetch(other.url("/a"))
    assert len(other.asked) == 1


@pytest.mark.parametrize(
    "host",
    [
        *("2130706433", "0x7f000001", "0177.0.0.1", "127.1", "127.0.0.1", "localhost", "[::1]"),
        *("[::ffff:127.0.0.1]", "\u2460\u2461\u2466.0.0.1", "0", "100.64.0.1", "169.254.169.254"),
    ],
)
def test_loopback_by_any_name(tmp_path: Path, other: Peer, host: str) -> None:
    """With the system's own resolver."""
    other.answers["/"] = whole
    policy = FetchPolicy(ports=(other.port,), most_drops=0)
    client = Client(tmp_path, policy, resolve=resolved)
    with pytest.raises((UrlBlockedError, FetchFailedError)):
        client.fetch(other.url("/", host))
    assert other.asked == []


def test_one_bad_address_spoils_a_name(client: Client, other: Peer) -> None:
    other.answers["/"] = whole
    with pytest.raises(UrlBlockedError, match=r"two\.example leads to a private address"):
        client.fetch(other.url("/", "two.example"))
    assert other.asked == []


def test_what_was_checked_is_connected(tmp_path: Path, other: Peer) -> None:
    """A name is resolved once for a connection: it cannot become another in between."""
    other.answers["/"] = whole
    client = client_of(tmp_path, other)
    client.fetch(other.url("/", "rebinding.example"))
    assert client.resolved == ["rebinding.example"]
    assert other.asked[0][1]["host"] == f"rebinding.example:{other.port}"


@pytest.mark.parametrize(
    ("status", "kind", "retryable"),
    [
        *((404, FetchRefusedError, False), (403, FetchRefusedError, False)),
        *((500, FetchFailedError, True), (503, FetchFailedError, True)),
        (429, FetchFailedError, True),
    ],
)
def test_refusals_and_faults(
    tmp_path: Path, other: Peer, status: int, kind: type[FetchFailedError], retryable: bool
) -> None:
    other.answers["/a"] = lambda handler: handler.say(status, b"sorry")
    with pytest.raises(FetchFailedError, match=str(status)) as caught:
        client_of(tmp_path, other, most_drops=1).fetch(other.url("/a"))
    assert (type(caught.value), caught.value.retryable) == (kind, retryable)
    assert len(other.asked) == (2 if retryable else 1)


def test_silence_is_told(tmp_path: Path, other: Peer) -> None:
    over = threading.Event()

    def answer(_: Handler) -> None:
        over.wait(20)

    other.answers["/a"] = answer
    with pytest.raises(FetchTimeoutError):
        client_of(tmp_path, other, silent_seconds=0.2).fetch(other.url("/a"))
    over.set()


def test_a_trickle_is_too_slow(tmp_path: Path, other: Peer) -> None:
    over = threading.Event()

    def trickle(handler: Handler) -> None:
        handler.say(200, Content_Length="100000")
        while not over.wait(0.02):
            handler.wfile.write(b"x")

    other.answers["/a"] = trickle
    with pytest.raises(FetchTimeoutError, match="slower"):
        client_of(tmp_path, other, slow_seconds=0.3).fetch(other.url("/a"))
    over.set()


def test_a_coding_nobody_asked_for(tmp_path: Path, other: Peer) -> None:
    other.answers["/a"] = lambda handler: handler.say(200, BODY, Content_Encoding="gzip")
    with pytest.raises(FetchFailedError, match="coding"):
        client_of(tmp_path, other, most_drops=0).fetch(other.url("/a"))


def test_it_can_be_stopped(client: Client, other: Peer) -> None:
    def answer(handler: Handler) -> None:
        handler.say(200, BODY[:1000], Content_Length=str(len(BODY)))
        client.stop.set()
        handler.wfile.write(BODY[1000:])

    other.answers["/a"] = answer
    with pytest.raises(CancelledError):
        client.fetch(other.url("/a"))
