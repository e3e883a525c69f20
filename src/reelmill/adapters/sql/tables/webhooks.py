"""Who is told, and every telling."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from reelmill.adapters.sql.columns import Document, Moment, Number
from reelmill.adapters.sql.tables.base import METADATA, number
from reelmill.model.webhooks import WebhookEvent

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
    number(),
    Column("delivery_id", Text, nullable=False, unique=True),
    Column("key_id", Text, nullable=False),
    Column("holder", Text, nullable=False),  # of the secret
    Column("endpoint_id", Text, ForeignKey("webhook_endpoints.endpoint_id", ondelete="CASCADE")),
    Column("type", Text, nullable=False),
    Column("job_id", Text),  # no reference: what a job's end said outlives the job
    Column("batch_id", Text),  # nor here
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
    UniqueConstraint("holder", "batch_id", "sequence"),
    Index(None, "status", "due_at"),
    Index(None, "endpoint_id"),
    Index(None, "job_id"),
    Index(None, "batch_id"),
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
