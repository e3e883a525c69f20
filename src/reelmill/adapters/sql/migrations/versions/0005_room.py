"""Steps have room reserved before they begin, and wait for it."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """To this revision. Steps that are there already reserve nothing."""
    none = sa.text("0")
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    for name, kind in (("room_bytes", number), ("waits", sa.Integer())):
        op.add_column("steps", sa.Column(name, kind, nullable=False, server_default=none))
    op.add_column(
        "steps", sa.Column("lacks_room", sa.Boolean(), nullable=False, server_default=sa.false())
    )
