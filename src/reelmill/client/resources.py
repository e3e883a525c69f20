"""What a client has by its kind: `client.batches` and `client.presets`, waiting and awaited."""

import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Protocol, TypeVar

from reelmill.client import batches, presets
from reelmill.client.batches import Batch
from reelmill.client.effects import Call
from reelmill.client.presets import Preset

T = TypeVar("T")
Found = list
"""What `list` gives; inside the classes that word is taken."""


class Runs(Protocol):
    """Does what a call wants, for its result."""

    def __call__(self, call: Call[T]) -> T: ...


class Batches:
    """Conversions that are asked for together."""

    def __init__(self, run: Runs) -> None:
        self._run = run

    def create(
        self,
        jobs: Iterable[Mapping[str, Any]],
        *,
        idempotency_key: str | None = None,
        **options: Any,
    ) -> Batch:
        """Make a batch of bodies of `POST /api/v1/convert`; options are the batch's own fields."""
        key = idempotency_key or str(uuid.uuid4())
        return self._run(batches.create(jobs, options, key))

    def get(self, batch_id: str) -> Batch:
        """A batch as it is now, with its jobs."""
        return self._run(batches.get(batch_id))

    def list(self, **filters: str) -> Found[Batch]:
        """Batches, newest first, without their jobs; filters are `limit` and `offset`."""
        return self._run(batches.listed(**filters))

    def cancel(self, batch_id: str) -> Batch:
        """Cancel the jobs that are not at their end."""
        return self._run(batches.cancel(batch_id))

    def wait(
        self,
        batch_id: str,
        *,
        on_progress: Callable[[Batch], object] = lambda _: None,
        look_seconds: float = 1.0,
    ) -> Batch:
        """Until all its jobs are at their end, good or bad, looking now and then."""
        return self._run(batches.wait(batch_id, on_progress, look_seconds))


class Presets:
    """Parts of conversions under a name, in versions."""

    def __init__(self, run: Runs) -> None:
        self._run = run

    def create(
        self,
        name: str,
        settings: Mapping[str, Any],
        *,
        description: str = "",
        idempotency_key: str | None = None,
    ) -> Preset:
        """Make one, or a new version; `settings` are `output`, `operations` and `options`."""
        key = idempotency_key or str(uuid.uuid4())
        return self._run(presets.create(name, settings, description, key))

    def get(self, preset: str) -> Preset:
        """The newest version of a name, or the one that `name@version` says."""
        return self._run(presets.get(preset))

    def list(self) -> Found[Preset]:
        """The newest version of each that a request may name."""
        return self._run(presets.listed())

    def delete(self, name: str) -> None:
        """Remove one's own, in all its versions; jobs that were made with it stay as they are."""
        self._run(presets.delete(name))


class AsyncRuns(Protocol):
    """Does what a call wants, for its result."""

    def __call__(self, call: Call[T]) -> Awaitable[T]: ...


class AsyncBatches:
    """Conversions that are asked for together."""

    def __init__(self, run: AsyncRuns) -> None:
        self._run = run

    async def create(
        self,
        jobs: Iterable[Mapping[str, Any]],
        *,
        idempotency_key: str | None = None,
        **options: Any,
    ) -> Batch:
        """Make a batch of bodies of `POST /api/v1/convert`; options are the batch's own fields."""
        key = idempotency_key or str(uuid.uuid4())
        return await self._run(batches.create(jobs, options, key))

    async def get(self, batch_id: str) -> Batch:
        """A batch as it is now, with its jobs."""
        return await self._run(batches.get(batch_id))

    async def list(self, **filters: str) -> Found[Batch]:
        """Batches, newest first, without their jobs; filters are `limit` and `offset`."""
        return await self._run(batches.listed(**filters))

    async def cancel(self, batch_id: str) -> Batch:
        """Cancel the jobs that are not at their end."""
        return await self._run(batches.cancel(batch_id))

    async def wait(
        self,
        batch_id: str,
        *,
        on_progress: Callable[[Batch], object] = lambda _: None,
        look_seconds: float = 1.0,
    ) -> Batch:
        """Until all its jobs are at their end, good or bad, looking now and then."""
        return await self._run(batches.wait(batch_id, on_progress, look_seconds))


class AsyncPresets:
    """Parts of conversions under a name, in versions."""

    def __init__(self, run: AsyncRuns) -> None:
        self._run = run

    async def create(
        self,
        name: str,
        settings: Mapping[str, Any],
        *,
        description: str = "",
        idempotency_key: str | None = None,
    ) -> Preset:
        """Make one, or a new version; `settings` are `output`, `operations` and `options`."""
        key = idempotency_key or str(uuid.uuid4())
        return await self._run(presets.create(name, settings, description, key))

    async def get(self, preset: str) -> Preset:
        """The newest version of a name, or the one that `name@version` says."""
        return await self._run(presets.get(preset))

    async def list(self) -> Found[Preset]:
        """The newest version of each that a request may name."""
        return await self._run(presets.listed())

    async def delete(self, name: str) -> None:
        """Remove one's own, in all its versions; jobs that were made with it stay as they are."""
        await self._run(presets.delete(name))
