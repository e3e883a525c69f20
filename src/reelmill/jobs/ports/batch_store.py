"""Jobs that were asked for together."""

from collections.abc import Mapping
from typing import Protocol

from reelmill.jobs.ports.answers import Reservation
from reelmill.model.batches import BatchPage, BatchQuery, BatchRecord, NewBatch
from reelmill.model.jobs import NewJob


class BatchStore(Protocol):
    """Batches. Their jobs are in the `JobStore`; the end of the last one is the batch's.

    Every method is one transaction. Where a key is given, what belongs to others is not found.
    """

    async def accept(
        self,
        batch: NewBatch,
        jobs: Mapping[int, NewJob],
        reservation: Reservation | None = None,
        queue_limit: int | None = None,
    ) -> None:
        """Commit a batch with all its jobs, and the answer that promises them.

        Args:
            batch: what they have in common.
            jobs: by their places in the request.
            reservation: of the answer.
            queue_limit: of jobs that are not at their end, these included.

        Raises:
            ConflictError: there is a batch or job of that id, or another answer under the key.
            QueueFullError: not all of them have room.
        """
        ...

    async def batch(self, batch_id: str, key_id: str | None = None) -> BatchRecord:
        """A batch with its jobs.

        Raises:
            NotFoundError: no such batch, or another key's.
        """
        ...

    async def batches(self, query: BatchQuery) -> BatchPage:
        """Some of the batches, newest first, and how many there are."""
        ...

    async def cancel(self, batch_id: str, key_id: str | None = None) -> tuple[str, ...]:
        """Cancel the jobs of a batch that are not at their end; their ids.

        Raises:
            NotFoundError: no such batch, or another key's.
        """
        ...
