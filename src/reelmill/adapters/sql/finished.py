"""What finished steps took, as the attempts at them say."""

from collections import defaultdict
from typing import ClassVar

from pydantic import BaseModel, ConfigDict
from sqlalchemy import Connection, func, select, type_coerce
from sqlalchemy.types import Text

from reelmill.adapters.sql.tables import artifacts, attempts, steps
from reelmill.model.experience import Basis, Experience, Finished


class _Planned(BaseModel):
    """The one part of a stored step that counts here; the rest is not even looked at."""

    model_config: ClassVar[ConfigDict] = ConfigDict(extra="ignore")

    basis: Basis | None = None


def finished(connection: Connection, limit: int) -> Experience:
    """See `JobStore.finished`."""
    done = (
        select(attempts.c.job_number, attempts.c.wall_seconds, attempts.c.cpu_seconds)
        .add_columns(type_coerce(steps.c.step, Text).label("step"))
        .join(steps, steps.c.number == attempts.c.step_number)
        .where(attempts.c.outcome == "completed", attempts.c.cpu_seconds > 0)
        .where(func.coalesce(attempts.c.wall_seconds, 0) > 0)
        .order_by(attempts.c.ended_at.desc(), attempts.c.number.desc())
        .limit(limit)
    )
    rows = connection.execute(done).all()
    made: defaultdict[int, dict[str, int]] = defaultdict(dict)
    mine = artifacts.c.job_number.in_({row.job_number for row in rows})
    columns = (artifacts.c.job_number, artifacts.c.output, artifacts.c.size_bytes)
    for job_number, output, size_bytes in connection.execute(select(*columns).where(mine)):
        made[job_number][output] = size_bytes
    return tuple(
        Finished(
            basis=basis,
            wall_seconds=row.wall_seconds,
            cpu_seconds=row.cpu_seconds,
            sizes={
                one.output: made[row.job_number][one.output]
                for one in basis.sizes
                if one.output in made[row.job_number]
            },
        )
        for row in rows
        if (basis := _Planned.model_validate_json(row.step).basis) is not None
    )
