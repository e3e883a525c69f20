"""What is said about a new job."""

import uuid
from collections.abc import Callable, Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from reelmill.client import calls
from reelmill.client.job import Job

Sent = Callable[[int, int], None]
"""Is told how many bytes are with the service, and of how many."""


def nobody(_here: int, _of: int) -> None:
    """Listens to nothing."""


def submission(
    source: str | PathLike[str],
    metadata: Mapping[str, Any] | None,
    settings: Mapping[str, Any] | None,
    priority: int | str,
    idempotency_key: str | None,
    on_sent: Sent,
) -> calls.Call[Job]:
    """A job of a URL, or of a file of this machine, which is uploaded.

    The same `idempotency_key` makes the same job; for a file, as long as it is the same upload.
    """
    key = idempotency_key or str(uuid.uuid4())
    options = {"metadata": metadata, "settings": settings, "priority": priority}
    text = str(source)
    if text.startswith(("http://", "https://")):
        return (yield from calls.make("/url", {"url": text, **options}, key))
    upload_id = yield from calls.upload(Path(source), on_sent)
    return (yield from calls.make("", {"upload_id": upload_id, **options}, key))
