"""How far a job is: the mean over its steps, weighted by what they cost."""

from sqlalchemy import Connection, select

from reelmill.adapters.sql.tables import steps

LEAST_CPU_SECONDS = 0.01
"""The weight of a step that costs nothing."""


def done_fraction(connection: Connection, job_number: int, before: float | None) -> float:
    """The fraction of a planned job as its steps are now, but never less than before."""
    columns = (steps.c.status, steps.c.cpu_seconds, steps.c.fraction)
    total = done = 0.0
    for row in connection.execute(select(*columns).where(steps.c.job_number == job_number)):
        weight = max(row.cpu_seconds, LEAST_CPU_SECONDS)
        total += weight
        if row.status in ("completed", "failed"):
            done += weight
        elif row.status == "running":
            done += weight * (row.fraction or 0.0)
    return max(before or 0.0, round(done / total, 4) if total else 0.0)
