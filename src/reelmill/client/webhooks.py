"""Webhooks that came, by the Standard Webhooks scheme (standardwebhooks.com, version 1.0.0)."""

import hashlib
import hmac
import json
import time
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from typing import Any

from reelmill.client.errors import WebhookSignatureError

TOLERANCE_SECONDS = 300.0
PREFIX = "whsec_"


def verify_webhook(
    payload: bytes | str,
    headers: Mapping[str, str],
    secret: str | Iterable[str],
    *,
    tolerance_seconds: float = TOLERANCE_SECONDS,
    now: float | None = None,
) -> dict[str, Any]:
    """What a webhook says, if the service sent it, and not long ago.

    Args:
        payload: the body exactly as it came.
        headers: of the request, in any case.
        secret: of the endpoint (`whsec_...`), or several while they are rotated: one is enough.
        tolerance_seconds: between the two clocks, with the way.
        now: seconds since 1970; the clock of this machine by default.

    Raises:
        WebhookSignatureError: it did not, or too long ago.
        ValueError: a secret that is none.
    """
    given = {name.lower(): value for name, value in headers.items()}
    try:
        named = [given[f"webhook-{name}"] for name in ("id", "timestamp", "signature")]
    except KeyError as error:
        raise WebhookSignatureError(f"there is no {error.args[0]}") from None
    delivery_id, at, signatures = named
    if not (at.isascii() and at.isdecimal() and len(at) <= 12):
        raise WebhookSignatureError("webhook-timestamp is no time")
    if abs((time.time() if now is None else now) - int(at)) > tolerance_seconds:
        raise WebhookSignatureError("it is from another time")
    body = payload.encode() if isinstance(payload, str) else payload
    said = f"{delivery_id}.{at}.".encode() + body
    secrets = [secret] if isinstance(secret, str) else [*secret]
    right = [_signature(_key(one), said) for one in secrets]
    versions = (one.partition(",") for one in signatures.split(" "))
    offered = [value.encode() for version, _, value in versions if version == "v1"]
    # All of them, whichever fits: time tells nothing about which.
    fits = [hmac.compare_digest(ours, theirs) for ours in right for theirs in offered]
    if not any(fits):
        raise WebhookSignatureError("no signature fits")
    found: dict[str, Any] = json.loads(body)
    return found


def _signature(key: bytes, said: bytes) -> bytes:
    return b64encode(hmac.new(key, said, hashlib.sha256).digest())


def _key(secret: str) -> bytes:
    try:
        return b64decode(secret.removeprefix(PREFIX), validate=True)
    except ValueError as error:
        raise ValueError("a webhook's secret is whsec_ and base64") from error
