"""API keys: how they are made, read and checked. Only a hash of a secret is ever kept."""

import hashlib
import hmac
import re
import secrets
from datetime import datetime
from ipaddress import ip_address

from reelmill.model.errors import ForbiddenError, UnauthorizedError
from reelmill.model.keys import ApiKey, KeyTerms

SHAPE = re.compile(r"rm_([a-z0-9]{12})_([A-Za-z0-9_-]{43})")
"""rm_, the public id, the secret: 32 random bytes in base64url."""
ADMIN_ID = "admin0000000"
"""The key that an operator sets in the configuration has this id."""


def new_key(terms: KeyTerms, now: datetime) -> tuple[ApiKey, str]:
    """A key, and its text, which is shown once."""
    key_id = secrets.token_hex(6)
    secret = new_secret()
    fields = {name: getattr(terms, name) for name in KeyTerms.model_fields}
    key = ApiKey(key_id=key_id, secret_hash=hash_of(secret), created_at=now, **fields)
    return key, text_of(key_id, secret)


def new_secret() -> str:
    """32 random bytes, as text."""
    return secrets.token_urlsafe(32)


def text_of(key_id: str, secret: str) -> str:
    """What a client sends."""
    return f"rm_{key_id}_{secret}"


def hash_of(secret: str) -> str:
    """SHA-256: a secret of 32 random bytes needs no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def parts_of(text: str) -> tuple[str, str]:
    """The id and the secret of a key.

    Raises:
        UnauthorizedError: it is no key.
    """
    found = SHAPE.fullmatch(text)
    if found is None:
        raise UnauthorizedError("that is no API key")
    return found[1], found[2]


def check_key(key: ApiKey | None, secret: str, address: str | None, now: datetime) -> ApiKey:
    """The key, if the secret opens it, now and from that address.

    Raises:
        UnauthorizedError: unknown, wrong, revoked or expired: the caller is not told which.
        ForbiddenError: not from that address.
    """
    known = key.secret_hash if key is not None else hash_of("")
    right = hmac.compare_digest(known, hash_of(secret))
    if key is None or not right:
        raise UnauthorizedError("this API key opens nothing")
    return check_terms(key, address, now)


def check_terms(key: ApiKey, address: str | None, now: datetime) -> ApiKey:
    """The key, if it may be used now and from that address.

    Raises:
        UnauthorizedError: it is revoked or expired.
        ForbiddenError: not from that address.
    """
    if key.revoked_at is not None:
        raise UnauthorizedError("this API key opens nothing")
    if key.expires_at is not None and key.expires_at <= now:
        raise UnauthorizedError("this API key opens nothing")
    if key.allowed_networks and not _within(key, address):
        raise ForbiddenError("this API key does not work from this address")
    return key


def _within(key: ApiKey, address: str | None) -> bool:
    try:
        here = ip_address(address or "")
    except ValueError:
        return False
    mapped = getattr(here, "ipv4_mapped", None) or here
    return any(mapped in network for network in key.allowed_networks)
