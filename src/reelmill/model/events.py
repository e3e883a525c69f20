"""Progress: a snapshot of how far the tasks of a job are."""

from reelmill.model.operations import Name
from reelmill.model.results import TaskStatus
from reelmill.model.value import Value


class TaskProgress(Value):
    """One task. What is not known is None, never a guess."""

    name: Name
    status: TaskStatus = "pending"
    fraction: float | None = None
    """0 to 1 of the planned length; never falls."""
    frames_per_second: float | None = None
    speed: float | None = None
    """Seconds of media per second."""
    eta_seconds: float | None = None
    size_bytes: int | None = None
    reason: str | None = None


class Progress(Value):
    """All tasks of a job at one moment."""

    tasks: tuple[TaskProgress, ...]
    fraction: float | None = None
