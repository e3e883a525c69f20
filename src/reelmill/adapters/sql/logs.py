"""What happened to a job: its log, its attempts, and what came of them."""

from datetime import datetime
from pathlib import PurePosixPath

from sqlalchemy import ColumnElement, Connection, func, or_, select, update

from reelmill.adapters.sql.tables import artifacts, attempts, jobs
from reelmill.adapters.sql.tables import events as lines
from reelmill.model.records import AttemptRecord, Event
from reelmill.model.results import Artifact


def events(connection: Connection, job_id: str, after: int, limit: int) -> tuple[Event, ...]:
    """See `JobStore.events`."""
    columns = (lines.c.sequence, lines.c.kind, lines.c.at, lines.c.data)
    mine = select(*columns).join(jobs, jobs.c.number == lines.c.job_number)
    later = mine.where(jobs.c.job_id == job_id, lines.c.sequence > after)
    rows = connection.execute(later.order_by(lines.c.sequence).limit(limit))
    return tuple(Event(**row) for row in rows.mappings())


def attempts_at(connection: Connection, job_id: str) -> tuple[AttemptRecord, ...]:
    """See `JobStore.attempts`."""
    columns = [attempts.c[name] for name in AttemptRecord.model_fields]
    mine = select(*columns).join(jobs, jobs.c.number == attempts.c.job_number)
    rows = connection.execute(mine.where(jobs.c.job_id == job_id).order_by(attempts.c.number))
    return tuple(AttemptRecord(**row) for row in rows.mappings())


def _old(moment: datetime) -> ColumnElement[bool]:
    return (attempts.c.ended_at < moment) & (attempts.c.log != ())


def old_logs(connection: Connection, moment: datetime) -> int:
    """How many `drop_logs` would remove."""
    counted = select(func.count()).select_from(attempts).where(_old(moment))
    return connection.execute(counted).scalar_one()


def drop_logs(connection: Connection, moment: datetime) -> int:
    """See `JobStore.drop_logs`."""
    return connection.execute(update(attempts).where(_old(moment)).values(log=())).rowcount


def artifact_at(connection: Connection, job_id: str, path: str) -> Artifact | None:
    """See `JobStore.artifact_at`."""
    if any(part in ("", ".", "..") for part in path.split("/")):
        return None
    folders = [str(folder) for folder in PurePosixPath(path).parents]
    here = or_(artifacts.c.path == path, artifacts.c.folder.in_(folders))
    mine = select(artifacts).join(jobs, jobs.c.number == artifacts.c.job_number)
    rows = connection.execute(mine.where(jobs.c.job_id == job_id, here)).all()
    # The file itself before folders, and of folders the innermost.
    best = max(rows, key=lambda row: (row.path == path, len(row.folder or "")), default=None)
    return best.artifact if best is not None else None
