"""What follows from how the steps of a job are now (model/states.py), written down."""

from collections.abc import Iterable, Mapping

from sqlalchemy import func, literal, select, update

from reelmill.adapters.sql.columns import Moment
from reelmill.adapters.sql.fraction import done_fraction
from reelmill.adapters.sql.notification import await_notification
from reelmill.adapters.sql.opened import AnyRow, OpenJob, told
from reelmill.adapters.sql.tables import artifacts, attempts, steps, tasks
from reelmill.adapters.sql.usage import count
from reelmill.model.jobs import JobStatus
from reelmill.model.results import Failure, TaskStatus
from reelmill.model.states import StepState, TaskState, consequences
from reelmill.model.steps import Notice, Task
from reelmill.model.webhooks import NOTIFICATION

UNDONE = ("waiting", "ready", "running")


def settle(job: OpenJob) -> None:
    """Write the consequences of what stands in the rows of a job's steps."""
    mine = select(steps).where(steps.c.job_number == job.number)
    rows = job.connection.execute(mine.order_by(steps.c.position)).all()
    states = tuple(
        StepState(
            step=row.step,
            status=row.status,
            delayed=row.not_before is not None,
            made=row.made,
            failures=row.failed,
        )
        for row in rows
    )
    follows = consequences(states, _task_states(job))
    set_status(job, "ready", [rows[index].number for index in follows.ready])
    for index, failure in follows.lost.items():
        _lose(job, rows[index], failure)
    set_tasks(job, follows.tasks, follows.task_failures)
    if job.expanded:
        job.changes["fraction"] = done_fraction(job.connection, job.number, job.fraction)
    if follows.end is not None:
        end(job, follows.end, follows.failure)


def _task_states(job: OpenJob) -> tuple[TaskState, ...]:
    mine = select(tasks).where(tasks.c.job_number == job.number)
    return tuple(
        TaskState(
            task=Task(name=row.name, outputs=row.outputs, required=row.required),
            status=row.status,
        )
        for row in job.connection.execute(mine.order_by(tasks.c.position))
    )


def set_status(job: OpenJob, status: str, numbers: Iterable[int]) -> None:
    """Give steps another state."""
    if chosen := list(numbers):
        job.connection.execute(
            update(steps).where(steps.c.number.in_(chosen)).values(status=status)
        )


def _lose(job: OpenJob, row: AnyRow, failure: Failure) -> None:
    failed = dict.fromkeys(row.step.outputs, failure)
    job.connection.execute(
        update(steps).where(steps.c.number == row.number).values(status="failed", failed=failed)
    )


def set_tasks(
    job: OpenJob, states: Mapping[str, TaskStatus], failures: Mapping[str, Failure] | None = None
) -> None:
    """Give tasks other states, by name; their log and times follow."""
    for name, status in states.items():
        this = (tasks.c.job_number == job.number) & (tasks.c.name == name)
        failure = (failures or {}).get(name) if status == "failed" else None
        values: dict[str, object] = {"status": status, "failure": failure}
        match status:
            case "running":
                values["started_at"] = func.coalesce(tasks.c.started_at, literal(job.now, Moment))
            case "completed" | "failed" | "cancelled":
                values["completed_at"] = job.now
            case _:
                pass
        if status == "completed":
            outputs = job.connection.execute(select(tasks.c.outputs).where(this)).scalar_one()
            values["output_size_bytes"] = _size_bytes(job, outputs)
        job.connection.execute(update(tasks).where(this).values(values))
        if status != "pending":
            job.log(f"task.{status}", task=name, **told(failure))


def _size_bytes(job: OpenJob, outputs: tuple[str, ...]) -> int | None:
    """What a task has published; None: nothing, as it has nothing to publish."""
    mine = (artifacts.c.job_number == job.number) & artifacts.c.output.in_(outputs)
    size = select(func.sum(artifacts.c.size_bytes)).where(mine)
    return job.connection.execute(size).scalar_one()


def end(job: OpenJob, status: JobStatus, failure: Failure | None = None) -> None:
    """Bring a job to its end; what is not done never will be."""
    _stop_rest(job)
    job.changes |= {"status": status, "completed_at": job.now, "failure": failure}
    if status == "completed":
        job.changes["fraction"] = 1.0
        job.warn(*_left_out(job))
        total = select(func.coalesce(func.sum(artifacts.c.size_bytes), 0)).where(
            artifacts.c.job_number == job.number
        )
        size: int = job.connection.execute(total).scalar_one()
        count(job.connection, job.was.key_id, job.now, jobs_completed=1, output_bytes=size)
    elif status == "failed":
        count(job.connection, job.was.key_id, job.now, jobs_failed=1)
    await_notification(job, status)
    job.log(f"job.{status}", **told(failure))


def _stop_rest(job: OpenJob) -> None:
    close_attempts(job)
    undone = (steps.c.job_number == job.number) & steps.c.status.in_(UNDONE)
    stopped = {"status": "cancelled", "not_before": None, "delay_seconds": None, "progress": None}
    job.connection.execute(update(steps).where(undone).values(stopped))
    open_tasks = select(tasks.c.name).where(
        tasks.c.job_number == job.number,
        tasks.c.status.in_(("pending", "running")),
        tasks.c.name != NOTIFICATION,
    )
    names = job.connection.execute(open_tasks.order_by(tasks.c.position)).scalars().all()
    set_tasks(job, dict.fromkeys(names, "cancelled"))


def close_attempts(job: OpenJob) -> None:
    """End the attempts that run, in the name of the key whose time they took."""
    running = (attempts.c.job_number == job.number) & attempts.c.ended_at.is_(None)
    begun = job.connection.execute(select(attempts.c.started_at).where(running)).scalars().all()
    if begun:
        seconds = sum(max(0.0, (job.now - one).total_seconds()) for one in begun)
        count(job.connection, job.was.key_id, job.now, processing_seconds=seconds)
        closed = update(attempts).where(running)
        job.connection.execute(closed.values(ended_at=job.now, outcome="cancelled"))


def _left_out(job: OpenJob) -> list[Notice]:
    """A warning for each output that a completed job does without."""
    mine = select(steps.c.failed, steps.c.step).where(steps.c.job_number == job.number)
    rows = job.connection.execute(mine.order_by(steps.c.position)).all()
    return [
        Notice(code=failure.code, message=f"{output}: {failure.message}")
        for row in rows
        for output, failure in row.failed.items()
    ]
