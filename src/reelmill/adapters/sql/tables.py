"""The tables. What is long stands last in its row: SQLite reads a row from its front."""

from pydantic import JsonValue
from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from reelmill.adapters.sql.columns import Document, Moment, Number
from reelmill.model.events import Progress
from reelmill.model.facts import Facts
from reelmill.model.graph import Graph
from reelmill.model.jobs import SourceRef
from reelmill.model.results import Artifact, Failure, Quality
from reelmill.model.steps import Notice, Plan, Step
from reelmill.model.webhooks import JobWebhook, WebhookEvent

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

JSON_OBJECT = dict[str, JsonValue]


def _number() -> Column[int]:
    """A key that is never given twice, also not after its row is gone: claims are fenced by it."""
    return Column("number", Number, primary_key=True)


def _of_job(*, primary_key: bool = False) -> Column[int]:
    reference = ForeignKey("jobs.number", ondelete="CASCADE")
    return Column("job_number", Number, reference, primary_key=primary_key, nullable=False)


jobs = Table(
    "jobs",
    METADATA,
    _number(),
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
    _of_job(primary_key=True),
    Column("field", Text, primary_key=True),
    Column("value", Text, primary_key=True),
    Index(None, "field", "value"),
)

tasks = Table(
    "tasks",
    METADATA,
    _of_job(primary_key=True),
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

steps = Table(
    "steps",
    METADATA,
    _number(),
    _of_job(),
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
    _number(),
    _of_job(),
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

artifacts = Table(
    "artifacts",
    METADATA,
    _of_job(primary_key=True),
    Column("output", Text, primary_key=True),
    Column("path", Text, nullable=False),
    Column("folder", Text),  # that is all its own
    Column("size_bytes", Number, nullable=False),  # with its segments
    Column("artifact", Document(Artifact), nullable=False),
)

qualities = Table(
    "qualities",
    METADATA,
    _of_job(primary_key=True),
    Column("output", Text, primary_key=True),
    Column("quality", Document(Quality), nullable=False),
)

events = Table(
    "events",
    METADATA,
    _of_job(primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("data", Document(JSON_OBJECT), nullable=False),
)

api_keys = Table(
    "api_keys",
    METADATA,
    Column("key_id", Text, primary_key=True),
    Column("secret_hash", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("admin", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("revoked_at", Moment),
    Column("last_used_at", Moment),
    Column("rate_limit_per_minute", Integer),
    Column("rate_limit_per_hour", Integer),
    Column("max_concurrent_jobs", Integer),
    Column("monthly_minutes", Float),
    Column("allowed_networks", Document(tuple[str, ...]), nullable=False),
)

usage_stats = Table(
    "usage_stats",
    METADATA,
    Column("key_id", Text, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("jobs_created", Integer, nullable=False),
    Column("jobs_completed", Integer, nullable=False),
    Column("jobs_failed", Integer, nullable=False),
    Column("input_bytes", Number, nullable=False),
    Column("output_bytes", Number, nullable=False),
    Column("processing_seconds", Float, nullable=False),
    Index(None, "day"),
)

idempotency = Table(
    "idempotency",
    METADATA,
    Column("key_id", Text, primary_key=True),
    Column("idempotency_key", Text, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("instance_id", Text),  # who is about to answer; none: it is answered
    Column("fingerprint", Text),
    Column("status", Integer),
    Column("body", Text),
    Index(None, "at"),
    Index(None, "instance_id"),
)

uploads = Table(
    "uploads",
    METADATA,
    Column("upload_id", Text, primary_key=True),
    Column("key_id", Text, nullable=False),
    Column("size_bytes", Number, nullable=False),
    Column("offset_bytes", Number, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("metadata", Document(dict[str, str]), nullable=False),
)

instances = Table(
    "instances",
    METADATA,
    Column("instance_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("beat", Integer, nullable=False),
    Column("slots", Document(dict[str, int]), nullable=False),
)

webhook_endpoints = Table(
    "webhook_endpoints",
    METADATA,
    Column("endpoint_id", Text, primary_key=True),
    Column("key_id", Text, nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("disabled_reason", Text),
    Column("url", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("events", Document(tuple[WebhookEvent, ...]), nullable=False),
    Index(None, "key_id"),
)

webhook_secrets = Table(
    "webhook_secrets",  # as they are: to sign takes the secret itself
    METADATA,
    Column("holder", Text, primary_key=True),  # an endpoint, or a key for its jobs
    Column("text", Text, nullable=False),
    Column("previous", Text),
    Column("previous_until", Moment),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    METADATA,
    _number(),
    Column("delivery_id", Text, nullable=False, unique=True),
    Column("key_id", Text, nullable=False),
    Column("holder", Text, nullable=False),  # of the secret
    Column("endpoint_id", Text, ForeignKey("webhook_endpoints.endpoint_id", ondelete="CASCADE")),
    Column("type", Text, nullable=False),
    Column("job_id", Text),  # no reference: what a job's end said outlives the job
    Column("sequence", Integer),
    Column("status", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("sender", Text),
    Column("created_at", Moment, nullable=False),
    Column("due_at", Moment),  # none: at once, whatever the clock says
    Column("ended_at", Moment),
    Column("status_code", Integer),
    Column("error", Text),
    Column("url", Text, nullable=False),
    Column("payload", Text, nullable=False),
    UniqueConstraint("holder", "job_id", "sequence"),
    Index(None, "status", "due_at"),
    Index(None, "endpoint_id"),
    Index(None, "job_id"),
    Index(None, "key_id", "created_at"),
    Index(None, "ended_at"),
    sqlite_autoincrement=True,
)

webhook_attempts = Table(
    "webhook_attempts",
    METADATA,
    Column(
        "delivery_number",
        Number,
        ForeignKey("webhook_deliveries.number", ondelete="CASCADE"),
        primary_key=True,
    ),
    Column("attempt", Integer, primary_key=True, autoincrement=False),
    Column("started_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("status_code", Integer),
    Column("error", Text),
    Column("excerpt", Text, nullable=False),
)
