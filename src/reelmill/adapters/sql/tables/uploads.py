"""What comes in parts."""

from sqlalchemy import Column, Table, Text

from reelmill.adapters.sql.columns import Document, Moment, Number
from reelmill.adapters.sql.tables.base import METADATA

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
