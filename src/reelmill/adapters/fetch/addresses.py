"""Which addresses may be asked. Judged after resolving: text lies (`0x7f.1`, `①`, rebinding)."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

METADATA = frozenset(
    ip_address(one)
    for one in (
        "169.254.169.254",  # AWS, Azure, GCP, OpenStack, DigitalOcean
        "169.254.170.2",  # AWS: credentials of a container
        "169.254.170.23",  # AWS: credentials of a pod
        "100.100.100.200",  # Alibaba
        "192.0.0.192",  # Oracle
        "168.63.129.16",  # Azure's wire server, a public address
        "fd00:ec2::254",  # AWS
        "fd00:ec2::23",  # AWS
        "fd20:ce::254",  # GCP
    )
)
"""Credentials are given out there: never, whatever the operator allows."""

NEVER_PUBLIC = tuple(
    ip_network(one)
    for one in (
        "0.0.0.0/8",  # RFC 1122, 3.2.1.3
        "100.64.0.0/10",  # RFC 6598: carriers' NAT; Python calls it neither private nor global
        "192.0.0.0/24",  # RFC 6890
        "192.88.99.0/24",  # RFC 7526: 6to4 relays
        "198.18.0.0/15",  # RFC 2544
        "64:ff9b:1::/48",  # RFC 8215: local NAT64, which may lead into private networks
        "2001::/23",  # RFC 2928, with Teredo, ORCHID and benchmarking
        "2002::/16",  # RFC 7526: 6to4, deprecated
        "fec0::/10",  # RFC 3879: site-local
    )
)
TRANSLATED = (
    IPv6Network("::ffff:0:0/96"),  # RFC 4291, 2.5.5.2: mapped
    IPv6Network("::/96"),  # RFC 4291, 2.5.5.1: compatible
    IPv6Network("64:ff9b::/96"),  # RFC 6052: NAT64
)
"""Networks whose addresses are IPv4 addresses: their last 32 bits."""


def refusal(address: Address, allowed: Sequence[Network] = ()) -> str | None:
    """Why an address may not be asked; None: it may.

    Args:
        address: to which a name resolved, or that stood in a URL.
        allowed: networks that the operator allows though they are not public.
    """
    meant = _meant(address)
    if meant in METADATA:
        return "a metadata service"
    if any(meant in network for network in allowed if network.version == meant.version):
        return None
    return _not_public(meant)


def _meant(address: Address) -> Address:
    """The IPv4 address that an IPv6 address stands for, if it does for one."""
    if isinstance(address, IPv4Address) or int(address) <= 1:  # `::` and `::1` are themselves
        return address
    translated = any(address in network for network in TRANSLATED)
    return IPv4Address(int(address) & 0xFFFFFFFF) if translated else address


def _not_public(address: Address) -> str | None:
    if address.is_unspecified:
        return "an unspecified address"
    for name, is_so in (
        ("loopback", address.is_loopback),
        ("link-local", address.is_link_local),
        ("multicast", address.is_multicast),
        ("private", address.is_private),
        ("reserved", address.is_reserved or not address.is_global),
        ("reserved", any(address in one for one in NEVER_PUBLIC if one.version == address.version)),
    ):
        if is_so:
            return f"a {name} address"
    return None
