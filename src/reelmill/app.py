"""The only wiring: recipes, planner, FFmpeg, worker and storage behind three functions.

`probe`, `plan` and `run` are the library; the command line calls the same.
"""

import re
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from pydantic import JsonValue

from reelmill.adapters.storage.local import LocalStorage
from reelmill.ffmpeg.argv import arguments
from reelmill.ffmpeg.capabilities import probe_capabilities
from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.ffmpeg.probe import probe as probe_file
from reelmill.model.errors import (
    InvalidRequestError,
    MediaLimitError,
    UnsupportedMediaError,
    error_of_code,
)
from reelmill.model.events import Progress, TaskProgress
from reelmill.model.facts import Facts, SourceFacts
from reelmill.model.graph import Graph
from reelmill.model.jobs import Job
from reelmill.model.results import Outcome, TaskStatus
from reelmill.model.steps import Plan, Policy, Process
from reelmill.model.value import Value
from reelmill.planner.explain import tree as explain
from reelmill.planner.plan import plan as plan_graph
from reelmill.recipes.ladder.graph import PICTURE_SOURCE, SOURCE, ladder
from reelmill.recipes.ladder.metadata import metadata
from reelmill.recipes.ladder.settings import RUNGS, LadderSettings
from reelmill.recipes.ladder.validate import check, original_suffix
from reelmill.settings import Settings
from reelmill.worker.attempt import attempt
from reelmill.worker.execute import Executor, Limits, storage_error
from reelmill.worker.finish import refer_to_original, remove_unmade, write_metadata
from reelmill.worker.run_plan import run_plan

__all__ = [
    "RUNGS",
    "LadderSettings",
    "Planned",
    "Result",
    "command",
    "explain",
    "plan",
    "probe",
    "run",
]

Original = Literal["copy", "link", "none"]
"""What becomes of the source: copied into the storage, linked from it, or left where it is."""

JOB_ID = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
THUMBNAIL_CONTAINERS = frozenset(("jpeg_pipe", "png_pipe", "webp_pipe", "image2", "webp"))
THUMBNAIL_BYTES = 5_000_000


class Planned(Value):
    """A plan with the graph and the facts that it was made from."""

    graph: Graph
    facts: Facts
    plan: Plan


class Result(Value):
    """A completed job."""

    job_id: str
    folder: Path
    """Where its files are: `processed/{job_id}` below the storage."""
    outcome: Outcome
    metadata: dict[str, JsonValue]
    """What stands in metadata.json."""


@cache
def settings() -> Settings:
    """The operator's settings, read once.

    Raises:
        pydantic.ValidationError: a setting that is no such thing, by name.
    """
    return Settings()


def probe(source: Path | str, *, key_frames: bool = False) -> SourceFacts:
    """What a file is.

    Args:
        source: a file on this machine.
        key_frames: list the key frames too, which reads the whole file.

    Raises:
        NotFoundError, InputUnreadableError, UnsupportedMediaError: as their names say.
    """
    return probe_file(Path(source), key_frames=key_frames)


def plan(
    source: Path | str,
    ladder_settings: LadderSettings | None = None,
    *,
    thumbnail: Path | str | None = None,
) -> Planned:
    """What `run` would do with a file, why, how long it would take and how big it would be.

    Args:
        source: a file on this machine.
        ladder_settings: rungs, codec, packaging; defaults to the reference's ladder.
        thumbnail: a picture to be kept as the primary thumbnail.

    Raises:
        ReelmillError: what `probe` raises; MediaLimitError, TooLargeError, InputTruncatedError
            or UnsupportedMediaError for a source that the ladder does not take.
    """
    limits = settings().limits
    sources = [probe_file(Path(source), source=SOURCE)]
    check(sources[0], limits)
    if thumbnail is not None:
        sources.append(_checked_thumbnail(probe_file(Path(thumbnail), source=PICTURE_SOURCE)))
    graph = ladder(ladder_settings, custom_thumbnail=thumbnail is not None)
    facts = Facts(sources=tuple(sources), capabilities=probe_capabilities(find_ffmpeg()))
    policy = Policy(
        encoder_threads=settings().encoder_threads,
        damaged="finish" if limits.damaged_is_fine else "refuse",
    )
    return Planned(graph=graph, facts=facts, plan=plan_graph(graph, facts, policy))


def _checked_thumbnail(facts: SourceFacts) -> SourceFacts:
    if facts.container.split(",")[0] not in THUMBNAIL_CONTAINERS or facts.picture is None:
        raise UnsupportedMediaError("a thumbnail is a JPEG, PNG or WebP picture")
    if facts.size_bytes > THUMBNAIL_BYTES:
        raise MediaLimitError(f"a thumbnail has at most {THUMBNAIL_BYTES} bytes")
    return facts


def command(process: Process, sources: Mapping[str, str]) -> list[str]:
    """The command line of a process, as one could type it."""
    return ["ffmpeg", *arguments(process, sources)]


@dataclass(frozen=True)
class _Order:
    """What `run` was called with."""

    job: Job
    sources: dict[str, Path]
    output: Path
    original: str


def run(
    source: Path | str,
    output: Path | str,
    ladder_settings: LadderSettings | None = None,
    *,
    thumbnail: Path | str | None = None,
    user_metadata: Mapping[str, JsonValue] | None = None,
    job_id: str | None = None,
    original: str = "copy",
    on_plan: Callable[[Planned], None] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    stop: threading.Event | None = None,
) -> Result:
    """Make a ladder of a file.

    Everything appears at once below `output`, verified, under `processed/{job_id}`, or nothing
    does: on an error, a stop or a crash there is no half-made result.

    Args:
        source: a file on this machine.
        output: the storage: a folder, made if it is missing.
        ladder_settings: rungs, codec, packaging; defaults to the reference's ladder.
        thumbnail: a picture to be kept as the primary thumbnail.
        user_metadata: goes into metadata.json as it is.
        job_id: names the result; a random UUID by default.
        original: what becomes of the source: "copy" into the storage's raw/, "link" from there
            to where it is, "none".
        on_plan: is called once, before anything runs.
        on_progress: is called about four times a second, from this thread.
        stop: ends the run when set.

    Raises:
        ReelmillError: what `plan` raises; InvalidRequestError; ConflictError where the job exists;
            CancelledError after a stop; StorageFullError and whatever else ended it, with the
            output that it was about and the last lines of FFmpeg's log.
    """
    if original not in get_args(Original):
        raise InvalidRequestError(f"original is one of {', '.join(get_args(Original))}")
    if job_id is not None and not re.fullmatch(JOB_ID, job_id):
        raise InvalidRequestError("a job id has letters, digits, dots, dashes and underscores")
    wanted = ladder_settings or LadderSettings()
    created_at = datetime.now(UTC)
    planned = plan(source, wanted, thumbnail=thumbnail)
    if on_plan is not None:
        on_plan(planned)
    job = Job(
        job_id=job_id or str(uuid.uuid4()),
        created_at=created_at,
        filename=Path(source).name,
        user_metadata=dict(user_metadata or {}),
    )
    sources = {SOURCE: Path(source)}
    if thumbnail is not None:
        sources[PICTURE_SOURCE] = Path(thumbnail)
    try:
        order = _Order(job, sources, Path(output), original)
        return _attempt(planned, order, wanted, on_progress, stop or threading.Event())
    except OSError as error:
        raise storage_error(error) from error


class _Framed:
    """Adds the tasks around the plan's: validation is over when it begins, storing comes last."""

    def __init__(self, on_progress: Callable[[Progress], None]) -> None:
        self._on_progress = on_progress
        self._last = Progress(tasks=())

    def tell(self, progress: Progress, stored: TaskStatus = "pending") -> None:
        self._last = progress
        before = TaskProgress(name="validate_video", status="completed", fraction=1.0)
        after = TaskProgress(name="upload_outputs", status=stored)
        self._on_progress(progress.but(tasks=(before, *progress.tasks, after)))

    def storing(self) -> None:
        self.tell(self._last, "running")

    def stored(self) -> None:
        self.tell(self._last, "completed")


def _attempt(
    planned: Planned,
    order: _Order,
    wanted: LadderSettings,
    on_progress: Callable[[Progress], None] | None,
    stop: threading.Event,
) -> Result:
    limits = Limits(
        stall_seconds=settings().stall_seconds,
        least_seconds=settings().step_seconds,
        memory_bytes=settings().memory_bytes,
    )
    facts = planned.facts.of(SOURCE)
    with attempt(order.output, order.sources) as folder:
        executor = Executor(find_ffmpeg().path, folder, limits, stop)
        framed = _Framed(on_progress or (lambda _: None))
        outcome = run_plan(planned.plan, executor, framed.tell)
        if outcome.failure is not None:
            failure = outcome.failure
            raise error_of_code(
                failure.code, failure.message, output=failure.output, detail=failure.detail
            )
        framed.storing()
        papers = metadata(order.job, facts, wanted, outcome, datetime.now(UTC))
        storage = LocalStorage(order.output)
        job_key = f"processed/{order.job.job_id}"
        remove_unmade(executor.out, planned.plan, outcome)
        write_metadata(executor.out, papers)
        if order.original != "none":
            suffix = original_suffix(facts.container, order.job.filename)
            key = f"raw/{order.job.job_id}_original{suffix}"
            storage.keep_original(order.sources[SOURCE], key, link=order.original == "link")
            refer_to_original(executor.out, key, job_key)
        storage.publish(executor.out, job_key)
        framed.stored()
    return Result(
        job_id=order.job.job_id,
        folder=order.output / job_key,
        outcome=outcome,
        metadata=papers,
    )
