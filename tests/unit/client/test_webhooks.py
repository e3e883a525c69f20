"""The receiver's side of webhooks, against the scheme's own package."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from reelmill.client import WebhookSignatureError, verify_webhook

SECRET, OTHER = (f"whsec_{b64encode(bytes([n]) * 32).decode()}" for n in (1, 2))
AT = 1_795_264_222
BODY = json.dumps({"type": "job.completed", "data": {"title": "Ça va?"}}, ensure_ascii=False)


def signed(secret: str = SECRET, body: str = BODY, at: int = AT) -> dict[str, str]:
    signature = Webhook(secret).sign("msg_1", datetime.fromtimestamp(at, UTC), body)
    return {
        "Webhook-Id": "msg_1",
        "Webhook-Timestamp": str(at),
        "Webhook-Signature": signature,
    }


@given(st.dictionaries(st.text(), st.text()), st.binary(min_size=24, max_size=64))
def test_what_the_package_signs_is_taken(said: dict[str, str], key: bytes) -> None:
    secret, body = f"whsec_{b64encode(key).decode()}", json.dumps(said, ensure_ascii=True)
    headers = signed(secret, body)
    assert verify_webhook(body.encode(), headers, secret, now=AT) == said
    assert verify_webhook(body, headers, secret.removeprefix("whsec_"), now=AT) == said


def test_by_this_machines_clock() -> None:
    now = int(datetime.now(UTC).timestamp())
    headers = signed(at=now)
    assert verify_webhook(BODY, headers, SECRET) == Webhook(SECRET).verify(
        BODY, {name.lower(): value for name, value in headers.items()}
    )


def test_secrets_are_rotated() -> None:
    old, new = signed(SECRET), signed(OTHER)
    both = {**new, "Webhook-Signature": " ".join(h["Webhook-Signature"] for h in (old, new))}
    assert verify_webhook(BODY, both, SECRET, now=AT)
    assert verify_webhook(BODY, both, OTHER, now=AT)
    assert verify_webhook(BODY, old, (OTHER, SECRET), now=AT)
    odd = {**old, "Webhook-Signature": f"v1a,xyz v2,é {old['Webhook-Signature']}"}
    assert verify_webhook(BODY, odd, SECRET, now=AT)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"Webhook-Id": "msg_2"}, "no signature"),
        ({"Webhook-Timestamp": str(AT + 1)}, "no signature"),
        ({"Webhook-Timestamp": str(AT - 301)}, "another time"),
        ({"Webhook-Timestamp": str(AT + 301)}, "another time"),
        ({"Webhook-Timestamp": "soon"}, "no time"),
        ({"Webhook-Timestamp": "²"}, "no time"),
        ({"Webhook-Signature": ""}, "no signature"),
        ({"Webhook-Signature": "v1,"}, "no signature"),
        ({"Webhook-Signature": signed()["Webhook-Signature"].replace("v1", "v2")}, "no signature"),
    ],
)
def test_what_is_not_taken(changes: dict[str, str], why: str) -> None:
    with pytest.raises(WebhookSignatureError, match=why):
        verify_webhook(BODY, {**signed(), **changes}, SECRET, now=AT)


def test_another_body_another_key_or_no_header() -> None:
    with pytest.raises(WebhookSignatureError):
        verify_webhook(BODY + " ", signed(), SECRET, now=AT)
    with pytest.raises(WebhookSignatureError):
        verify_webhook(BODY, signed(), OTHER, now=AT)
    for name in signed():
        with pytest.raises(WebhookSignatureError, match=name.lower()):
            verify_webhook(BODY, {k: v for k, v in signed().items() if k != name}, SECRET, now=AT)
    with pytest.raises(ValueError, match="whsec_"):
        verify_webhook(BODY, signed(), "whsec_é", now=AT)
