"""API keys: who may do what, and how much of it."""

from datetime import datetime

from pydantic import Field, IPvAnyNetwork

from reelmill.model.value import Value


class KeyTerms(Value):
    """What an administrator decides about a key. None: the installation's default, or no limit."""

    name: str = Field(min_length=1, max_length=100)
    admin: bool = False
    expires_at: datetime | None = None
    allowed_networks: tuple[IPvAnyNetwork, ...] = ()
    """Where requests may come from; empty: from anywhere."""
    rate_limit_per_minute: int | None = Field(default=None, ge=1)
    rate_limit_per_hour: int | None = Field(default=None, ge=1)
    max_concurrent_jobs: int | None = Field(default=None, ge=1)
    """That are worked on at the same time; more are accepted and wait."""
    monthly_minutes: float | None = Field(default=None, ge=0)
    """Of processing, in a calendar month (UTC)."""


class ApiKey(KeyTerms):
    """A key as it is remembered: its secret only as a hash."""

    key_id: str
    """Public: it is the part of the key before the secret."""
    secret_hash: str
    """SHA-256, in hexadecimal."""
    created_at: datetime
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None
