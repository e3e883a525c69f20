"""What a job is, what it has told, and what came of it."""

from sqlalchemy import Boolean, Column, Float, Index, Integer, Table, Text

from reelmill.adapters.sql.columns import Document, Moment, Number
from reelmill.adapters.sql.tables.base import JSON_OBJECT, METADATA, number, of_job
from reelmill.model.facts import Facts
from reelmill.model.graph import Graph
from reelmill.model.jobs import SourceRef
from reelmill.model.results import Artifact, Failure, Quality
from reelmill.model.steps import Notice, Plan
from reelmill.model.webhooks import JobWebhook

jobs = Table(
    "jobs",
    METADATA,
    number(),
    Column("job_id", Text, nullable=False, unique=True),
    Column("key_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("completed_at", Moment),
    Column("run", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("fraction", Float),
    Column("source_type", Text, nullable=False),
    Column("recipe", Text, nullable=False),
    Column("size_bytes", Number, nullable=False),
    Column("filename", Text, nullable=False),
    Column("failure", Document(Failure)),
    Column("user_metadata", Document(JSON_OBJECT), nullable=False),
    Column("searched", Text, nullable=False),
    Column("settings", Document(JSON_OBJECT), nullable=False),
    Column("video_info", Document(JSON_OBJECT), nullable=False),
    Column("sources", Document(dict[str, SourceRef]), nullable=False),
    Column("warnings", Document(tuple[Notice, ...]), nullable=False),
    Column("webhook", Document(JobWebhook)),
    Column("papers", Document(JSON_OBJECT)),
    Column("graph", Document(Graph), nullable=False),
    Column("facts", Document(Facts)),
    Column("plan", Document(Plan)),
    Index(None, "status", "key_id"),
    Index(None, "status", "completed_at"),
    Index(None, "key_id", "created_at"),
    Index(None, "created_at"),
    sqlite_autoincrement=True,
)

labels = Table(
    "labels",  # the user's metadata again, one row for each value of a field
    METADATA,
    of_job(primary_key=True),
    Column("field", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Index(None, "field", "value"),
)

tasks = Table(
    "tasks",
    METADATA,
    of_job(primary_key=True),
    Column("name", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("status", Text, nullable=False),
    Column("required", Boolean, nullable=False),
    Column("started_at", Moment),
    Column("completed_at", Moment),
    Column("output_size_bytes", Number),
    Column("reason", Text),
    Column("outputs", Document(tuple[str, ...]), nullable=False),
    Column("failure", Document(Failure)),
)

events = Table(
    "events",
    METADATA,
    of_job(primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("data", Document(JSON_OBJECT), nullable=False),
)

artifacts = Table(
    "artifacts",
    METADATA,
    of_job(primary_key=True),
    Column("output", Text, primary_key=True),
    Column("path", Text, nullable=False),
    Column("folder", Text),  # that is all its own
    Column("size_bytes", Number, nullable=False),  # with its segments
    Column("artifact", Document(Artifact), nullable=False),
)

qualities = Table(
    "qualities",
    METADATA,
    of_job(primary_key=True),
    Column("output", Text, primary_key=True),
    Column("quality", Document(Quality), nullable=False),
)
