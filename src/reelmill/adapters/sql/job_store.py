"""The store of jobs: every method one transaction. See `jobs.ports.JobStore`."""

from collections.abc import Iterable
from datetime import datetime

from reelmill.adapters.sql import (
    accepting,
    claims,
    decisions,
    endings,
    finished,
    leases,
    listing,
    logs,
    reading,
    room,
    watching,
)
from reelmill.adapters.sql.claims import held
from reelmill.adapters.sql.database import Database
from reelmill.jobs.ports import Reservation
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


class SqlJobStore:
    """Fills `jobs.ports.JobStore`; each method is told there."""

    def __init__(self, database: Database) -> None:
        self._change = database.change
        self._write = database.write
        self._read = database.read

    async def accept(
        self, job: NewJob, reservation: Reservation | None = None, queue_limit: int | None = None
    ) -> None:
        """See `JobStore.accept`."""
        await self._change(accepting.accept, job, reservation, queue_limit)

    async def job(self, job_id: str, key_id: str | None = None) -> JobRecord:
        """See `JobStore.job`."""
        return await self._read(reading.record, job_id, key_id)

    async def program(self, job_id: str, key_id: str | None = None) -> JobProgram:
        """See `JobStore.program`."""
        return await self._read(reading.program, job_id, key_id)

    async def jobs(self, query: JobQuery) -> Page:
        """See `JobStore.jobs`."""
        return await self._read(listing.page, query)

    async def artifact_at(self, job_id: str, path: str) -> Artifact | None:
        """See `JobStore.artifact_at`."""
        return await self._read(logs.artifact_at, job_id, path)

    async def events(self, job_id: str, after: int = 0, limit: int = 1000) -> tuple[Event, ...]:
        """See `JobStore.events`."""
        return await self._read(logs.events, job_id, after, limit)

    async def standings(self, job_ids: Iterable[str]) -> dict[str, Standing]:
        """See `JobStore.standings`."""
        return await self._read(watching.standings, job_ids)

    async def live(
        self, key_id: str | None, after: int | None, known: Iterable[int], limit: int
    ) -> Live:
        """See `JobStore.live`."""
        return await self._read(watching.live, key_id, after, known, limit)

    async def attempts(self, job_id: str) -> tuple[AttemptRecord, ...]:
        """See `JobStore.attempts`."""
        return await self._read(logs.attempts_at, job_id)

    async def finished(self, limit: int) -> Experience:
        """See `JobStore.finished`."""
        return await self._read(finished.finished, limit)

    async def statistics(self, key_id: str | None = None) -> Statistics:
        """See `JobStore.statistics`."""
        return await self._read(listing.statistics, key_id)

    async def claim(
        self, worker: str, resource: Resource, free_bytes: int | None = None
    ) -> Claim | None:
        """See `JobStore.claim`."""
        return await self._change(claims.claim, worker, resource, free_bytes)

    async def reserved_bytes(self) -> int:
        """See `JobStore.reserved_bytes`."""
        return await self._read(room.reserved_bytes)

    async def lacking_room(self) -> int:
        """See `JobStore.lacking_room`."""
        return await self._read(room.lacking_room)

    async def beat(self, claim: Claim, progress: Progress | None = None) -> bool:
        """See `JobStore.beat`."""
        return await self._change(claims.beat, claim, progress)

    async def held(self, claims: Iterable[Claim]) -> set[tuple[int, int]]:
        """See `JobStore.held`."""
        return await self._read(held, claims)

    async def expand(self, claim: Claim, expansion: Expansion) -> bool:
        """See `JobStore.expand`."""
        return await self._change(endings.expand, claim, expansion)

    async def finish(self, claim: Claim, ending: Ending) -> bool:
        """See `JobStore.finish`."""
        return await self._change(endings.finish, claim, ending)

    async def cancel(self, job_id: str, key_id: str | None = None) -> JobRecord:
        """See `JobStore.cancel`."""
        return await self._change(decisions.cancel, job_id, key_id)

    async def retry(self, job_id: str, key_id: str | None = None) -> JobRecord:
        """See `JobStore.retry`."""
        return await self._change(decisions.retry, job_id, key_id)

    async def remove(self, job_id: str, key_id: str | None = None) -> JobProgram:
        """See `JobStore.remove`."""
        return await self._change(decisions.remove, job_id, key_id)

    async def leases(self) -> tuple[Lease, ...]:
        """See `JobStore.leases`."""
        return await self._read(leases.leases)

    async def lose(self, lease: Lease, delay_seconds: float, most_attempts: int) -> bool:
        """See `JobStore.lose`."""
        return await self._change(leases.lose, lease, delay_seconds, most_attempts)

    async def delayed(self) -> tuple[Delayed, ...]:
        """See `JobStore.delayed`."""
        return await self._read(leases.delayed)

    async def ripen(self, delayed: Delayed) -> bool:
        """See `JobStore.ripen`."""
        return await self._write(leases.ripen, delayed)

    async def ended_before(
        self, status: str, moment: datetime, after: JobLine | None = None
    ) -> tuple[JobProgram, ...]:
        """See `JobStore.ended_before`."""
        return await self._read(listing.ended_before, status, moment, after)

    async def known(self, job_ids: Iterable[str]) -> set[str]:
        """See `JobStore.known`."""
        return await self._read(listing.known, job_ids)

    async def drop_logs(self, moment: datetime, *, dry_run: bool = False) -> int:
        """See `JobStore.drop_logs`."""
        if dry_run:
            return await self._read(logs.old_logs, moment)
        return await self._write(logs.drop_logs, moment)
