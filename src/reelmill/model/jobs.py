"""A job: what a user asked for, where its sources are, and what goes on its papers."""

from datetime import datetime
from typing import Literal

from pydantic import Field, JsonValue

from reelmill.model.graph import Graph
from reelmill.model.operations import Name
from reelmill.model.steps import Step, Task
from reelmill.model.value import Value
from reelmill.model.webhooks import JobWebhook

JobStatus = Literal["pending", "validating", "processing", "completed", "failed", "cancelled"]
FINAL: frozenset[JobStatus] = frozenset(("completed", "failed", "cancelled"))
"""Every accepted job ends in exactly one of these."""

LEAST_PRIORITY, USUAL_PRIORITY, MOST_PRIORITY = 1, 5, 10


class Job(Value):
    """One request."""

    job_id: str
    created_at: datetime
    filename: str
    """The source's own name: shown, never used as a path."""
    user_metadata: dict[str, JsonValue] = Field(default_factory=dict)


Identity = tuple[int, int, int, int]
"""What changes when a file is replaced or written to: device, inode, size, time (ns)."""


class SourceRef(Value):
    """Where the bytes of a source are."""

    kind: Literal["stored", "filesystem", "url"]
    location: str
    """Stored: a key of the storage. Filesystem: an absolute path on the workers' machines. URL:
    where it is fetched from; it is stored then."""
    size_bytes: int
    """0 as long as nobody knows."""
    sha256: str | None = None
    """Of the bytes that were fetched, in hexadecimal."""
    identity: Identity | None = None
    """Of a file that is not ours, as it was when the job was accepted."""


SourceType = Literal["upload", "filesystem", "url"]
"""How the request came."""


class NewJob(Value):
    """An accepted request, with everything that is committed with it at once."""

    job: Job
    key_id: str
    source_type: SourceType
    priority: int = Field(default=USUAL_PRIORITY, ge=LEAST_PRIORITY, le=MOST_PRIORITY)
    recipe: Name
    settings: dict[str, JsonValue] = Field(default_factory=dict)
    """Of the recipe."""
    graph: Graph
    sources: dict[str, SourceRef]
    size_bytes: int
    """Of the main source."""
    video_info: dict[str, JsonValue] = Field(default_factory=dict)
    """What its header says, in the words of the reference."""
    tasks: tuple[Task, ...]
    webhook: JobWebhook | None = None
    """Whom to tell of its events, beside the endpoints of its key."""
    steps: tuple[Step, ...]
    """Those that are known before the sources are inspected: the inspection itself."""
