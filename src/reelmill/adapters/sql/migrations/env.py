"""Run by Alembic, on the connection that `schema` gives it."""

from typing import Any, Literal

from alembic import context

from reelmill.adapters.sql.columns import Document, Moment
from reelmill.adapters.sql.tables import METADATA


def plain(kind: str, item: Any, _: object) -> str | Literal[False]:
    """A revision names the database's types: what ours mean may change after it."""
    match kind, item:
        case "type", Moment():
            return "sa.BigInteger()"
        case "type", Document():
            return "sa.Text()"
        case _:
            return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,  # SQLite alters most things by making the table anew
    render_item=plain,
)
context.run_migrations()
