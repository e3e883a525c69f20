"""Who asks, and under which name the service was found."""

import re
from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address

from starlette.requests import HTTPConnection

from reelmill.web.site import WebConfig

_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:\d{1,5})?|\[[0-9a-fA-F:.]{2,45}\](:\d{1,5})?")


def client_address(
    peer: str | None, forwarded: str, trusted: Iterable[IPv4Network | IPv6Network]
) -> str | None:
    """The address of a client: the last hop that is not one of our own proxies.

    Args:
        peer: whose connection it is.
        forwarded: X-Forwarded-For. Everything left of the first unknown proxy may be invented.
        trusted: our proxies.
    """
    networks = tuple(trusted)
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    here = peer
    while hops and here is not None and _within(here, networks):
        hop = hops.pop()
        if _parsed(hop) is None:
            break
        here = hop
    return here


def address_of(request: HTTPConnection, config: WebConfig) -> str | None:
    """The address of the client of a request."""
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
    peer = request.client.host if request.client else None
    return client_address(peer, forwarded, config.trusted_proxies)


def base_url(request: HTTPConnection, config: WebConfig) -> str:
    """What the service's URLs begin with."""
    if config.public_url is not None:
        return config.public_url.rstrip("/")
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        server, port = request.scope.get("server") or ("localhost", None)
        host = f"{server}:{port}" if port else str(server)
    return f"{request.scope.get('scheme', 'http')}://{host}"


def _parsed(address: str) -> object:
    try:
        return ip_address(address)
    except ValueError:
        return None


def _within(address: str, networks: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    try:
        here = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(here, "ipv4_mapped", None) or here
    return any(mapped in network for network in networks)
