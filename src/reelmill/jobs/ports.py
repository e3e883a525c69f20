"""The roles that the outside plays for us. Adapters fill them; one behavioural suite tests each."""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from reelmill.model.events import Progress
from reelmill.model.facts import Capabilities, SourceFacts
from reelmill.model.jobs import NewJob
from reelmill.model.keys import ApiKey, KeyTerms
from reelmill.model.records import (
    AttemptRecord,
    Event,
    Instance,
    JobLine,
    JobProgram,
    JobQuery,
    JobRecord,
    Page,
    Statistics,
    Usage,
)
from reelmill.model.results import Artifact
from reelmill.model.value import Value
from reelmill.model.work import Claim, Delayed, Ending, Expansion, Lease, Resource


class Storage(Protocol):
    """Where finished work is kept, by keys such as `processed/{job_id}`.

    Errors of all methods: InvalidRequestError for what is no key: with an empty part, `.` or `..`,
    with a NUL, or in the storage's own `.reelmill`.
    """

    def has(self, key: str) -> bool:
        """Whether there is something under a key."""
        ...

    def workplace(
        self, sources: Mapping[str, Path] | None = None, name: str | None = None
    ) -> AbstractContextManager[Path]:
        """A fresh folder with in/ and out/ from which things can be put and published.

        It is gone afterwards; one whose process died is removed by whoever makes the next.

        Args:
            sources: files that stand in in/ as links, by name.
            name: one workplace of this name at a time; a random one by default.

        Raises:
            InvalidRequestError: nothing can be made there.
            ConflictError: somebody is at work under that name.
            OSError: the disk is full or broken.
        """
        ...

    def publish(self, folder: Path, key: str) -> None:
        """Make a folder visible under a key, whole or not at all, surviving a power cut.

        The folder is moved: it is gone afterwards.

        Raises:
            ConflictError: there is something under the key already.
            OSError: the disk is full or broken; nothing is visible under the key.
        """
        ...

    def put(self, file: Path, key: str) -> None:
        """Store one file of a workplace under a key, whole or not at all, surviving a power cut.

        The file is moved: it is gone afterwards. What was under the key is replaced at once.

        Raises:
            OSError: the disk is full or broken; the key is as it was.
        """
        ...

    def put_all(self, files: Sequence[tuple[Path, str]], before_each: Callable[[], object]) -> None:
        """Store files under keys, one after the other in this order, as `put` does.

        Args:
            files: a file and its key.
            before_each: is called before each; what it raises ends the matter there.

        Raises:
            OSError: the disk is full or broken; those before are stored.
        """
        ...

    def keep_original(self, source: Path, key: str, *, link: bool = False) -> bool:
        """Store a copy of a source under a key; if it is there already, nothing happens.

        With `link`, only where it is, if the storage can: for sources that stay.

        Returns:
            Whether it was stored now.

        Raises:
            OSError: the disk is full or broken; nothing is visible under the key.
        """
        ...

    def refer(self, key: str, target: str) -> None:
        """Let a key stand for another one, without a second copy of its bytes."""
        ...

    def local_path(self, key: str) -> Path | None:
        """Where the file of a key can be read on this machine; None: there is no such file."""
        ...

    def remove(self, key: str) -> None:
        """Remove what is under a key, if there is anything."""
        ...

    def keys(self, prefix: str) -> Iterable[tuple[str, datetime]]:
        """What stands directly below a prefix (`raw`, `processed`), and since when."""
        ...

    def sweep(self) -> int:
        """Remove the workplaces of processes that are gone; how many there were."""
        ...

    def free_bytes(self) -> int | None:
        """How much more it takes; None: nobody knows."""
        ...

    def capacity_bytes(self) -> int | None:
        """How much it takes in all, what others have there included; None: nobody knows."""
        ...


class Fetched(Value):
    """A file that came from elsewhere."""

    size_bytes: int
    sha256: str
    """In hexadecimal."""


class Fetcher(Protocol):
    """Brings files from other machines. No child ever does: they have no network."""

    def check(self, url: str) -> None:
        """Refuse what would not be fetched, as far as its text and its addresses tell now.

        Raises:
            UrlBlockedError: see `fetch`.
        """
        ...

    def fetch(
        self,
        url: str,
        into: Path,
        most_bytes: int,
        tell: Callable[[int, int | None], None],
        stop: threading.Event,
    ) -> Fetched:
        """Bring a file; a connection that drops is made again, and goes on where it was.

        Args:
            url: where it is.
            into: where it goes.
            most_bytes: a larger one is refused, as soon as that is known.
            tell: is told how many bytes are here, and of how many, if that is known.
            stop: ends it.

        Raises:
            UrlBlockedError: the URL, or one that it leads to, is none that may be asked.
            FetchFailedError, FetchTimeoutError: the other side is not there, or too slow.
            TooLargeError: it is larger than it may be.
            CancelledError: it was stopped.
            OSError: the disk is full or broken.
        """
        ...


class Answer(Value):
    """What an endpoint said, to be said again."""

    status: int
    body: str


class Reservation(Value):
    """The right to answer under an Idempotency-Key: what is committed with the job itself."""

    key_id: str
    idempotency_key: str
    fingerprint: str
    """Of the request: method, path and body."""
    answer: Answer


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

    async def attempts(self, job_id: str) -> tuple[AttemptRecord, ...]:
        """All attempts at a job's steps, in the order in which they began."""
        ...

    async def statistics(self, key_id: str | None = None) -> Statistics:
        """All jobs in numbers; of one key, if one is given."""
        ...

    async def claim(self, worker: str, resource: Resource) -> Claim | None:
        """Take the best ready step of a resource.

        By priority, then the key with the fewest running steps, then age of the job. Keys at
        their limit of concurrent jobs get no further job.

        Its job's first claim makes the job `validating`; its tasks run from now on.
        """
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


class IdempotencyStore(Protocol):
    """Answers that were given under an Idempotency-Key, for as long as they are remembered."""

    async def reserve(
        self, key_id: str, idempotency_key: str, instance_id: str, oldest: datetime
    ) -> bool:
        """Begin to answer under a key. Answers from before `oldest` are forgotten.

        Returns:
            True: it is ours to answer. False: there is an answer already.

        Raises:
            ConflictError: it is being answered at this moment.
        """
        ...

    async def answer(self, key_id: str, idempotency_key: str) -> tuple[str, Answer] | None:
        """The fingerprint of the request that was answered, and the answer."""
        ...

    async def release(self, key_id: str, idempotency_key: str) -> None:
        """Nothing came of it: the key is free again."""
        ...

    async def settle(self, reservation: Reservation) -> None:
        """Remember an answer (for endpoints that don't commit it with a job).

        Raises:
            ConflictError: there is an answer under that key already.
        """
        ...


class KeyStore(Protocol):
    """API keys, and what was done with them."""

    async def add(self, key: ApiKey) -> None:
        """Remember a key.

        Raises:
            ConflictError: there is a key of that id.
        """
        ...

    async def key(self, key_id: str) -> ApiKey | None:
        """The key of an id, revoked or not."""
        ...

    async def keys(self) -> tuple[ApiKey, ...]:
        """All, newest first."""
        ...

    async def change(self, key_id: str, terms: KeyTerms) -> ApiKey:
        """Give a key other terms.

        Raises:
            NotFoundError: no such key.
        """
        ...

    async def rotate(self, key_id: str, secret_hash: str) -> ApiKey:
        """Give a key another secret: the old one is worth nothing from now on.

        Raises:
            NotFoundError: no such key, or it is revoked.
        """
        ...

    async def revoke(self, key_id: str) -> ApiKey:
        """It opens nothing from now on. Its jobs go on.

        Raises:
            NotFoundError: no such key.
        """
        ...

    async def used(self, key_id: str, at: datetime) -> None:
        """It was used. To the minute is exact enough."""
        ...

    async def usage(self, key_id: str | None, since: date) -> tuple[Usage, ...]:
        """What was done by one key or by all, per day, newest first."""
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

    def forget(self, job_id: str) -> None:
        """The job is at its end: no snapshot is kept."""
        ...


class Inspector(Protocol):
    """Looks at files that nobody trusts."""

    def probe(self, path: Path, source: str) -> SourceFacts:
        """What a file is.

        Raises:
            NotFoundError, InputUnreadableError, UnsupportedMediaError: as their names say.
        """
        ...

    def capabilities(self) -> Capabilities:
        """What this host can do.

        Raises:
            FfmpegUnavailableError: there is no FFmpeg here.
        """
        ...
