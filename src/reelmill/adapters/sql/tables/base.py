"""What the tables share. What is long stands last in a row: SQLite reads it from its front."""

from pydantic import JsonValue
from sqlalchemy import Column, ForeignKey, MetaData

from reelmill.adapters.sql.columns import Number

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

JSON_OBJECT = dict[str, JsonValue]


def number() -> Column[int]:
    """A key that is never given twice, also not after its row is gone: claims are fenced by it."""
    return Column("number", Number, primary_key=True)


def of_job(*, primary_key: bool = False) -> Column[int]:
    """The job that a row belongs to, and goes with."""
    reference = ForeignKey("jobs.number", ondelete="CASCADE")
    return Column("job_number", Number, reference, primary_key=primary_key, nullable=False)
