"""How many streams a key may have open in this process."""

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager

from reelmill.web.rates import limited

FULL_SECONDS = 10.0


class Seats:
    """Counts them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken: Counter[str] = Counter()

    def check(self, key_id: str) -> None:
        """Refuse one stream too many.

        Raises:
            RateLimitedError: the key has as many as it may.
        """
        if self._taken[key_id] >= self._most:
            raise limited(f"{self._most} streams of a key at a time", FULL_SECONDS)

    @contextmanager
    def taken(self, key_id: str) -> Generator[None]:
        """A stream, for as long as it lasts."""
        self._taken[key_id] += 1
        try:
            yield
        finally:
            self._taken[key_id] -= 1
            if not self._taken[key_id]:
                del self._taken[key_id]
