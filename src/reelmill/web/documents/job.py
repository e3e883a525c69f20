"""The job document (reference, section 4.2): one shape for all states."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field, JsonValue

from reelmill.model.events import Progress, TaskProgress
from reelmill.model.jobs import FINAL, JobStatus
from reelmill.model.records import JobLine, JobRecord, TaskRecord
from reelmill.model.results import Failure, TaskStatus
from reelmill.model.steps import Notice
from reelmill.recipes.recipe import stamp
from reelmill.web.documents.outputs import (
    compression,
    master_playlist,
    megabytes,
    outputs,
    plain_outputs,
)
from reelmill.web.documents.papers import Papers
from reelmill.web.playback import Links

EXAMPLE_ID = "550e8400-e29b-41d4-a716-446655440000"
Percent = Annotated[int | None, Field(ge=0, le=100, examples=[65])]


class ErrorDocument(BaseModel):
    """Why something ended badly."""

    code: Annotated[str, Field(examples=["input_truncated"])]
    message: str
    retryable: bool
    detail: str


class TaskDocument(BaseModel):
    """A part of a job."""

    name: Annotated[str, Field(examples=["transcode_720p"])]
    status: TaskStatus
    required: bool
    reason: str | None
    started_at: str | None
    completed_at: str | None
    duration_seconds: float | None
    progress_percent: Percent
    eta_seconds: float | None
    speed: float | None
    fps: float | None
    output_size_mb: float | None
    output_size_bytes: int | None
    error: ErrorDocument | None


class JobLinks(BaseModel):
    """Where the rest is."""

    self: str
    events: str
    artifacts: str
    logs: str
    plan: str
    cancel: str
    retry: str


class ListedJob(BaseModel):
    """A job in a list."""

    job_id: Annotated[str, Field(examples=[EXAMPLE_ID])]
    status: JobStatus
    progress_percent: Percent
    current_task: str | None
    stage: str | None
    priority: int
    filename: str
    source_type: str
    recipe: Annotated[str, Field(examples=["ladder"])]
    """How it was asked for: a ladder, a conversion."""
    batch_id: str | None
    """The batch that it was asked for in."""
    created_at: str
    updated_at: str
    started_at: str | None
    completed_at: str | None
    user_metadata: dict[str, JsonValue]
    error: ErrorDocument | None
    links: JobLinks


class JobDocument(ListedJob):
    """A job with everything about it."""

    processing_time_seconds: float | None
    preset: Annotated[JsonValue, Field(examples=["web-720p@1"])]
    """The version of a preset that it was made with; its settings hold all of it."""
    video_info: dict[str, JsonValue]
    tasks: list[TaskDocument]
    outputs: dict[str, JsonValue] | None
    compression: dict[str, JsonValue] | None
    quality_metrics: dict[str, JsonValue] | None
    master_playlist_url: str | None
    warnings: list[Notice]
    attempts: int
    run: int


def listed(line: JobLine, links: Links) -> ListedJob:
    """A job in a list."""
    return ListedJob.model_validate(_head(line, line.fraction, links))


def document(record: JobRecord, links: Links, latest: Progress | None = None) -> JobDocument:
    """A job with everything about it.

    Args:
        record: what the store knows.
        links: makes its URLs.
        latest: what this process has heard of it, perhaps after it was stored.
    """
    progress = _newest(record, latest)
    ladder = record.recipe == "ladder"
    told = record.papers if ladder else None
    papers = Papers.model_validate(told) if told is not None else None
    running = {one.name: one for one in progress.tasks}
    # A snapshot's fraction is that of its step: of a planned job the store knows better.
    fraction = record.fraction if record.fraction is not None else progress.fraction
    rest = {
        "processing_time_seconds": (record.papers or {}).get("processing_time_seconds"),
        "preset": record.settings.get("preset") if not ladder else None,
        "video_info": record.video_info,
        "tasks": [_task(one, running.get(one.name)) for one in record.tasks],
        "outputs": outputs(record, papers, links) if papers else plain_outputs(record, links),
        "compression": compression(papers) if papers else None,
        "quality_metrics": papers.quality_metrics if papers else _measured(record),
        "master_playlist_url": master_playlist(record, links),
        "warnings": record.warnings,
        "attempts": record.attempts,
        "run": record.run,
    }
    return JobDocument.model_validate({**_head(record, fraction, links), **rest})


def _measured(record: JobRecord) -> JsonValue:
    """Of another recipe; None, where nothing was measured or nothing is done yet."""
    return (record.papers or {}).get("quality_metrics") or None


def links_of(job_id: str, links: Links) -> JobLinks:
    """Where everything about a job is."""
    return JobLinks(
        self=links.job(job_id),
        events=links.job(job_id, "/events"),
        artifacts=links.job(job_id, "/artifacts"),
        logs=links.job(job_id, "/logs"),
        plan=links.job(job_id, "/plan"),
        cancel=links.job(job_id),
        retry=links.job(job_id, "/retry"),
    )


def moment(of: datetime | None) -> str | None:
    """A time as text, if there is one."""
    return stamp(of) if of is not None else None


def failure_of(failure: Failure | None) -> ErrorDocument | None:
    """Why something ended badly, if it did."""
    if failure is None:
        return None
    return ErrorDocument(
        code=failure.code,
        message=failure.message,
        retryable=failure.retryable,
        detail=failure.detail,
    )


def _head(line: JobLine, fraction: float | None, links: Links) -> dict[str, object]:
    same = ("job_id", "status", "stage", "priority", "filename", "source_type", "recipe")
    same += ("batch_id", "user_metadata")
    times = ("created_at", "updated_at", "started_at", "completed_at")
    return {
        **{name: getattr(line, name) for name in same},
        **{name: moment(getattr(line, name)) for name in times},
        "current_task": line.stage,
        "progress_percent": _percent(line.status, fraction),
        "error": failure_of(line.failure),
        "links": links_of(line.job_id, links),
    }


def _newest(record: JobRecord, latest: Progress | None) -> Progress:
    """A snapshot of this process is newer, unless what is stored is further."""
    if latest is None or record.status in FINAL:
        return record.progress
    stored, heard = record.progress.fraction, latest.fraction
    return record.progress if (stored or 0.0) > (heard or 0.0) else latest


def _percent(status: JobStatus | TaskStatus, fraction: float | None) -> int | None:
    if status == "completed":
        return 100
    if fraction is None:
        return 0 if status == "pending" else None
    return min(99, int(fraction * 100))


def _task(task: TaskRecord, progress: TaskProgress | None) -> TaskDocument:
    now = progress if task.status == "running" else None
    size = task.output_size_bytes
    if size is None and now is not None:
        size = now.size_bytes
    return TaskDocument(
        name=task.name,
        status=task.status,
        required=task.required,
        reason=task.reason,
        started_at=moment(task.started_at),
        completed_at=moment(task.completed_at),
        duration_seconds=task.duration_seconds,
        progress_percent=_percent(task.status, now.fraction if now else None)
        if task.status != "skipped"
        else None,
        eta_seconds=now.eta_seconds if now else None,
        speed=now.speed if now else None,
        fps=now.frames_per_second if now else None,
        output_size_mb=megabytes(size) if size is not None else None,
        output_size_bytes=size,
        error=failure_of(task.failure),
    )
