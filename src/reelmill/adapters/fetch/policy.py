"""What may be fetched, from where, and how much: what the operator says."""

from ipaddress import ip_network
from typing import Annotated

from pydantic import BeforeValidator, Field

from reelmill.adapters.fetch.addresses import Network
from reelmill.model.value import Value


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
