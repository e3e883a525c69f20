"""A client of the service, for programs. It needs httpx, and nothing of the server.

    >>> from reelmill.client import Client
    >>> with Client("https://video.example", "rm_...") as client:
    ...     job = client.submit("talk.mp4", metadata={"title": "My talk"}, on_sent=print)
    ...     job = client.wait(job.job_id, on_progress=lambda job: print(job.percent))
    ...     client.download_all(job.job_id, "talk")

`AsyncClient` has the same methods, to be awaited. What both do stands in generators that do no
input or output of their own (effects.py): the two differ in nothing else.
"""

from reelmill.client.asynchronous import AsyncClient
from reelmill.client.batches import Batch
from reelmill.client.errors import (
    ApiError,
    BrokenDownloadError,
    BrokenStreamError,
    JobFailedError,
    SourceChangedError,
    WebhookSignatureError,
)
from reelmill.client.following import Event
from reelmill.client.job import Artifact, Job
from reelmill.client.presets import Preset
from reelmill.client.synchronous import Client
from reelmill.client.webhooks import verify_webhook

__all__ = [
    "ApiError",
    "Artifact",
    "AsyncClient",
    "Batch",
    "BrokenDownloadError",
    "BrokenStreamError",
    "Client",
    "Event",
    "Job",
    "JobFailedError",
    "Preset",
    "SourceChangedError",
    "WebhookSignatureError",
    "verify_webhook",
]
