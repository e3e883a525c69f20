"""Playback URLs: whoever has one may watch one job until it expires.

The token stands before the path, so that the relative addresses in playlists inherit it:
`/v/{token}/{job_id}/master.m3u8`. It is an expiry and a signature over job and expiry.
"""

import base64
import hashlib
import hmac
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from reelmill.model.errors import ForbiddenError, NotFoundError
from reelmill.web.site import WebConfig

HOUR = 3600
_TOKEN = re.compile(r"(\d{1,12})-([A-Za-z0-9_-]{43})", re.ASCII)


def token(secret: bytes, job_id: str, expires_at: int) -> str:
    """What opens a job until a moment (seconds since 1970)."""
    signed = hmac.new(secret, f"playback:{job_id}:{expires_at}".encode(), hashlib.sha256)
    return f"{expires_at}-{base64.urlsafe_b64encode(signed.digest()).rstrip(b'=').decode()}"


def check(secret: bytes, job_id: str, given: str, now: float) -> None:
    """Refuse a token that does not open a job now.

    Raises:
        NotFoundError: it is none of this job; whether there is such a job is not told.
        ForbiddenError: it has expired.
    """
    found = _TOKEN.fullmatch(given)
    expires_at = int(found[1]) if found else 0
    if not hmac.compare_digest(token(secret, job_id, expires_at).encode(), given.encode()):
        raise NotFoundError("there is nothing here")
    if expires_at <= now:
        raise ForbiddenError("this playback URL has expired; the job has a new one")


@dataclass(frozen=True)
class Links:
    """Makes the URLs of one answer.

    Attributes:
        base: what all URLs of the service begin with.
        config: signs them.
        clock: seconds since 1970.
    """

    base: str
    config: WebConfig
    clock: Callable[[], float] = time.time

    def playback(self, job_id: str, path: str) -> str:
        """Where a file of a job plays, without a key. The same URL for an hour."""
        hours = int(self.clock()) // HOUR + 1
        expires_at = hours * HOUR + self.config.playback_seconds
        opens = token(self.config.signing_secret, job_id, expires_at)
        return f"{self.base}/v/{opens}/{job_id}/{quote(path)}"

    def job(self, job_id: str, below: str = "") -> str:
        """An endpoint about a job."""
        return f"{self.base}/api/v1/jobs/{job_id}{below}"

    def batch(self, batch_id: str) -> str:
        """The endpoint about a batch."""
        return f"{self.base}/api/v1/batch/{batch_id}"
