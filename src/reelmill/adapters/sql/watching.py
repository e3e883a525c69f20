"""Jobs for those who watch them: asked for often, so few columns and no documents."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, case, func, or_, select

from reelmill.adapters.sql.reading import STAGE
from reelmill.adapters.sql.tables import jobs, qualities, steps
from reelmill.model.events import Progress, TaskProgress
from reelmill.model.jobs import FINAL
from reelmill.model.records import Live, Standing
from reelmill.model.results import Quality

MOST_ASKED = 1000
"""Ids in one statement."""

_COLUMNS = (
    *(jobs.c.number, jobs.c.job_id, jobs.c.key_id, jobs.c.status, jobs.c.sequence, jobs.c.fraction),
    STAGE,
)


def standings(connection: Connection, job_ids: Iterable[str]) -> dict[str, Standing]:
    """See `JobStore.standings`."""
    asked = list(job_ids)
    found: dict[str, Standing] = {}
    for first in range(0, len(asked), MOST_ASKED):
        found |= _some(connection, asked[first : first + MOST_ASKED])
    return found


def _some(connection: Connection, job_ids: Sequence[str]) -> dict[str, Standing]:
    chosen = select(*_COLUMNS).where(jobs.c.job_id.in_(job_ids))
    rows = connection.execute(chosen).mappings().all()
    begun = [row["number"] for row in rows if row["status"] != "pending"]
    running = select(steps.c.job_number, steps.c.progress).where(
        steps.c.job_number.in_(begun), steps.c.status == "running", steps.c.progress.is_not(None)
    )
    said: dict[int, dict[str, TaskProgress]] = defaultdict(dict)
    for row in connection.execute(running.order_by(steps.c.position)):
        for task in row.progress.tasks:
            said[row.job_number].setdefault(task.name, task)
    measured: dict[int, list[Quality]] = defaultdict(list)
    mine = select(qualities.c.job_number, qualities.c.quality)
    chosen = mine.where(qualities.c.job_number.in_(begun)).order_by(qualities.c.output)
    for row in connection.execute(chosen):
        measured[row.job_number].append(row.quality)
    return {
        row["job_id"]: Standing(
            **row,
            progress=Progress(tasks=tuple(said[row["number"]].values())),
            qualities=tuple(measured[row["number"]]),
        )
        for row in rows
    }


def live(
    connection: Connection,
    key_id: str | None,
    after: int | None,
    known: Iterable[int],
    limit: int,
) -> Live:
    """See `JobStore.live`."""
    newest = connection.execute(select(func.coalesce(func.max(jobs.c.number), 0))).scalar_one()
    wanted: list[ColumnElement[bool]] = [
        jobs.c.status.not_in(FINAL),
        jobs.c.number.in_(list(known)),
    ]
    if after is not None:
        wanted.append(jobs.c.number > after)
    chosen = select(jobs.c.number, jobs.c.job_id).where(or_(*wanted))
    if key_id is not None:
        chosen = chosen.where(jobs.c.key_id == key_id)
    begun = case((jobs.c.status == "pending", 1), else_=0)
    rows = connection.execute(chosen.order_by(begun, jobs.c.number).limit(limit))
    return Live(newest=newest, jobs={row.number: row.job_id for row in rows})
