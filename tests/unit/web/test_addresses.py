from __future__ import annotations

from ipaddress import ip_network

import pytest

from reelmill.web.addresses import client_address
from reelmill.web.rates import neighbourhood

TRUSTED = (ip_network("10.0.0.0/8"), ip_network("::1/128"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("1.2.3.4", "", "1.2.3.4"),
        ("1.2.3.4", "9.9.9.9", "1.2.3.4"),
        ("10.0.0.1", "9.9.9.9", "9.9.9.9"),
        ("10.0.0.1", "6.6.6.6, 9.9.9.9", "9.9.9.9"),
        ("10.0.0.1", "9.9.9.9, 10.0.0.2", "9.9.9.9"),
        ("10.0.0.1", "10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "9.9.9.9, nonsense", "10.0.0.1"),
        ("::ffff:10.0.0.1", "9.9.9.9", "9.9.9.9"),
        ("::1", "2001:db8::1", "2001:db8::1"),
        (None, "9.9.9.9", None),
    ],
)
def test_only_our_proxies_are_believed(
    peer: str | None, forwarded: str, client: str | None
) -> None:
    assert client_address(peer, forwarded, TRUSTED) == client


def test_one_customer_of_ipv6_is_one() -> None:
    assert neighbourhood("2001:db8::1") == neighbourhood("2001:db8::ffff")
    assert neighbourhood("1.2.3.4") == "1.2.3.4"
