"""A job that is being changed: under its lock, with the lines that this adds to its log."""

from datetime import datetime
from typing import Any

from pydantic import JsonValue
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    bindparam,
    insert,
    select,
    update,
)

from reelmill.adapters.sql import outbox
from reelmill.adapters.sql.batch_end import end_batch
from reelmill.adapters.sql.tables import events, jobs
from reelmill.model.errors import NotFoundError
from reelmill.model.jobs import FINAL
from reelmill.model.results import Failure
from reelmill.model.steps import Notice

COLUMNS = (
    *(jobs.c.number, jobs.c.job_id, jobs.c.key_id, jobs.c.status, jobs.c.started_at),
    *(jobs.c.run, jobs.c.sequence, jobs.c.fraction, jobs.c.warnings, jobs.c.sources),
    jobs.c.completed_at,
    jobs.c.plan.is_not(None).label("expanded"),
)

# Statements are made once: to write one down takes longer than to run it.
_OPEN = select(*COLUMNS).with_for_update()
_OPEN_NUMBERED = _OPEN.where(jobs.c.number == bindparam("of_number"))
_ADD_LINES = insert(events)
_WRITE = update(jobs).where(jobs.c.number == bindparam("of_number"))

AnyRow = Row[*tuple[Any, ...]]


class OpenJob:
    """A job in the middle of a transaction; `close` writes what was gathered.

    Attributes:
        now: the moment of everything that happens in the transaction.
        was: its row, as it was before.
        changes: columns of its row and their new values.
        fraction: of it that is done, at least.
    """

    def __init__(self, connection: Connection, now: datetime, was: AnyRow) -> None:
        self.connection = connection
        self.now = now
        self.was = was
        self.number: int = was.number
        self.changes: dict[str, Any] = {}
        self.fraction: float | None = was.fraction
        self._lines: list[dict[str, object]] = []

    @property
    def expanded(self) -> bool:
        """Whether it has a plan."""
        return "plan" in self.changes or self.was.expanded

    def log(self, kind: str, **data: JsonValue) -> None:
        """Add a line to its log."""
        self._lines.append(
            {
                "job_number": self.number,
                "sequence": self.was.sequence + len(self._lines) + 1,
                "kind": kind,
                "at": self.now,
                "data": data,
            }
        )

    def warn(self, *notices: Notice) -> None:
        """Add warnings, each once."""
        known: tuple[Notice, ...] = self.changes.get("warnings", self.was.warnings)
        new = [one for one in dict.fromkeys(notices) if one not in known]
        self.changes["warnings"] = (*known, *new)

    def close(self) -> None:
        """Write its log and its row, to whom webhooks tell of it, and the end of its batch."""
        if self._lines:
            self.connection.execute(_ADD_LINES, self._lines)
        values = {
            "updated_at": self.now,
            "sequence": self.was.sequence + len(self._lines),
            **self.changes,
        }
        self.connection.execute(_WRITE, {"of_number": self.number, **values})
        outbox.write(self.connection, self.now, self.number, self._lines)
        if self.changes.get("status") in FINAL:
            end_batch(self.connection, self.now, self.number)


def open_job(connection: Connection, now: datetime, number: int) -> OpenJob:
    """Lock the job of this number.

    Raises:
        NotFoundError: there is none.
    """
    row = connection.execute(_OPEN_NUMBERED, {"of_number": number}).one_or_none()
    return _opened(connection, now, row)


def find_job(connection: Connection, now: datetime, *conditions: ColumnElement[bool]) -> OpenJob:
    """Lock the job that fulfils all conditions.

    Raises:
        NotFoundError: there is none.
    """
    row = connection.execute(_OPEN.where(*conditions)).one_or_none()
    return _opened(connection, now, row)


def _opened(connection: Connection, now: datetime, row: AnyRow | None) -> OpenJob:
    if row is None:
        raise NotFoundError("there is no such job")
    return OpenJob(connection, now, row)


def told(failure: Failure | None) -> dict[str, JsonValue]:
    """What a line of the log says of a failure."""
    if failure is None:
        return {}
    return {"code": failure.code, "message": failure.message, "retryable": failure.retryable}
