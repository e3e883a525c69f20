"""Who asks: keys, what they have used, and what they were answered."""

from sqlalchemy import Boolean, Column, Date, Float, Index, Integer, Table, Text

from reelmill.adapters.sql.columns import Document, Moment, Number
from reelmill.adapters.sql.tables.base import METADATA

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
