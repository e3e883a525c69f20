"""How often somebody may ask: moving windows, per key, per endpoint and per address."""

import math
import time
from dataclasses import dataclass
from ipaddress import ip_network

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from reelmill.model.errors import RateLimitedError
from reelmill.model.keys import ApiKey
from reelmill.web.site import WebConfig

PARTS = frozenset(("patchUpload", "headUpload"))
PARTS_PER_MINUTE = 3000
"""Parts of a file that is uploaded are no requests of their own: one file has hundreds."""


@dataclass(frozen=True)
class Admission:
    """Whether a request may go on.

    Attributes:
        headers: RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers).
        wait_seconds: until the next one may; None: this one may.
    """

    headers: dict[str, str]
    wait_seconds: float | None = None


@dataclass(frozen=True)
class Window:
    """One limit, and whose it is."""

    name: str
    limit: RateLimitItem
    whose: tuple[str, ...]


class Rates:
    """The windows of one process."""

    def __init__(self, config: WebConfig) -> None:
        self._config = config
        self._windows = MovingWindowRateLimiter(MemoryStorage())

    async def admit(self, key: ApiKey, operation: str) -> Admission:
        """Count a request of a key to an endpoint, unless it is one too many."""
        windows = self._of(key, operation)
        full = [one for one in windows if not await self._windows.test(one.limit, *one.whose)]
        if not full:
            for one in windows:
                await self._windows.hit(one.limit, *one.whose)
        policies: list[str] = []
        standings: list[str] = []
        waits: list[float] = []
        for one in windows:
            stats = await self._windows.get_window_stats(one.limit, *one.whose)
            wait = max(0.0, stats.reset_time - time.time())
            left = max(0, stats.remaining)
            policies.append(f'"{one.name}";q={one.limit.amount};w={one.limit.get_expiry()}')
            standings.append(f'"{one.name}";r={left};t={math.ceil(wait)}')
            waits += [wait] if one in full else []
        headers = {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(standings)}
        return Admission(headers, max(waits) if full else None)

    async def check_address(self, address: str | None) -> None:
        """Refuse an address that has tried too many keys.

        Raises:
            RateLimitedError: it has.
        """
        if not await self._windows.test(*self._failures(address)):
            raise limited("too many requests without a good key", 60.0)

    async def failed(self, address: str | None) -> None:
        """Count a request without a good key."""
        await self._windows.hit(*self._failures(address))

    def _failures(self, address: str | None) -> tuple[RateLimitItem, str, str]:
        limit = RateLimitItemPerMinute(self._config.failures_per_minute)
        return limit, "address", neighbourhood(address)

    def _of(self, key: ApiKey, operation: str) -> list[Window]:
        if operation in PARTS and operation not in self._config.endpoint_limits:
            limit = RateLimitItemPerMinute(PARTS_PER_MINUTE)
            return [Window("parts", limit, ("key", key.key_id, "parts"))]
        per_minute = key.rate_limit_per_minute or self._config.requests_per_minute
        windows = [Window("minute", RateLimitItemPerMinute(per_minute), ("key", key.key_id))]
        if key.rate_limit_per_hour is not None:
            hourly = RateLimitItemPerHour(key.rate_limit_per_hour)
            windows.append(Window("hour", hourly, ("key", key.key_id)))
        if operation in self._config.endpoint_limits:
            own = RateLimitItemPerMinute(self._config.endpoint_limits[operation])
            windows.append(Window(operation, own, ("key", key.key_id, operation)))
        return windows


def limited(message: str, wait_seconds: float) -> RateLimitedError:
    """One request too many, and when the next one is welcome."""
    error = RateLimitedError(message)
    error.retry_after_seconds = wait_seconds
    return error


def neighbourhood(address: str | None) -> str:
    """Who counts as one: an IPv4 address, or the /64 that one IPv6 customer has."""
    if address is None or ":" not in address:
        return address or "nowhere"
    return str(ip_network(f"{address.split('%')[0]}/64", strict=False))
