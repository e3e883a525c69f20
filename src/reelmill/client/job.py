"""A job as the service tells it, and what it has made."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reelmill.client.errors import JobFailedError

FINAL = frozenset(("completed", "failed", "cancelled"))


@dataclass(frozen=True)
class Job:
    """The state of a job at one moment.

    Attributes:
        document: all that the service said of it.
    """

    document: Mapping[str, Any] = field(repr=False)

    @property
    def job_id(self) -> str:
        """Its id."""
        return str(self.document["job_id"])

    @property
    def status(self) -> str:
        """pending, validating, processing, completed, failed or cancelled."""
        return str(self.document["status"])

    @property
    def final(self) -> bool:
        """Whether it is at its end."""
        return self.status in FINAL

    @property
    def percent(self) -> int | None:
        """How far it is; None: nobody knows."""
        return self.document.get("progress_percent")

    @property
    def tasks(self) -> list[dict[str, Any]]:
        """Its parts, each with status, progress, speed and time left."""
        return list(self.document.get("tasks", ()))

    @property
    def error(self) -> tuple[str, str] | None:
        """The code and the sentence of what went wrong."""
        found = self.document.get("error")
        return (str(found["code"]), str(found["message"])) if found else None

    @property
    def master_playlist_url(self) -> str | None:
        """Plays in any player, without a key, until it expires."""
        return self.document.get("master_playlist_url")

    def at(self, snapshot: Mapping[str, Any]) -> "Job":
        """The same job when a `progress` event was told."""
        percent = snapshot.get("percentage")
        moving = {one["name"]: one for one in snapshot.get("tasks", ())}
        return Job(
            {
                **self.document,
                "status": snapshot.get("status", self.status),
                "progress_percent": None if percent is None else int(percent),
                "tasks": [_moved(one, moving.get(one["name"])) for one in self.tasks],
            }
        )


def completed(job: Job) -> Job:
    """A job that is at its end, if that is a good one.

    Raises:
        JobFailedError: it failed, or was cancelled.
    """
    if job.status == "completed":
        return job
    code, message = job.error or (job.status, f"the job was {job.status}")
    said: Mapping[str, Any] = job.document.get("error") or {}
    raise JobFailedError(code, message, str(said.get("detail", "")))


def _moved(task: dict[str, Any], snapshot: Mapping[str, Any] | None) -> dict[str, Any]:
    if snapshot is None:
        return task
    percent = snapshot["percentage"]
    same = {name: snapshot[name] for name in ("fps", "speed", "eta_seconds")}
    known = None if percent is None else int(percent)
    return {**task, "status": "running", "progress_percent": known, **same}


@dataclass(frozen=True)
class Artifact:
    """A file that a job has made, or a folder of segments (its path is the playlist's).

    Attributes:
        document: all that the service said of it.
    """

    document: Mapping[str, Any] = field(repr=False)

    @property
    def path(self) -> str:
        """Below the job's folder."""
        return str(self.document["path"])

    @property
    def size_bytes(self) -> int:
        """With its segments."""
        return int(self.document["size_bytes"])

    @property
    def segment_count(self) -> int:
        """None of them, where it is one file."""
        return int(self.document.get("segment_count") or 0)
