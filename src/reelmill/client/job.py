"""A job as the service tells it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

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


@dataclass(frozen=True)
class Artifact:
    """A file that a job has made, or a folder of segments (its path is the playlist's)."""

    path: str
    size_bytes: int
    segment_count: int
