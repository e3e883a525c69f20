"""Signatures, against the scheme's own example and its own package."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from reelmill.jobs.signing import signed_headers
from reelmill.model.webhooks import Secret

EXAMPLE = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"


def test_the_example_of_the_scheme() -> None:
    at = datetime.fromtimestamp(1614265330, UTC)
    headers = signed_headers(
        Secret(text=EXAMPLE), "msg_p5jXN8AQM9LWM0D4loKWxJek", '{"test": 2432232314}', at
    )
    assert headers == {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }


def test_both_secrets_sign_while_one_is_rotated() -> None:
    secret = Secret(text=EXAMPLE, previous=OTHER)
    headers = signed_headers(secret, "msg_1", '{"ü": 1}', datetime.now(UTC))
    for text in (EXAMPLE, OTHER):
        assert Webhook(text).verify('{"ü": 1}', headers) == {"ü": 1}
        with pytest.raises(WebhookVerificationError):
            Webhook(text).verify('{"ü": 2}', headers)
        with pytest.raises(WebhookVerificationError):
            Webhook(text).verify('{"ü": 1}', {**headers, "webhook-id": "msg_2"})
