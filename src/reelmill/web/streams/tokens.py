"""Stream tokens: whoever has one may follow one job, or all of a key's, for some minutes.

For browsers, which cannot send headers with an EventSource or a WebSocket. A token is an expiry,
the id of a key, and a signature over both and what it opens.
"""

import base64
import hashlib
import hmac
import re

from reelmill.model.errors import UnauthorizedError

ALL_JOBS = "*"
"""In the place of a job's id, which it cannot be."""
_TOKEN = re.compile(r"(\d{1,12})-([a-z0-9]{12})-([A-Za-z0-9_-]{43})", re.ASCII)


def token(secret: bytes, key_id: str, opens: str, expires_at: int) -> str:
    """What opens a job (or `ALL_JOBS`) for a key until a moment (seconds since 1970)."""
    said = f"stream:{key_id}:{opens}:{expires_at}"
    signed = hmac.new(secret, said.encode(), hashlib.sha256).digest()
    return f"{expires_at}-{key_id}-{base64.urlsafe_b64encode(signed).rstrip(b'=').decode()}"


def key_of(secret: bytes, given: str, opens: str, now: float) -> str:
    """The id of the key that a token stands for.

    Raises:
        UnauthorizedError: it opens something else, or nothing (any more).
    """
    found = _TOKEN.fullmatch(given)
    expires_at, key_id = (int(found[1]), found[2]) if found else (0, "")
    if not hmac.compare_digest(token(secret, key_id, opens, expires_at).encode(), given.encode()):
        raise UnauthorizedError("this token opens nothing here")
    if expires_at <= now:
        raise UnauthorizedError("this token has expired")
    return key_id
