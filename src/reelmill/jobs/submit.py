"""A request for a ladder becomes a job: its tasks are all visible from the first moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from reelmill.model.facts import SourceFacts
from reelmill.model.jobs import USUAL_PRIORITY, Job, NewJob, SourceRef, SourceType
from reelmill.model.steps import Step, Task
from reelmill.model.webhooks import NOTIFICATION, JobWebhook
from reelmill.recipes.ladder.graph import PICTURE_SOURCE, SOURCE, ladder
from reelmill.recipes.ladder.settings import LadderLimits, LadderSettings
from reelmill.recipes.ladder.thumbnail import MAX_BYTES, check_thumbnail
from reelmill.recipes.ladder.validate import check, original_suffix, video_info

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
    """A request for a ladder, with its sources where they will stay.

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
    settings: LadderSettings = field(default_factory=LadderSettings)
    webhook: JobWebhook | None = None


def check_sources(facts: Mapping[str, SourceFacts], limits: LadderLimits) -> None:
    """Refuse what no ladder can be made of, by its header alone.

    Raises:
        ReelmillError: what `recipes.ladder.validate.check` and `check_thumbnail` raise.
    """
    check(facts[SOURCE], limits)
    if PICTURE_SOURCE in facts:
        check_thumbnail(facts[PICTURE_SOURCE])


def new_job(of: Submission) -> NewJob:
    """The job of a submission, as it is committed."""
    graph = ladder(of.settings, custom_thumbnail=PICTURE_SOURCE in of.sources)
    named = {output.task: output.required for output in graph.outputs}
    tasks = [Task(name=name, required=required) for name, required in named.items()]
    return NewJob(
        job=of.job,
        key_id=of.key_id,
        source_type=of.source_type,
        priority=of.priority,
        recipe="ladder",
        settings=of.settings.model_dump(mode="json"),
        graph=graph,
        sources=dict(of.sources),
        size_bytes=of.sources[SOURCE].size_bytes,
        video_info=described(of.facts[SOURCE], of.job.filename) if of.facts else {},
        webhook=of.webhook,
        tasks=around(tuple(tasks), of.source_type),
        steps=(
            (FETCH, INSPECT.but(after=FETCH.outputs)) if of.source_type == "url" else (INSPECT,)
        ),
    )


def around(tasks: tuple[Task, ...], source_type: SourceType) -> tuple[Task, ...]:
    """The tasks of a plan with those before and after it, in the reference's order.

    Args:
        tasks: of the plan.
        source_type: what comes straight into the storage need not be copied.
    """
    fetching = (Task(name="fetch_source", outputs=FETCH.outputs),) if source_type == "url" else ()
    came = STORED_BY.get(source_type)
    return (
        *fetching,
        Task(name="validate_video", outputs=("facts",)),
        Task(
            name="upload_to_minio",
            outputs=() if came else ("original",),
            skipped=f"it was {came} straight into the storage" if came else None,
        ),
        *tasks,
        Task(name="transcribe_video", required=False, skipped=NOT_CONFIGURED),
        *(Task(name=name, outputs=(output,)) for name, output in CLOSING_TASKS.items()),
        Task(name=NOTIFICATION, required=False),  # whether it is wanted is known at the end
    )


def original_key(job_id: str, facts: SourceFacts, filename: str) -> str:
    """Where the original of a job is kept: once, under its true extension."""
    return f"raw/{job_id}_original{original_suffix(facts.container, filename)}"


def thumbnail_key(job_id: str) -> str:
    """Where a picture that came with a job is kept until the job's end."""
    return f"raw/{job_id}_thumbnail"


def upload_key(upload_id: str) -> str:
    """Where an upload in parts stands while it grows."""
    return f"uploads/{upload_id}"


def source_keys(job_id: str, facts: Mapping[str, SourceFacts], filename: str) -> dict[str, str]:
    """Where the sources of a job are kept that come into the storage, by name."""
    keys = {SOURCE: original_key(job_id, facts[SOURCE], filename)}
    return keys | ({PICTURE_SOURCE: thumbnail_key(job_id)} if PICTURE_SOURCE in facts else {})


def source_limits(limits: LadderLimits) -> dict[str, int]:
    """How many bytes each source may have, by name."""
    return {SOURCE: limits.max_size_bytes, PICTURE_SOURCE: MAX_BYTES}


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
