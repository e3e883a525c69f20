"""A request for a ladder becomes a job: its tasks are all visible from the first moment."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from reelmill.model.facts import SourceFacts
from reelmill.model.jobs import USUAL_PRIORITY, Job, NewJob, SourceRef, SourceType
from reelmill.model.steps import Step, Task
from reelmill.recipes.ladder.graph import PICTURE_SOURCE, SOURCE, ladder
from reelmill.recipes.ladder.settings import LadderLimits, LadderSettings
from reelmill.recipes.ladder.thumbnail import check_thumbnail
from reelmill.recipes.ladder.validate import check, original_suffix, video_info

INSPECT = Step(
    id="inspect", executor="inspect", resource="io", outputs=("facts",), tasks=("validate_video",)
)
"""The first step of every job: what it finds decides about the others."""

CLOSING_TASKS = {
    "upload_outputs": "metadata",
    "update_database": "records",
    "cleanup_temp_files": "temporary_files",
}
"""What the reference calls the parts of a job's end, each with what it sees to. One step here."""

NOT_CONFIGURED = "not configured"


@dataclass(frozen=True)
class Submission:
    """A request for a ladder, with its sources where they will stay.

    Attributes:
        facts: what the headers of the sources say, by name.
        source_type: how it came.
    """

    job: Job
    key_id: str
    source_type: SourceType
    sources: Mapping[str, SourceRef]
    facts: Mapping[str, SourceFacts]
    priority: int = USUAL_PRIORITY
    settings: LadderSettings = field(default_factory=LadderSettings)


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
        video_info=described(of.facts[SOURCE], of.job.filename),
        tasks=around(tuple(tasks), stored=of.sources[SOURCE].kind == "stored"),
        steps=(INSPECT,),
    )


def around(tasks: tuple[Task, ...], *, stored: bool) -> tuple[Task, ...]:
    """The tasks of a plan with those before and after it, in the reference's order.

    Args:
        tasks: of the plan.
        stored: whether the source came straight into the storage, so that nothing is to be copied.
    """
    return (
        Task(name="validate_video", outputs=("facts",)),
        Task(
            name="upload_to_minio",
            outputs=() if stored else ("original",),
            skipped="it was uploaded straight into the storage" if stored else None,
        ),
        *tasks,
        Task(name="transcribe_video", required=False, skipped=NOT_CONFIGURED),
        *(Task(name=name, outputs=(output,)) for name, output in CLOSING_TASKS.items()),
        Task(name="send_notification", required=False, skipped=NOT_CONFIGURED),
    )


def original_key(job_id: str, facts: SourceFacts, filename: str) -> str:
    """Where the original of a job is kept: once, under its true extension."""
    return f"raw/{job_id}_original{original_suffix(facts.container, filename)}"


def thumbnail_key(job_id: str) -> str:
    """Where a picture that came with a job is kept until the job's end."""
    return f"raw/{job_id}_thumbnail"


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
