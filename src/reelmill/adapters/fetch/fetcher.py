"""Fetches and posts by http and https under the policy. See `jobs.ports.Fetcher`, `.Poster`."""

import threading
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import httpcore
import httpx

from reelmill.adapters.fetch.connect import CheckedBackend, Resolve, resolved
from reelmill.adapters.fetch.deadline import Deadline, DeadlineBackend
from reelmill.adapters.fetch.policy import FetchPolicy
from reelmill.adapters.fetch.transfer import Headers, Tell, Transfer
from reelmill.adapters.fetch.urls import DEFAULT_PORTS, checked_url, shown_url
from reelmill.jobs.ports import Fetched, Posted
from reelmill.model.errors import (
    CancelledError,
    FetchFailedError,
    FetchRefusedError,
    FetchTimeoutError,
    UrlBlockedError,
)

REDIRECTS = frozenset((301, 302, 303, 307, 308))
MENDED_BY_TIME = frozenset((408, 425, 429))
FIRST_PAUSE_SECONDS, MOST_PAUSE_SECONDS = 0.5, 15.0
MOST_EXCERPT_BYTES = 2 << 10

_DROPPED = (httpcore.NetworkError, httpcore.RemoteProtocolError)


class HttpFetcher:
    """One client for everything that this process fetches.

    Args:
        policy: whom to ask for how much.
        agent: what we call ourselves.
        resolve: names to addresses.
    """

    def __init__(self, policy: FetchPolicy, agent: str, resolve: Resolve = resolved) -> None:
        self._policy = policy
        self._agent = agent
        self._backend = CheckedBackend(policy, resolve)
        self._tls = httpx.create_ssl_context()  # SSL_CERT_FILE counts, for private authorities
        self._pool = httpcore.ConnectionPool(
            ssl_context=self._tls,
            network_backend=self._backend,
            max_keepalive_connections=0,  # a name is asked for its address each time
        )

    def check(self, url: str) -> None:
        """See `Fetcher.check`."""
        target = checked_url(url, self._policy)
        with suppress(FetchFailedError):  # a name that nobody knows now may be known later
            self._backend.check(target.host, target.port or DEFAULT_PORTS[target.scheme])

    def fetch(
        self, url: str, into: Path, most_bytes: int, tell: Tell, stop: threading.Event
    ) -> Fetched:
        """See `Fetcher.fetch`."""
        began = checked_url(url, self._policy)
        with into.open("wb") as file:
            transfer = Transfer(file, most_bytes, self._policy, tell)
            drops = 0
            while True:
                had = transfer.size_bytes
                try:
                    self._go_on(began, transfer, stop)
                    break
                except (FetchFailedError, *_DROPPED) as error:
                    drops = 1 if transfer.size_bytes > had else drops + 1
                    if isinstance(error, FetchRefusedError) or drops > self._policy.most_drops:
                        raise _told(error, began) from error
                    pause = min(FIRST_PAUSE_SECONDS * 2 ** (drops - 1), MOST_PAUSE_SECONDS)
                    if pause > transfer.seconds_left:
                        raise _told(error, began) from error
                    stop.wait(pause)
            return Fetched(size_bytes=transfer.size_bytes, sha256=transfer.sha256)

    def post(
        self,
        url: str,
        headers: Mapping[str, str],
        body: bytes,
        timeout_seconds: float,
        stop: threading.Event,
    ) -> Posted:
        """See `Poster.post`."""
        target = checked_url(url, self._policy)
        deadline = Deadline(time.monotonic() + timeout_seconds, stop)
        sent = {**headers, "Content-Length": str(len(body)), "Connection": "close"}
        backend = DeadlineBackend(self._backend, deadline)
        try:
            with (
                httpcore.ConnectionPool(ssl_context=self._tls, network_backend=backend) as pool,
                self._asked(target, sent, pool, "POST", body) as answer,
            ):
                return Posted(
                    status_code=answer.status,
                    retry_after=_headers(answer).get("retry-after"),
                    excerpt=_excerpt(answer),
                )
        except _DROPPED as error:
            raise FetchFailedError("the connection broke off") from error

    def _go_on(self, url: httpx.URL, transfer: Transfer, stop: threading.Event) -> None:
        """One connection's worth of a file, until it is whole.

        Raises:
            FetchFailedError, httpcore.NetworkError, httpcore.RemoteProtocolError: it broke off.
        """
        with self._answer(url, transfer.wanted(), stop) as answer:
            transfer.begin(answer.status, _headers(answer))
            for data in answer.iter_stream():
                if stop.is_set():
                    raise CancelledError("the download was stopped")
                transfer.take(data)
        if not transfer.whole:
            raise FetchFailedError("fewer bytes came than were announced")

    @contextmanager
    def _answer(
        self, url: httpx.URL, headers: Headers, stop: threading.Event
    ) -> Generator[httpcore.Response]:
        """The answer with the file, at the end of the redirects."""
        for _ in range(self._policy.most_redirects + 1):
            if stop.is_set():
                raise CancelledError("the download was stopped")
            with self._asked(url, headers) as answer:
                if answer.status not in REDIRECTS:
                    _check_status(answer.status)
                    yield answer
                    return
                place = _headers(answer).get("location", "")
            try:
                url = checked_url(str(url.join(place)), self._policy)
            except httpx.InvalidURL as error:
                raise UrlBlockedError("a redirect leads to what is no URL") from error
        raise FetchRefusedError(f"more than {self._policy.most_redirects} redirects")

    @contextmanager
    def _asked(
        self,
        url: httpx.URL,
        headers: Mapping[str, str],
        pool: httpcore.ConnectionPool | None = None,
        method: str = "GET",
        body: bytes | None = None,
    ) -> Generator[httpcore.Response]:
        policy = self._policy
        sent = {
            "Host": url.netloc.decode("ascii"),
            "User-Agent": self._agent,
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            **headers,
        }
        timeout = {
            "connect": policy.connect_seconds,
            "read": policy.silent_seconds,
            "write": policy.silent_seconds,
            "pool": policy.connect_seconds,
        }
        target = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        )
        try:
            with (pool or self._pool).stream(
                method,
                target,
                headers=[*sent.items()],
                content=body,
                extensions={"timeout": timeout},
            ) as answer:
                yield answer
        except httpcore.TimeoutException as error:
            raise FetchTimeoutError(f"{url.host} is silent") from error


def _headers(answer: httpcore.Response) -> Headers:
    return {
        name.decode("ascii", "replace").lower(): value.decode("latin-1")
        for name, value in answer.headers
    }


def _excerpt(answer: httpcore.Response) -> str:
    """The beginning of a body that nobody reads to its end, as text that can be stored."""
    begun = bytearray()
    with suppress(*_DROPPED, httpcore.TimeoutException):  # the status is here: it counts
        for data in answer.iter_stream():
            begun += data
            if len(begun) >= MOST_EXCERPT_BYTES:
                break
    text = bytes(begun[:MOST_EXCERPT_BYTES]).decode(errors="replace")
    return "".join(one if one.isprintable() or one in "\n\t" else " " for one in text)


def _check_status(status: int) -> None:
    """Raises FetchFailedError for all but 200 and 206; most of 4xx time does not mend."""
    if status in (200, 206):
        return
    message = f"the other side answered {status}"
    if 400 <= status < 500 and status not in MENDED_BY_TIME:
        raise FetchRefusedError(message)
    raise FetchFailedError(message)


def _told(error: Exception, url: httpx.URL) -> Exception:
    """What a broken connection is called outside."""
    if isinstance(error, FetchFailedError):
        return type(error)(f"{error.message} ({shown_url(url)})")
    return FetchFailedError(f"the connection broke off again and again ({shown_url(url)})")
