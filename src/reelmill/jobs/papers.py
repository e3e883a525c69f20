"""The papers of a job at its end: metadata.json."""

from datetime import datetime

from pydantic import JsonValue

from reelmill.model.jobs import Job
from reelmill.model.records import JobProgram
from reelmill.model.results import Outcome, TaskResult
from reelmill.recipes.book import recipe_of


def papers(record: JobProgram, completed_at: datetime) -> dict[str, JsonValue]:
    """The document of a job whose outputs are all settled.

    Raises:
        ValueError: its sources were never inspected.
    """
    if record.facts is None:
        raise ValueError(f"job {record.job_id} was never inspected")
    job = Job(
        job_id=record.job_id,
        created_at=record.created_at,
        filename=record.filename,
        user_metadata=record.user_metadata,
    )
    tasks = [
        TaskResult(name=one.name, status=one.status, duration_seconds=one.duration_seconds)
        for one in record.tasks
    ]
    outcome = Outcome(
        status="completed",
        tasks=tuple(tasks),
        artifacts=record.artifacts,
        qualities=record.qualities,
    )
    facts = {one.source: one for one in record.facts.sources}
    recipe = recipe_of(record.recipe, record.settings)
    return recipe.papers(job, facts, outcome, completed_at)
