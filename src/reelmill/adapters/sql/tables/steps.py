"""The work on jobs: steps, and every attempt at them."""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from reelmill.adapters.sql.columns import Document, Moment, Number
from reelmill.adapters.sql.tables.base import METADATA, number, of_job
from reelmill.model.events import Progress
from reelmill.model.results import Failure
from reelmill.model.steps import Step

steps = Table(
    "steps",
    METADATA,
    number(),
    of_job(),
    Column("position", Integer, nullable=False),
    Column("resource", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("beat", Integer, nullable=False),
    Column("worker", Text),
    Column("delay_seconds", Float),
    Column("not_before", Moment),
    Column("cpu_seconds", Float, nullable=False),
    Column("fraction", Float),
    # The step that this one was separated from.
    Column("origin_number", Number, ForeignKey("steps.number", ondelete="CASCADE")),
    Column("made", Document(tuple[str, ...]), nullable=False),
    Column("failed", Document(dict[str, Failure]), nullable=False),
    Column("progress", Document(Progress)),
    Column("room_bytes", Number, nullable=False, server_default=text("0")),  # that it asks for
    Column("waits", Integer, nullable=False, server_default=text("0")),  # attempts without room
    Column("lacks_room", Boolean, nullable=False, server_default=false()),  # and its job was told
    Column("step", Document(Step), nullable=False, server_default=text("''")),
    Index(None, "job_number", "position"),
    Index(None, "status", "resource", "not_before"),
    Index(None, "origin_number"),
    sqlite_autoincrement=True,
)

attempts = Table(
    "attempts",
    METADATA,
    number(),
    of_job(),
    Column("step_number", Number, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("step", Text, nullable=False),
    Column("worker", Text, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("outcome", Text, nullable=False),
    Column("wall_seconds", Float),
    Column("cpu_seconds", Float),
    Column("failure", Document(Failure)),
    Column("log", Document(tuple[str, ...]), nullable=False),
    Column("sandbox", Text),  # the level that the children of this attempt had
    UniqueConstraint("step_number", "attempt"),
    Index(None, "job_number"),
    Index(None, "ended_at"),
    sqlite_autoincrement=True,
)
