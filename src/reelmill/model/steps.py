"""Steps: the physical work. What is stored with a job and run again on a retry."""

from typing import Literal

from pydantic import Field

from reelmill.model.documents import Document
from reelmill.model.experience import Basis, Experience
from reelmill.model.graph import RelativePath
from reelmill.model.operations import Name
from reelmill.model.process import Analysis, Process, numbered
from reelmill.model.value import Rational, Value

Damaged = Literal["refuse", "finish"]
"""Whether a source that ends early or is damaged inside fails the step, or is done as far as it
goes, with a warning."""


class ExpectedStream(Value):
    """What a stream of an output must be."""

    kind: Literal["video", "audio", "image", "subtitle"]
    codec: str
    width: int | None = None
    height: int | None = None
    pix_fmt: str | None = None
    frame_rate: Rational | None = None
    frame_count: int | None = None
    sample_rate: int | None = None
    channels: int | None = None


class Expectation(Value):
    """What an output must be before anybody may see it."""

    output: Name
    path: RelativePath
    format: str
    streams: tuple[ExpectedStream, ...]
    duration_seconds: Rational | None = None
    tolerance_seconds: Rational | None = None
    segment_seconds: Rational | None = None
    file_count: int = 1
    """Numbered files, of which `path` is the first."""

    @property
    def paths(self) -> tuple[str, ...]:
        """Of all its files; of segments only the list is known before."""
        return numbered(self.path, self.file_count)


class Cost(Value):
    """An estimate: seconds on this host, and bytes written."""

    wall_seconds: float
    cpu_seconds: float
    size_bytes: int
    calibrated_by: int = 0
    """Finished steps of its kind that the seconds were held against; 0: the table alone."""


class Step(Value):
    """A physical piece of work: the unit of retry."""

    id: Name
    executor: Literal[
        "fetch", "inspect", "keep", "ffmpeg", "document", "close", "transcribe", "notify"
    ]
    """fetch: bring the sources. inspect: probe and plan. keep: store a copy of the original.
    close: write the papers."""
    resource: Literal["cpu", "gpu", "io"] = "cpu"
    first: tuple[Analysis, ...] = ()
    """Run before its process, in this order."""
    process: Process | None = None
    document: Document | None = None
    outputs: tuple[Name, ...] = ()
    """What it makes, by name: files and named results."""
    tasks: tuple[Name, ...] = ()
    after: tuple[Name, ...] = ()
    """Outputs that must be settled before, made or not, though it does not read them."""
    required: bool = True
    expects: tuple[Expectation, ...] = ()
    damaged: Damaged = "refuse"
    undecodable_packets: int = 0
    """How many there may be without any damage: a recording may begin in the middle."""
    cost: Cost = Cost(wall_seconds=0, cpu_seconds=0, size_bytes=0)
    basis: Basis | None = None
    """What the table said, for those who learn from what becomes of it; None: it says nothing."""
    why: tuple[str, ...] = ()
    """Why the step is as it is, in plain words."""
    split: tuple["Step", ...] = ()
    """The same outputs by separate steps, for a retry in which only the guilty task fails."""

    @property
    def longest(self) -> tuple[float, float]:
        """Wall and CPU seconds by the table or by experience, whichever says more.

        For limits: what was learned from steps unlike this one must not end it.
        """
        if self.basis is None:
            return self.cost.wall_seconds, self.cost.cpu_seconds
        return (
            max(self.cost.wall_seconds, self.basis.wall_seconds),
            max(self.cost.cpu_seconds, self.basis.cpu_seconds),
        )

    def running(self) -> Process:
        """The process of a step that has one.

        Raises:
            TypeError: it has none.
        """
        if self.process is None:
            raise TypeError(f"step {self.id} runs no process")
        return self.process

    @property
    def needs(self) -> tuple[str, ...]:
        """The outputs of other steps that this one reads."""
        if self.document is not None:
            return self.document.reads
        if self.process is None:
            return ()
        reads = [i.name for i in self.process.inputs if i.origin == "output"]
        return tuple(dict.fromkeys(reads))


class Task(Value):
    """A named part of the job that the user sees."""

    name: Name
    outputs: tuple[Name, ...] = ()
    required: bool = True
    skipped: str | None = None
    """Why there is nothing to do; None: there is."""


class Notice(Value):
    """Something dropped or changed beyond the request."""

    code: Name
    message: str


class Plan(Value):
    """Everything that will run, why, how long and how big."""

    version: Literal[1] = 1
    steps: tuple[Step, ...]
    tasks: tuple[Task, ...]
    warnings: tuple[Notice, ...] = ()
    cost: Cost

    def step_of(self, output: str) -> Step | None:
        """The step that makes an output, if one does."""
        return next((step for step in self.steps if output in step.outputs), None)


class Policy(Value):
    """What the operator decides about planning."""

    damaged: Damaged = "refuse"

    encoder_threads: int | None = Field(default=None, ge=1, le=64)
    """Pinned on every encoder, as packets depend on it; None: one and a half per CPU."""
    experience: Experience = ()
    """What estimates are held against."""
