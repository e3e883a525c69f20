"""The processes of the service, and what they tell each other."""

from collections.abc import Callable
from typing import Protocol

from reelmill.model.events import Progress
from reelmill.model.records import (
    Instance,
)
from reelmill.model.work import Resource


class InstanceStore(Protocol):
    """Which processes of the service there are."""

    async def join(self, instance: Instance) -> None:
        """A process begins."""
        ...

    async def alive(self, instance_id: str) -> bool:
        """A process is still there. False: others gave it up; it must join again."""
        ...

    async def leave(self, instance_id: str) -> None:
        """A process ends: what it had reserved is free."""
        ...

    async def instances(self) -> tuple[Instance, ...]:
        """All that have not left."""
        ...


class Dispatcher(Protocol):
    """A doorbell: lost or doubled rings are harmless, as idle workers look by themselves too."""

    def wake(self, resource: Resource) -> None:
        """There may be work of this kind."""
        ...

    async def wait(self, resource: Resource, timeout_seconds: float) -> bool:
        """Until somebody rings; one ring wakes one waiter. False: nobody did in that time."""
        ...


class EventBus(Protocol):
    """Tells who listens that a job has changed. What is true stands in the store."""

    def post(self, job_id: str, progress: Progress | None = None) -> None:
        """A job has changed, or some of its tasks are further than they were."""
        ...

    def latest(self, job_id: str) -> Progress | None:
        """The newest that was posted here of each task, while the job runs."""
        ...

    async def changed(self, job_id: str, timeout_seconds: float) -> bool:
        """Until the job is posted again. False: it was not in that time."""
        ...

    def listen(self, heard: Callable[[str], None]) -> None:
        """Call this with the id of every job that is posted, from now on."""
        ...

    def forget(self, job_id: str) -> None:
        """The job is at its end: no snapshot is kept."""
        ...
