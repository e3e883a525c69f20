"""Who has which step: claiming, and holding what was claimed."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    Select,
    bindparam,
    func,
    insert,
    select,
    update,
)

from reelmill.adapters.sql import outbox
from reelmill.adapters.sql.columns import Moment
from reelmill.adapters.sql.fraction import done_fraction
from reelmill.adapters.sql.opened import open_job
from reelmill.adapters.sql.room import ENDLESS, RESERVED
from reelmill.adapters.sql.tables import api_keys, artifacts, attempts, jobs, steps, tasks
from reelmill.model.events import Progress
from reelmill.model.steps import Step, Task
from reelmill.model.work import Claim, Resource

BEGUN = ("validating", "processing")
MOST_TOLD = 100


_RIPE = (steps.c.status == "waiting") & (steps.c.not_before <= bindparam("at", type_=Moment))
_WAITS = (steps.c.resource == bindparam("of")) & ((steps.c.status == "ready") | _RIPE)
_FITS = (steps.c.room_bytes == 0) | (steps.c.room_bytes + RESERVED <= bindparam("free"))


def _best() -> ScalarSelect[int]:
    working = (
        select(jobs.c.key_id, func.count().label("steps"))
        .join(steps, steps.c.job_number == jobs.c.number)
        .where(steps.c.status == "running")
        .group_by(jobs.c.key_id)
        .subquery()
    )
    begun = (
        select(jobs.c.key_id, func.count().label("jobs"))
        .where(jobs.c.status.in_(BEGUN))
        .group_by(jobs.c.key_id)
        .subquery()
    )
    most = api_keys.c.max_concurrent_jobs
    allowed = most.is_(None) | jobs.c.status.in_(BEGUN) | (func.coalesce(begun.c.jobs, 0) < most)
    return (
        select(steps.c.number)
        .join(jobs, jobs.c.number == steps.c.job_number)
        .outerjoin(api_keys, api_keys.c.key_id == jobs.c.key_id)
        .outerjoin(working, working.c.key_id == jobs.c.key_id)
        .outerjoin(begun, begun.c.key_id == jobs.c.key_id)
        .where(_WAITS, _FITS, allowed)
        .order_by(
            jobs.c.priority.desc(),
            func.coalesce(working.c.steps, 0),
            steps.c.job_number,
            steps.c.position,
        )
        .limit(1)
        .with_for_update(of=steps, skip_locked=True)
        .scalar_subquery()
    )


# Statements are made once: to write one down takes longer than to run it.
_TAKE = (
    update(steps)
    .where(steps.c.number == _best(), steps.c.status.in_(("ready", "waiting")))
    .values(
        status="running",
        attempt=steps.c.attempt + 1,
        beat=0,
        worker=bindparam("by"),
        not_before=None,
        delay_seconds=None,
        fraction=None,
        progress=None,
        lacks_room=False,
    )
    .returning(
        *(steps.c.number, steps.c.attempt, steps.c.failures, steps.c.waits),
        *(steps.c.job_number, steps.c.step),
    )
)
_BEGIN = insert(attempts)
_SERVED = (tasks.c.job_number == bindparam("of_job")) & tasks.c.name.in_(
    bindparam("named", expanding=True)
)
_RUN = (
    update(tasks)
    .where(_SERVED, tasks.c.status == "pending")
    .values(
        status="running",
        started_at=func.coalesce(tasks.c.started_at, bindparam("at", type_=Moment)),
    )
    .returning(tasks.c.position, tasks.c.name)
)
_TASKS = (
    select(tasks.c.name, tasks.c.outputs, tasks.c.required)
    .where(_SERVED)
    .order_by(tasks.c.position)
)
_MADE = (
    select(artifacts.c.artifact)
    .where(artifacts.c.job_number == bindparam("of_job"))
    .order_by(artifacts.c.output)
)


def claim(
    connection: Connection,
    now: datetime,
    worker: str,
    resource: Resource,
    free_bytes: int | None = None,
) -> Claim | None:
    """See `JobStore.claim`."""
    free = ENDLESS if free_bytes is None else free_bytes
    asked = {"by": worker, "at": now, "of": resource, "free": free}
    row = connection.execute(_TAKE, asked).one_or_none()
    if row is None:
        _tell_of_lack(connection, now, resource, free)
        return None
    job = open_job(connection, now, row.job_number)
    begun = {"step": row.step.id, "attempt": row.attempt, "worker": worker}
    columns = {"job_number": job.number, "step_number": row.number, "outcome": "running"}
    connection.execute(_BEGIN, {**columns, **begun, "started_at": now, "log": ()})
    if job.was.started_at is None:
        job.changes["started_at"] = now
    if job.was.status == "pending":
        job.changes["status"] = "validating"
        job.log("job.started", worker=worker)
    job.log("step.begun", **begun)
    mine = {"of_job": job.number, "named": row.step.tasks}
    named = connection.execute(_RUN, {**mine, "at": now}).all()
    for _, name in sorted(tuple(one) for one in named):
        job.log("task.running", task=name)
    job.close()
    made = connection.execute(_MADE, {"of_job": job.number}).scalars()
    return Claim(
        number=row.number,
        attempt=row.attempt,
        failures=row.failures,
        waits=row.waits,
        job_id=job.was.job_id,
        step=row.step,
        tasks=tuple(Task(**one) for one in connection.execute(_TASKS, mine).mappings()),
        sources=job.was.sources,
        made=tuple(made),
    )


def _lacking() -> Select[int, int, Step, int]:
    wanted = (steps.c.number, steps.c.job_number, steps.c.step, steps.c.room_bytes)
    told_of = select(*wanted).where(_WAITS, ~_FITS, ~steps.c.lacks_room)
    return told_of.order_by(steps.c.number).limit(MOST_TOLD)


_LACKING = _lacking()


def _tell_of_lack(connection: Connection, now: datetime, resource: Resource, free: int) -> None:
    """Let the jobs whose steps find no room know it, once for each time that they wait."""
    asked = {"at": now, "of": resource, "free": free}
    for row in connection.execute(_LACKING, asked).all():
        told = update(steps).where(steps.c.number == row.number).values(lacks_room=True)
        connection.execute(told)
        job = open_job(connection, now, row.job_number)
        job.log("step.waiting_for_room", step=row.step.id, room_bytes=row.room_bytes)
        job.close()


def holds(claim: Claim) -> ColumnElement[bool]:
    """The fence: true of the step as long as the claim holds."""
    return (
        (steps.c.number == claim.number)
        & (steps.c.attempt == claim.attempt)
        & (steps.c.status == "running")
    )


def beat(connection: Connection, now: datetime, claim: Claim, progress: Progress | None) -> bool:
    """See `JobStore.beat`."""
    values: dict[str, object] = {"beat": steps.c.beat + 1}
    if progress is not None:
        values |= {"progress": progress, "fraction": progress.fraction}
    moved = update(steps).where(holds(claim)).values(values).returning(steps.c.job_number)
    number = connection.execute(moved).scalar_one_or_none()
    if number is not None and progress is not None:
        job = open_job(connection, now, number)
        if job.expanded:
            job.changes["fraction"] = done_fraction(connection, number, job.fraction)
        job.close()
        outbox.write_progress(connection, now, number)
    return number is not None


def held(connection: Connection, claims: Iterable[Claim]) -> set[tuple[int, int]]:
    """See `JobStore.held`."""
    asked = {(claim.number, claim.attempt) for claim in claims}
    running = select(steps.c.number, steps.c.attempt).where(
        steps.c.status == "running", steps.c.number.in_({number for number, _ in asked})
    )
    return asked & {(row.number, row.attempt) for row in connection.execute(running)}
