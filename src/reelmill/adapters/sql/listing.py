"""Jobs in the plural: lists, numbers, and which are old enough."""

from collections.abc import Iterable
from datetime import datetime
from typing import get_args

from sqlalchemy import ColumnElement, Connection, bindparam, func, select, tuple_, type_coerce

from reelmill.adapters.sql.columns import Moment, Number
from reelmill.adapters.sql.reading import LINE_COLUMNS, line, programs
from reelmill.adapters.sql.tables import artifacts, jobs, labels, steps
from reelmill.model.jobs import JobStatus
from reelmill.model.records import JobLine, JobProgram, JobQuery, Page, Statistics

MOST_ENDED = 100
"""Jobs that are given at once to whoever cleans up."""
MOST_ASKED = 1000
"""Ids in one statement."""


def page(connection: Connection, query: JobQuery) -> Page:
    """See `JobStore.jobs`."""
    chosen = [*_conditions(query)]
    total = connection.execute(select(func.count()).select_from(jobs).where(*chosen)).scalar_one()
    column = jobs.c[query.sort]
    order = (
        (column.desc().nulls_last(), jobs.c.number.desc())
        if query.descending
        else (column.asc().nulls_last(), jobs.c.number.asc())
    )
    wanted = select(*LINE_COLUMNS).where(*chosen).order_by(*order)
    rows = connection.execute(wanted.limit(query.limit).offset(query.offset))
    return Page(total=total, jobs=tuple(line(row) for row in rows))


def _conditions(query: JobQuery) -> Iterable[ColumnElement[bool]]:
    if query.key_id is not None:
        yield jobs.c.key_id == query.key_id
    if query.status is not None:
        yield jobs.c.status == query.status
    if query.search:
        yield jobs.c.searched.contains(query.search.casefold(), autoescape=True)
    for field, value in query.metadata.items():
        having = (labels.c.field == field) & (labels.c.value == value)
        yield jobs.c.number.in_(select(labels.c.job_number).where(having))


def statistics(connection: Connection, key_id: str | None) -> Statistics:
    """See `JobStore.statistics`."""
    mine = [jobs.c.key_id == key_id] if key_id is not None else []
    by_status = dict.fromkeys(get_args(JobStatus), 0)
    size_bytes = 0
    numbers = select(jobs.c.status, func.count().label("jobs"), func.sum(jobs.c.size_bytes))
    for status, number, size in connection.execute(numbers.where(*mine).group_by(jobs.c.status)):
        by_status[status] = number
        size_bytes += size
    total = select(func.coalesce(func.sum(artifacts.c.size_bytes), 0))
    made = total.join(jobs, jobs.c.number == artifacts.c.job_number).where(*mine)
    running = (
        select(func.count()).select_from(steps).join(jobs, jobs.c.number == steps.c.job_number)
    )
    return Statistics(
        by_status=by_status,
        input_bytes=size_bytes,
        output_bytes=connection.execute(made).scalar_one(),
        average_processing_seconds=_average_seconds(connection, mine),
        running_steps=connection.execute(
            running.where(steps.c.status == "running", *mine)
        ).scalar_one(),
    )


def _average_seconds(connection: Connection, conditions: list[ColumnElement[bool]]) -> float | None:
    lasted = type_coerce(jobs.c.completed_at, Number) - type_coerce(jobs.c.started_at, Number)
    average = select(func.avg(lasted)).where(jobs.c.status == "completed", *conditions)
    microseconds = connection.execute(average).scalar_one()
    return None if microseconds is None else float(microseconds) / 1e6


def ended_before(
    connection: Connection, status: str, moment: datetime, after: JobLine | None
) -> tuple[JobProgram, ...]:
    """See `JobStore.ended_before`."""
    place = tuple_(jobs.c.completed_at, jobs.c.job_id)
    old = select(jobs.c.number).where(jobs.c.status == status, jobs.c.completed_at < moment)
    if after is not None:
        ended = bindparam(None, after.completed_at, Moment)
        old = old.where(place > tuple_(ended, bindparam(None, after.job_id)))
    oldest = old.order_by(jobs.c.completed_at, jobs.c.job_id).limit(MOST_ENDED)
    return programs(connection, connection.execute(oldest).scalars().all())


def known(connection: Connection, job_ids: Iterable[str]) -> set[str]:
    """See `JobStore.known`."""
    asked = list(job_ids)
    found: set[str] = set()
    for first in range(0, len(asked), MOST_ASKED):
        some = jobs.c.job_id.in_(asked[first : first + MOST_ASKED])
        found |= {*connection.execute(select(jobs.c.job_id).where(some)).scalars()}
    return found
