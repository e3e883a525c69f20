"""Webhooks, uploads in parts, batches, presets, room on the disk; how children were shut in."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """To this revision. Steps that are there already reserve nothing."""
    _make_webhooks()
    _make_uploads()
    _make_batches()
    _make_presets()
    op.add_column("attempts", sa.Column("sandbox", sa.Text(), nullable=True))
    op.add_column("jobs", sa.Column("webhook", sa.Text(), nullable=True))
    none = sa.text("0")
    for name, kind in (("room_bytes", NUMBER), ("waits", sa.Integer())):
        op.add_column("steps", sa.Column(name, kind, nullable=False, server_default=none))
    op.add_column(
        "steps", sa.Column("lacks_room", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    _move_to_the_end("steps", "step")


def _move_to_the_end(table: str, name: str) -> None:
    """A column of long texts: SQLite reads all of them to get at those behind.

    The table itself stays, as the rows that refer to it would go with it.
    """
    op.add_column(table, sa.Column("moved", sa.Text(), nullable=False, server_default=""))
    op.execute(sa.text(f"UPDATE {table} SET moved = {name}"))  # noqa: S608 - our own words
    op.drop_column(table, name)
    op.execute(sa.text(f"ALTER TABLE {table} RENAME COLUMN moved TO {name}"))


def _make_webhooks() -> None:
    op.create_table(
        "webhook_endpoints",
        sa.Column("endpoint_id", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("disabled_reason", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("events", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("endpoint_id", name=op.f("pk_webhook_endpoints")),
    )
    op.create_index(op.f("ix_webhook_endpoints_key_id"), "webhook_endpoints", ["key_id"])

    op.create_table(
        "webhook_secrets",
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=True),
        sa.Column("previous_until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("holder", name=op.f("pk_webhook_secrets")),
    )
    op.create_table(
        "webhook_deliveries",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("endpoint_id", sa.Text(), nullable=True),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("job_id", sa.Text(), nullable=True),
        sa.Column("batch_id", sa.Text(), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("status_code", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["endpoint_id"],
            ["webhook_endpoints.endpoint_id"],
            name=op.f("fk_webhook_deliveries_endpoint_id_webhook_endpoints"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_webhook_deliveries")),
        sa.UniqueConstraint("delivery_id", name=op.f("uq_webhook_deliveries_delivery_id")),
        sa.UniqueConstraint(
            "holder",
            "job_id",
            "sequence",
            name=op.f("uq_webhook_deliveries_holder_job_id_sequence"),
        ),
        sa.UniqueConstraint(
            "holder",
            "batch_id",
            "sequence",
            name=op.f("uq_webhook_deliveries_holder_batch_id_sequence"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_webhook_deliveries_ended_at"), "webhook_deliveries", ["ended_at"])
    op.create_index(
        op.f("ix_webhook_deliveries_endpoint_id"), "webhook_deliveries", ["endpoint_id"]
    )
    op.create_index(op.f("ix_webhook_deliveries_job_id"), "webhook_deliveries", ["job_id"])
    op.create_index(op.f("ix_webhook_deliveries_batch_id"), "webhook_deliveries", ["batch_id"])
    op.create_index(
        op.f("ix_webhook_deliveries_key_id_created_at"),
        "webhook_deliveries",
        ["key_id", "created_at"],
    )
    op.create_index(
        op.f("ix_webhook_deliveries_status_due_at"), "webhook_deliveries", ["status", "due_at"]
    )

    op.create_table(
        "webhook_attempts",
        sa.Column("delivery_number", NUMBER, nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("status_code", sa.Integer(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delivery_number"],
            ["webhook_deliveries.number"],
            name=op.f("fk_webhook_attempts_delivery_number_webhook_deliveries"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("delivery_number", "attempt", name=op.f("pk_webhook_attempts")),
    )


def _make_uploads() -> None:
    op.create_table(
        "uploads",
        sa.Column("upload_id", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("size_bytes", NUMBER, nullable=False),
        sa.Column("offset_bytes", NUMBER, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("metadata", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("upload_id", name=op.f("pk_uploads")),
    )
    op.create_index(op.f("ix_uploads_expires_at"), "uploads", ["expires_at"])


def _make_batches() -> None:
    op.create_table(
        "batches",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("completed_at", sa.BigInteger(), nullable=True),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("webhook", sa.Text(), nullable=True),
        sa.Column("user_metadata", sa.Text(), nullable=False),
        sa.Column("refused", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_batches")),
        sa.UniqueConstraint("batch_id", name=op.f("uq_batches_batch_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_batches_key_id"), "batches", ["key_id"])

    op.create_table(
        "batch_jobs",
        sa.Column("job_number", NUMBER, nullable=False),
        sa.Column("batch_id", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["batches.batch_id"],
            name=op.f("fk_batch_jobs_batch_id_batches"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["job_number"],
            ["jobs.number"],
            name=op.f("fk_batch_jobs_job_number_jobs"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("job_number", name=op.f("pk_batch_jobs")),
    )
    op.create_index(op.f("ix_batch_jobs_batch_id"), "batch_jobs", ["batch_id"])


def _make_presets() -> None:
    op.create_table(
        "presets",
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("removed_at", sa.BigInteger(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("owner", "name", "version", name=op.f("pk_presets")),
    )
