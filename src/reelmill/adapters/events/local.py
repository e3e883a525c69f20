"""News of jobs inside one process."""

import asyncio
from collections.abc import Callable

from reelmill.model.events import Progress


class LocalEventBus:
    """See `jobs.ports.EventBus`. For one event loop; what is true stands in the store."""

    def __init__(self) -> None:
        self._latest: dict[str, Progress] = {}
        self._changed: dict[str, asyncio.Event] = {}
        self._listeners: list[Callable[[str], None]] = []

    def post(self, job_id: str, progress: Progress | None = None) -> None:
        """See `EventBus.post`."""
        if progress is not None:
            before = self._latest.get(job_id, Progress(tasks=()))
            tasks = {one.name: one for one in (*before.tasks, *progress.tasks)}
            self._latest[job_id] = progress.but(tasks=tuple(tasks.values()))
        if (changed := self._changed.pop(job_id, None)) is not None:
            changed.set()
        for heard in self._listeners:
            heard(job_id)

    def latest(self, job_id: str) -> Progress | None:
        """See `EventBus.latest`."""
        return self._latest.get(job_id)

    async def changed(self, job_id: str, timeout_seconds: float) -> bool:
        """See `EventBus.changed`."""
        changed = self._changed.setdefault(job_id, asyncio.Event())
        try:
            await asyncio.wait_for(changed.wait(), timeout_seconds)
        except TimeoutError:
            return False
        return True

    def listen(self, heard: Callable[[str], None]) -> None:
        """See `EventBus.listen`."""
        self._listeners.append(heard)

    def forget(self, job_id: str) -> None:
        """See `EventBus.forget`."""
        self._latest.pop(job_id, None)
