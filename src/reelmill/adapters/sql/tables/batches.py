"""Jobs that were asked for together."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from reelmill.adapters.sql.columns import Document, Moment
from reelmill.adapters.sql.tables.base import JSON_OBJECT, METADATA, number, of_job
from reelmill.model.batches import Refusal
from reelmill.model.webhooks import JobWebhook

batches = Table(
    "batches",
    METADATA,
    number(),
    Column("batch_id", Text, nullable=False, unique=True),
    Column("key_id", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("completed_at", Moment),
    Column("run", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("name", Text),
    Column("webhook", Document(JobWebhook)),
    Column("user_metadata", Document(JSON_OBJECT), nullable=False),
    Column("refused", Document(tuple[Refusal, ...]), nullable=False),
    Index(None, "key_id"),
    sqlite_autoincrement=True,
)

batch_jobs = Table(
    "batch_jobs",  # and not a column of jobs: it would stand behind their plans
    METADATA,
    of_job(primary_key=True),
    Column("batch_id", Text, ForeignKey("batches.batch_id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Index(None, "batch_id"),
)
