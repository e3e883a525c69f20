"""Connections to checked addresses: a name is resolved once, and what was checked is connected."""

import socket
import time
from collections.abc import Callable, Iterable
from ipaddress import ip_address

import httpcore

from reelmill.adapters.fetch.addresses import Address, refusal
from reelmill.adapters.fetch.policy import FetchPolicy
from reelmill.model.errors import FetchFailedError, UrlBlockedError

Resolve = Callable[[str, int], list[str]]
MOST_ADDRESSES = 4
"""Of a name, that are tried: each may be silent for the whole time to connect."""
Options = Iterable[httpcore.SOCKET_OPTION]


def resolved(host: str, port: int) -> list[str]:
    """The addresses of a name, in the system's order of preference (getaddrinfo(3), RFC 6724).

    Raises:
        FetchFailedError: it has none, or nobody can say.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchFailedError(f"the name {host} cannot be resolved") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class CheckedBackend(httpcore.NetworkBackend):
    """Connects for httpcore, which does TLS with the name that stood in the URL.

    Args:
        policy: whom to ask.
        resolve: names to addresses.
    """

    def __init__(self, policy: FetchPolicy, resolve: Resolve = resolved) -> None:
        self._policy = policy
        self._resolve = resolve
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Options | None = None,
    ) -> httpcore.NetworkStream:
        """To the first address that answers; to none, if one of them may not be asked.

        Raises:
            UrlBlockedError: the name leads to where nobody is asked.
            FetchFailedError: there is nobody.
        """
        addresses = self.check(host, port)
        last: Exception | None = None
        for address in addresses[:MOST_ADDRESSES]:
            try:
                return self._plain.connect_tcp(
                    str(address), port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise FetchFailedError(f"{host} cannot be reached") from last

    def sleep(self, seconds: float) -> None:
        """As httpcore asks."""
        time.sleep(seconds)

    def check(self, host: str, port: int) -> list[Address]:
        """The addresses of a host, all of which may be asked.

        Raises:
            UrlBlockedError: one may not.
            FetchFailedError: it has none.
        """
        return [self._checked(host, one) for one in self._resolve(host, port)]

    def _checked(self, host: str, text: str) -> Address:
        address = ip_address(text.partition("%")[0])  # without a zone: fe80::1%eth0
        why = refusal(address, self._policy.networks)
        if why is not None:
            # The address itself stays here: it would tell strangers what our names resolve to.
            raise UrlBlockedError(f"{host} leads to {why}")
        return address
