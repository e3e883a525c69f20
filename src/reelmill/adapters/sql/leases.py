"""What the sweeper does: steps of workers that do not move, and steps whose time has come."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from reelmill.adapters.sql.opened import open_job, told
from reelmill.adapters.sql.settling import settle
from reelmill.adapters.sql.tables import attempts, steps
from reelmill.model.errors import WorkerLostError
from reelmill.model.results import Failure
from reelmill.model.work import Delayed, Lease


def leases(connection: Connection) -> tuple[Lease, ...]:
    """See `JobStore.leases`."""
    columns = (steps.c.number, steps.c.attempt, steps.c.beat, steps.c.worker)
    running = select(*columns).where(steps.c.status == "running").order_by(steps.c.number)
    return tuple(Lease(**row) for row in connection.execute(running).mappings())


def lose(
    connection: Connection, now: datetime, lease: Lease, delay_seconds: float, most_attempts: int
) -> bool:
    """See `JobStore.lose`."""
    unmoved = (
        (steps.c.number == lease.number)
        & (steps.c.attempt == lease.attempt)
        & (steps.c.beat == lease.beat)
        & (steps.c.status == "running")
    )
    row = connection.execute(select(steps).where(unmoved).with_for_update()).one_or_none()
    if row is None:
        return False
    job = open_job(connection, now, row.job_number)
    failure = Failure(
        code=WorkerLostError.code,
        message=f"the worker was lost in attempt {lease.attempt}",
        retryable=WorkerLostError.retryable,
    )
    if lease.attempt - row.waits >= most_attempts:
        unmade = [output for output in row.step.outputs if output not in row.made]
        values: dict[str, object] = {
            "status": "failed",
            "failed": dict.fromkeys(unmade, failure),
        }
    else:
        later = now + timedelta(seconds=delay_seconds)
        values = {"status": "waiting", "delay_seconds": delay_seconds, "not_before": later}
    values["progress"] = None
    connection.execute(update(steps).where(steps.c.number == row.number).values(values))
    this = (attempts.c.step_number == row.number) & (attempts.c.attempt == lease.attempt)
    lost = {"ended_at": now, "outcome": "lost", "failure": failure}
    connection.execute(update(attempts).where(this).values(lost))
    job.log(
        "step.lost",
        step=row.step.id,
        attempt=lease.attempt,
        worker=row.worker,
        **told(failure),
    )
    settle(job)
    job.close()
    return True


def delayed(connection: Connection) -> tuple[Delayed, ...]:
    """See `JobStore.delayed`."""
    columns = (steps.c.number, steps.c.attempt, steps.c.delay_seconds)
    waiting = select(*columns).where(steps.c.status == "waiting", steps.c.not_before.is_not(None))
    rows = connection.execute(waiting.order_by(steps.c.number))
    return tuple(Delayed(**row) for row in rows.mappings())


def ripen(connection: Connection, one: Delayed) -> bool:
    """See `JobStore.ripen`."""
    this = (
        (steps.c.number == one.number)
        & (steps.c.attempt == one.attempt)
        & (steps.c.status == "waiting")
        & steps.c.not_before.is_not(None)
    )
    ready = {"status": "ready", "not_before": None, "delay_seconds": None}
    return connection.execute(update(steps).where(this).values(ready)).rowcount == 1
