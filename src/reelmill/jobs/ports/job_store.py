"""The truth about jobs."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from reelmill.jobs.ports.answers import Reservation
from reelmill.model.events import Progress
from reelmill.model.experience import Experience
from reelmill.model.jobs import NewJob
from reelmill.model.records import (
    AttemptRecord,
    Event,
    JobLine,
    JobProgram,
    JobQuery,
    JobRecord,
    Live,
    Page,
    Standing,
    Statistics,
)
from reelmill.model.results import Artifact
from reelmill.model.work import Claim, Delayed, Ending, Expansion, Lease, Resource


class JobStore(Protocol):
    """The truth about jobs. Every method is one transaction.

    Errors of all methods: OSError, where the database cannot be reached or written.
    """

    async def accept(
        self, job: NewJob, reservation: Reservation | None = None, queue_limit: int | None = None
    ) -> None:
        """Commit a job with its tasks and first steps, and the answer that promises it.

        Raises:
            ConflictError: there is a job of that id, or another answer under the reserved key.
            QueueFullError: `queue_limit` jobs are not at their end yet.
        """
        ...

    async def job(self, job_id: str, key_id: str | None = None) -> JobRecord:
        """A job as it is shown; of this key only, if one is given.

        Raises:
            NotFoundError: no such job, or another key's.
        """
        ...

    async def program(self, job_id: str, key_id: str | None = None) -> JobProgram:
        """A job with its graph, its facts and its plan.

        Raises:
            NotFoundError: no such job, or another key's.
        """
        ...

    async def jobs(self, query: JobQuery) -> Page:
        """Some of the jobs, and how many there are of the kind."""
        ...

    async def artifact_at(self, job_id: str, path: str) -> Artifact | None:
        """The artifact that a path below the job's folder belongs to.

        It is the file itself, or a folder of segments that the file is in. None: nothing that
        anybody may see.
        """
        ...

    async def events(self, job_id: str, after: int = 0, limit: int = 1000) -> tuple[Event, ...]:
        """The lines of a job's log behind a sequence number."""
        ...

    async def standings(self, job_ids: Iterable[str]) -> dict[str, Standing]:
        """How far these jobs are, by id; those that are not there are left out."""
        ...

    async def live(
        self, key_id: str | None, after: int | None, known: Iterable[int], limit: int
    ) -> Live:
        """The jobs that a dashboard shows: those that are not at their end, and some others.

        Args:
            key_id: of this key; None: of all.
            after: also those with a higher number than this, whatever became of them.
            known: also those with these numbers.
            limit: of jobs; those that have begun come first, then the oldest.
        """
        ...

    async def attempts(self, job_id: str) -> tuple[AttemptRecord, ...]:
        """All attempts at a job's steps, in the order in which they began."""
        ...

    async def finished(self, limit: int) -> Experience:
        """The last steps that were done whose costs had been estimated, newest first."""
        ...

    async def statistics(self, key_id: str | None = None) -> Statistics:
        """All jobs in numbers; of one key, if one is given."""
        ...

    async def claim(
        self, worker: str, resource: Resource, free_bytes: int | None = None
    ) -> Claim | None:
        """Take the best ready step of a resource that there is room for.

        There is, if what it may write fits into `free_bytes` beside what running steps have
        reserved. The job of a step that does not fit is told so, once (`step.waiting_for_room`).
        With None, everything fits.

        By priority, then the key with the fewest running steps, then age of the job. Keys at
        their limit of concurrent jobs get no further job.

        Its job's first claim makes the job `validating`; its tasks run from now on.
        """
        ...

    async def reserved_bytes(self) -> int:
        """What running steps, of all workers, have reserved and not written yet."""
        ...

    async def lacking_room(self) -> int:
        """How many steps wait because there is no room for them."""
        ...

    async def beat(self, claim: Claim, progress: Progress | None = None) -> bool:
        """Prolong a claim, and say how far it is. False: it is not ours any more."""
        ...

    async def held(self, claims: Iterable[Claim]) -> set[tuple[int, int]]:
        """Which of these claims still hold, by number and attempt; prolongs nothing."""
        ...

    async def expand(self, claim: Claim, expansion: Expansion) -> bool:
        """End an inspection: facts, plan, tasks and steps; the job is `processing` then.

        False: the claim does not hold; nothing is changed.
        """
        ...

    async def finish(self, claim: Claim, ending: Ending) -> bool:
        """End an attempt, with all that follows (model/states.py), in one transaction.

        False: the claim does not hold; nothing is changed.
        """
        ...

    async def cancel(self, job_id: str, key_id: str | None = None) -> JobRecord:
        """Cancel a job: its claims hold no more.

        Raises:
            NotFoundError: no such job, or another key's.
            ConflictError: it is at its end already.
        """
        ...

    async def retry(self, job_id: str, key_id: str | None = None) -> JobRecord:
        """Do what is not done of a failed or cancelled job. What was made stays.

        Raises:
            NotFoundError: no such job, or another key's.
            ConflictError: it is neither failed nor cancelled.
        """
        ...

    async def remove(self, job_id: str, key_id: str | None = None) -> JobProgram:
        """Forget a job that is at its end, with everything but the usage of its key.

        Raises:
            NotFoundError: no such job, or another key's.
            ConflictError: it is not at its end.
        """
        ...

    async def leases(self) -> tuple[Lease, ...]:
        """All running steps."""
        ...

    async def lose(self, lease: Lease, delay_seconds: float, most_attempts: int) -> bool:
        """Take a step away from a worker that has not moved since; another may have it later.

        After `most_attempts` it fails with `worker_lost`. False: it has moved.
        """
        ...

    async def delayed(self) -> tuple[Delayed, ...]:
        """Steps that wait for time to pass."""
        ...

    async def ripen(self, delayed: Delayed) -> bool:
        """Its time has passed: the step is ready."""
        ...

    async def ended_before(
        self, status: str, moment: datetime, after: JobLine | None = None
    ) -> tuple[JobProgram, ...]:
        """Jobs that came to this end before a moment, oldest first, at most 100.

        Args:
            status: the end.
            moment: which end is before.
            after: the last one of those that were given before, whether it is still there or not.
        """
        ...

    async def known(self, job_ids: Iterable[str]) -> set[str]:
        """Which of these ids are jobs."""
        ...

    async def drop_logs(self, moment: datetime, *, dry_run: bool = False) -> int:
        """Remove the children's words from attempts that ended before a moment; how many."""
        ...
