"""Work on a job: who has which step, how an attempt ended, and what that makes of the job."""

from typing import Literal

from pydantic import Field, JsonValue

from reelmill.model.facts import Facts, SandboxLevel
from reelmill.model.jobs import SourceRef
from reelmill.model.operations import Name
from reelmill.model.results import Artifact, Failure, Quality
from reelmill.model.steps import Notice, Plan, Step, Task
from reelmill.model.value import Value

Resource = Literal["cpu", "gpu", "io"]
RESOURCES: tuple[Resource, ...] = ("cpu", "gpu", "io")

StepStatus = Literal["waiting", "ready", "running", "completed", "failed", "cancelled"]
"""Waiting: for outputs of other steps, or for its delay to pass (then it is put back to ready)."""


class Claim(Value):
    """A step that a worker was given.

    Number and attempt are the fence: an attempt that was cancelled or replaced has lost them.
    """

    number: int
    """Of the step, in the store."""
    attempt: int
    """Counts all attempts at this step, from 1."""
    failures: int
    """Earlier attempts that ended badly by their own fault."""
    waits: int = 0
    """Earlier attempts that met a full disk."""
    job_id: str
    step: Step
    tasks: tuple[Task, ...] = ()
    """Those that it serves."""
    sources: dict[str, SourceRef]
    made: tuple[Artifact, ...] = ()
    """What other steps of the job have published."""


class Lease(Value):
    """A running step as the sweeper sees it. Its beat is a counter, not a time: clocks lie."""

    number: int
    attempt: int
    beat: int
    worker: str


class Delayed(Value):
    """A step that waits before it is tried again, for so long after it was put off."""

    number: int
    attempt: int
    delay_seconds: float


class Expansion(Value):
    """What inspection made of a job: facts, plan, and all of its tasks and steps."""

    facts: Facts
    plan: Plan
    tasks: tuple[Task, ...]
    steps: tuple[Step, ...]
    """The plan's, and those around it."""
    video_info: dict[str, JsonValue] = Field(default_factory=dict)


EndingOutcome = Literal["completed", "again", "no_room", "separated", "failed", "given_back"]


class Ending(Value):
    """How an attempt ended, and what follows from it."""

    outcome: EndingOutcome
    """completed: all outputs are made. failed: those in `failures` never will be. again: another
    attempt after `delay_seconds`. no_room: the same, once there is room for it; that is no failure
    of the step. separated: what is not made is made by `steps` in its stead.
    given_back: the worker stops; it counts for nothing."""
    artifacts: tuple[Artifact, ...] = ()
    """Published; the rows that this ending commits make them visible."""
    qualities: tuple[Quality, ...] = ()
    made: tuple[Name, ...] = ()
    """Outputs that are neither artifact nor measurement: `facts`, `original`, `source`."""
    sources: dict[str, SourceRef] = Field(default_factory=dict)
    """Of the job from now on, if they were brought."""
    failures: dict[str, Failure] = Field(default_factory=dict)
    """By output."""
    delay_seconds: float = 0.0
    room_bytes: int = 0
    """What the step turned out to need at least."""
    steps: tuple[Step, ...] = ()
    warnings: tuple[Notice, ...] = ()
    papers: dict[str, JsonValue] | None = None
    """metadata.json, from the step that closes the job."""
    log: tuple[str, ...] = ()
    """The last lines that the child said."""
    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    sandbox: SandboxLevel | None = None
    """That the children had; None: nobody says."""

    @property
    def failure(self) -> Failure | None:
        """The first thing that went wrong."""
        return next(iter(self.failures.values()), None)

    def outputs(self) -> set[str]:
        """Everything that was made."""
        files = {one.output for one in self.artifacts}
        return files | {one.output for one in self.qualities} | set(self.made)
