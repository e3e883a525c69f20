"""What may be fetched, from where, and how much: what the operator says, and URLs held to it."""

from ipaddress import ip_network
from typing import Annotated

import httpx
from pydantic import BeforeValidator, Field

from reelmill.adapters.fetch.addresses import Network
from reelmill.model.errors import UrlBlockedError
from reelmill.model.value import Value

MOST_URL_BYTES = 4096
DEFAULT_PORTS = {"http": 80, "https": 443}


class FetchPolicy(Value):
    """For every request that leaves this machine."""

    ports: tuple[Annotated[int, Field(ge=1, le=65535)], ...] = (80, 443)
    """Ports that may be asked."""
    networks: tuple[Annotated[Network, BeforeValidator(ip_network)], ...] = ()
    """Networks that may be asked though they are not public. Metadata services never may."""
    most_redirects: int = Field(default=5, ge=0, le=20)
    connect_seconds: float = Field(default=10.0, gt=0)
    """For each address, TLS included."""
    silent_seconds: float = Field(default=30.0, gt=0)
    """Without a byte for so long, a connection is given up."""
    least_bytes_per_second: int = Field(default=1024, ge=0)
    """Slower on average over `slow_seconds`, a transfer is given up."""
    slow_seconds: float = Field(default=60.0, gt=0)
    total_seconds: float = Field(default=4 * 3600.0, gt=0)
    """For one file, with all its connections."""
    most_drops: int = Field(default=8, ge=0)
    """So often a dropped connection is made again, going on where it was."""


def checked_url(text: str, policy: FetchPolicy) -> httpx.URL:
    """A URL that may be asked, as far as its text tells. Its fragment is dropped.

    Raises:
        UrlBlockedError: another scheme or port, a user in it, or it is no URL.
    """
    if len(text.encode(errors="replace")) > MOST_URL_BYTES:
        raise UrlBlockedError(f"a URL has {MOST_URL_BYTES} bytes at most")
    if any(ord(one) <= 0x20 or ord(one) == 0x7F for one in text):
        raise UrlBlockedError("there are spaces or control characters in the URL")
    try:
        url = httpx.URL(text)
        port = url.port
    except (httpx.InvalidURL, ValueError) as error:
        raise UrlBlockedError("this is no URL") from error
    if url.scheme not in DEFAULT_PORTS:
        raise UrlBlockedError("only http and https are fetched")
    if not url.host:
        raise UrlBlockedError("there is no host in the URL")
    if url.userinfo:
        raise UrlBlockedError("there may be no user or password in a URL")
    if (DEFAULT_PORTS[url.scheme] if port is None else port) not in policy.ports:
        raise UrlBlockedError(f"port {port} is not among those that are asked")
    return url.copy_with(fragment=None)


def shown_url(url: httpx.URL | str) -> str:
    """For logs and errors: without the query, in which signatures and tokens are."""
    full = httpx.URL(url)
    return str(full.copy_with(query=None)) + ("?..." if full.query else "")
