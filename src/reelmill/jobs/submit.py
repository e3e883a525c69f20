"""A request becomes a job: its tasks are all visible from the first moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from reelmill.model.facts import SourceFacts
from reelmill.model.jobs import USUAL_PRIORITY, Job, NewJob, SourceRef, SourceType
from reelmill.model.steps import Step, Task
from reelmill.model.webhooks import NOTIFICATION, JobWebhook
from reelmill.recipes.ladder.recipe import LadderRecipe
from reelmill.recipes.ladder.validate import original_suffix, video_info
from reelmill.recipes.recipe import MAIN, Recipe

INSPECT = Step(
    id="inspect", executor="inspect", resource="io", outputs=("facts",), tasks=("validate_video",)
)
"""The first step of every job: what it finds decides about the others."""

FETCH = Step(
    id="fetch", executor="fetch", resource="io", outputs=("source",), tasks=("fetch_source",)
)
"""Before it, if the sources are elsewhere."""

CLOSING_TASKS = {
    "upload_outputs": "metadata",
    "update_database": "records",
    "cleanup_temp_files": "temporary_files",
}
"""What the reference calls the parts of a job's end, each with what it sees to. One step here."""

STORED_BY: dict[SourceType, str] = {"upload": "uploaded", "url": "fetched"}
NOT_CONFIGURED = "not configured"


@dataclass(frozen=True)
class Submission:
    """A request, with its sources where they will stay.

    Attributes:
        facts: what the headers of the sources say, by name; nothing, while they are elsewhere.
        source_type: how it came.
    """

    job: Job
    key_id: str
    source_type: SourceType
    sources: Mapping[str, SourceRef]
    facts: Mapping[str, SourceFacts]
    priority: int = USUAL_PRIORITY
    recipe: Recipe = field(default_factory=LadderRecipe)
    webhook: JobWebhook | None = None


def new_job(of: Submission) -> NewJob:
    """The job of a submission, as it is committed."""
    graph = of.recipe.graph(of.sources)
    named = {output.task: output.required for output in graph.outputs}
    tasks = [Task(name=name, required=required) for name, required in named.items()]
    return NewJob(
        job=of.job,
        key_id=of.key_id,
        source_type=of.source_type,
        priority=of.priority,
        recipe=of.recipe.name,
        settings=of.recipe.model_dump(mode="json"),
        graph=graph,
        sources=dict(of.sources),
        size_bytes=of.sources[MAIN].size_bytes,
        video_info=described(of.facts[MAIN], of.job.filename) if of.facts else {},
        webhook=of.webhook,
        tasks=around(tuple(tasks), of.source_type, of.recipe),
        steps=(
            (FETCH, INSPECT.but(after=FETCH.outputs)) if of.source_type == "url" else (INSPECT,)
        ),
    )


def around(tasks: tuple[Task, ...], source_type: SourceType, recipe: Recipe) -> tuple[Task, ...]:
    """The tasks of a plan with those before and after it, in the reference's order.

    Args:
        tasks: of the plan.
        source_type: what comes straight into the storage need not be copied.
        recipe: whether it keeps the original, and what it lacks.
    """
    fetching = (Task(name="fetch_source", outputs=FETCH.outputs),) if source_type == "url" else ()
    came = STORED_BY.get(source_type)
    keeping = Task(
        name="upload_to_minio",
        outputs=() if came else ("original",),
        skipped=f"it was {came} straight into the storage" if came else None,
    )
    return (
        *fetching,
        Task(name="validate_video", outputs=("facts",)),
        *((keeping,) if recipe.keeps_original else ()),
        *tasks,
        *(Task(name=name, required=False, skipped=NOT_CONFIGURED) for name in recipe.unbuilt),
        *(Task(name=name, outputs=(output,)) for name, output in CLOSING_TASKS.items()),
        Task(name=NOTIFICATION, required=False),  # whether it is wanted is known at the end
    )


def original_key(job_id: str, facts: SourceFacts, filename: str) -> str:
    """Where the original of a job is kept: once, under its true extension."""
    return f"raw/{job_id}_original{original_suffix(facts.container, filename)}"


def beside_key(job_id: str, source: str) -> str:
    """Where another source of a job is kept until the job's end: a picture, a second clip."""
    return f"raw/{job_id}_{source}"


def upload_key(upload_id: str) -> str:
    """Where an upload in parts stands while it grows."""
    return f"uploads/{upload_id}"


def source_keys(job_id: str, facts: Mapping[str, SourceFacts], filename: str) -> dict[str, str]:
    """Where the sources of a job are kept that come into the storage, by name."""
    return {
        name: original_key(job_id, one, filename) if name == MAIN else beside_key(job_id, name)
        for name, one in facts.items()
    }


def described(facts: SourceFacts, filename: str) -> dict[str, JsonValue]:
    """A source in the words of the reference's job document (section 4.2)."""
    picture, sound = facts.picture, facts.sound
    info = video_info(facts, filename)
    size_mb = info.pop("file_size_mb")
    return {
        "filename": filename,
        **info,
        "width": round(picture.display_width) if picture else None,
        "height": round(picture.display_height) if picture else None,
        "size_mb": size_mb,
        "size_bytes": facts.size_bytes,
        "audio_bitrate": sound.bit_rate if sound else None,
        "audio_sample_rate": sound.sample_rate if sound else None,
    }
