"""Attempts say how their children were shut in."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision."""
    op.add_column("attempts", sa.Column("sandbox", sa.Text(), nullable=True))
