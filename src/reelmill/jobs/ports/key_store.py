"""Who may use the service."""

from datetime import date, datetime
from typing import Protocol

from reelmill.model.keys import ApiKey, KeyTerms
from reelmill.model.records import (
    Usage,
)


class KeyStore(Protocol):
    """API keys, and what was done with them."""

    async def add(self, key: ApiKey) -> None:
        """Remember a key.

        Raises:
            ConflictError: there is a key of that id.
        """
        ...

    async def key(self, key_id: str) -> ApiKey | None:
        """The key of an id, revoked or not."""
        ...

    async def keys(self) -> tuple[ApiKey, ...]:
        """All, newest first."""
        ...

    async def change(self, key_id: str, terms: KeyTerms) -> ApiKey:
        """Give a key other terms.

        Raises:
            NotFoundError: no such key.
        """
        ...

    async def rotate(self, key_id: str, secret_hash: str) -> ApiKey:
        """Give a key another secret: the old one is worth nothing from now on.

        Raises:
            NotFoundError: no such key, or it is revoked.
        """
        ...

    async def revoke(self, key_id: str) -> ApiKey:
        """It opens nothing from now on. Its jobs go on.

        Raises:
            NotFoundError: no such key.
        """
        ...

    async def used(self, key_id: str, at: datetime) -> None:
        """It was used. To the minute is exact enough."""
        ...

    async def usage(self, key_id: str | None, since: date) -> tuple[Usage, ...]:
        """What was done by one key or by all, per day, newest first."""
        ...
