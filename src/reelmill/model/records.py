"""Jobs as the store remembers them: what interfaces show."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field, JsonValue

from reelmill.model.events import Progress
from reelmill.model.facts import Facts, SandboxLevel
from reelmill.model.graph import Graph
from reelmill.model.jobs import JobStatus, SourceRef, SourceType
from reelmill.model.results import Artifact, Failure, Quality, TaskStatus
from reelmill.model.steps import Notice, Plan
from reelmill.model.value import Value


class TaskRecord(Value):
    """A task of a job. Times are UTC."""

    name: str
    status: TaskStatus
    required: bool = True
    reason: str | None = None
    """Why it was skipped."""
    started_at: datetime | None = None
    completed_at: datetime | None = None
    duration_seconds: float | None = None
    output_size_bytes: int | None = None
    failure: Failure | None = None


class JobLine(Value):
    """A job in a list."""

    job_id: str
    key_id: str
    status: JobStatus
    stage: str | None = None
    """The task that runs, if one does."""
    fraction: float | None = None
    """0 to 1; None: unknown."""
    priority: int
    filename: str
    source_type: SourceType
    recipe: str
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None = None
    completed_at: datetime | None = None
    user_metadata: dict[str, JsonValue] = Field(default_factory=dict)
    failure: Failure | None = None
    run: int = 1
    """Counts from 1; a retry of the whole job adds one."""
    batch_id: str | None = None
    """That it was asked for in."""


class JobRecord(JobLine):
    """A job with all that is shown of it."""

    settings: dict[str, JsonValue] = Field(default_factory=dict)
    sources: dict[str, SourceRef]
    size_bytes: int
    video_info: dict[str, JsonValue] = Field(default_factory=dict)
    tasks: tuple[TaskRecord, ...]
    progress: Progress = Progress(tasks=())
    """The newest snapshot of what runs; tasks that do not run are not in it."""
    artifacts: tuple[Artifact, ...] = ()
    qualities: tuple[Quality, ...] = ()
    warnings: tuple[Notice, ...] = ()
    papers: dict[str, JsonValue] | None = None
    """metadata.json of a completed job."""
    output_size_bytes: int = 0
    attempts: int = 0
    """At steps, all together."""
    sequence: int = 0
    """Of the newest event."""


class Standing(Value):
    """How far a job is, for those who watch it: little, as it is asked for twice a second."""

    number: int
    """Of its row: later jobs have higher ones."""
    job_id: str
    key_id: str
    status: JobStatus
    sequence: int
    """Of the newest event."""
    stage: str | None = None
    fraction: float | None = None
    progress: Progress = Progress(tasks=())
    qualities: tuple[Quality, ...] = ()


class Live(Value):
    """Jobs that a dashboard shows."""

    newest: int
    """The highest number of any job, shown or not."""
    jobs: dict[int, str]
    """Ids by number."""


class JobProgram(JobRecord):
    """A job with what it was compiled from and to: large, and not needed to show it."""

    graph: Graph
    facts: Facts | None = None
    plan: Plan | None = None
    """Once the sources are inspected."""


class Event(Value):
    """A line of a job's log."""

    sequence: int
    """Counts from 1 within the job, without gaps, in the order of commits."""
    kind: str
    """`job.completed`, `task.running`, `step.lost` and the like."""
    at: datetime
    data: dict[str, JsonValue] = Field(default_factory=dict)


class AttemptRecord(Value):
    """One try of a step."""

    step: str
    attempt: int
    worker: str
    started_at: datetime
    ended_at: datetime | None = None
    outcome: str = "running"
    failure: Failure | None = None
    log: tuple[str, ...] = ()
    wall_seconds: float | None = None
    cpu_seconds: float | None = None
    sandbox: SandboxLevel | None = None
    """That its children had; None: it had none, or has not ended."""


Sorting = Literal["created_at", "completed_at", "priority"]


class JobQuery(Value):
    """Which jobs to list."""

    key_id: str | None = None
    """Only of this key; None: all."""
    status: JobStatus | None = None
    search: str | None = None
    """Text that must stand somewhere in the user's metadata or in the file's name."""
    metadata: dict[str, str] = Field(default_factory=dict)
    """Fields of the user's metadata that must have these values; a list must contain them."""
    sort: Sorting = "created_at"
    descending: bool = True
    limit: int = Field(default=50, ge=1, le=1000)
    offset: int = Field(default=0, ge=0)


class Page(Value):
    """Part of a list."""

    total: int
    jobs: tuple[JobLine, ...]


class Statistics(Value):
    """All jobs in numbers."""

    by_status: dict[str, int]
    input_bytes: int = 0
    output_bytes: int = 0
    average_processing_seconds: float | None = None
    running_steps: int = 0


class Usage(Value):
    """What a key did on one day (UTC)."""

    key_id: str
    day: date
    jobs_created: int = 0
    jobs_completed: int = 0
    jobs_failed: int = 0
    input_bytes: int = 0
    output_bytes: int = 0
    processing_seconds: float = 0.0


class Instance(Value):
    """A process of the service."""

    instance_id: str
    kind: Literal["api", "worker", "sender"]
    host: str
    pid: int
    started_at: datetime
    slots: dict[str, int] = Field(default_factory=dict)
    beat: int = 0
    running: int = 0
    """Steps that it has at the moment."""
