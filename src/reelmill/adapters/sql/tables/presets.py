"""Presets that people made, in all their versions."""

from sqlalchemy import Column, Integer, Table, Text

from reelmill.adapters.sql.columns import Document, Moment
from reelmill.adapters.sql.tables.base import JSON_OBJECT, METADATA

presets = Table(
    "presets",
    METADATA,
    Column("owner", Text, primary_key=True),  # a key; empty: everybody's
    Column("name", Text, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("created_at", Moment, nullable=False),
    Column("removed_at", Moment),  # it stays, as no number is given twice
    Column("description", Text, nullable=False),
    Column("settings", Document(JSON_OBJECT), nullable=False),
)
