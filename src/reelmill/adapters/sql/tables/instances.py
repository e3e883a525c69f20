"""The processes of the service."""

from sqlalchemy import Column, Integer, Table, Text

from reelmill.adapters.sql.columns import Document, Moment
from reelmill.adapters.sql.tables.base import METADATA

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
