"""A client of the service, for programs. It needs httpx, and nothing of the server.

    >>> from reelmill.client import Client
    >>> with Client("https://video.example", "rm_...") as client:
    ...     job = client.submit("talk.mp4", metadata={"title": "My talk"}, on_sent=print)
    ...     job = client.wait(job.job_id, on_progress=lambda job: print(job.percent))
    ...     client.download(job.job_id, "720p/video_720p.mp4", "talk_720p.mp4")

`AsyncClient` has the same methods, to be awaited.
"""

from reelmill.client.asynchronous import AsyncClient
from reelmill.client.errors import ApiError, BrokenDownloadError, JobFailedError
from reelmill.client.job import Artifact, Job
from reelmill.client.synchronous import Client

__all__ = [
    "ApiError",
    "Artifact",
    "AsyncClient",
    "BrokenDownloadError",
    "Client",
    "Job",
    "JobFailedError",
]
