"""Signatures of webhooks, by the Standard Webhooks scheme (standardwebhooks.com, version 1.0.0)."""

from datetime import datetime

from standardwebhooks.webhooks import Webhook

from reelmill.model.webhooks import Secret


def signed_headers(secret: Secret, delivery_id: str, payload: str, at: datetime) -> dict[str, str]:
    """The headers of one attempt; the id is the same in all of them, the time is not.

    A signature by each secret that counts: a receiver that knows either takes it.

    Args:
        secret: one, or two while it is rotated.
        delivery_id: of the delivery.
        payload: exactly what is sent.
        at: the time of the attempt, UTC.
    """
    texts = [text for text in (secret.text, secret.previous) if text is not None]
    signatures = [Webhook(text).sign(delivery_id, at, payload) for text in texts]
    return {
        "webhook-id": delivery_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
