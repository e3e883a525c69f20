"""The only wiring: recipes, planner, FFmpeg, worker and storage behind three functions.

`probe`, `plan` and `run` are the library; the command line calls the same.
"""

import json
import os
import re
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from pydantic import JsonValue, field_serializer

from reelmill.adapters.storage.local import LocalStorage
from reelmill.ffmpeg.argv import arguments
from reelmill.ffmpeg.capabilities import probe_capabilities
from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.ffmpeg.probe import probe as probe_file
from reelmill.model.errors import (
    CancelledError,
    ConflictError,
    InputUnreadableError,
    InvalidRequestError,
    MediaLimitError,
    NotFoundError,
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

    @field_serializer("folder")
    def _folder(self, folder: Path) -> str:
        return _text(str(folder))


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
    return [str(find_ffmpeg().path), *arguments(process, sources)]


Identity = tuple[int, int, int, int]
"""What changes when a file is replaced or written to: device, inode, size, time."""


@dataclass(frozen=True)
class _Order:
    """What `run` was called with."""

    job: Job
    sources: dict[str, Path]
    identities: dict[str, Identity | None]
    """Of the sources, before they were looked at."""
    output: Path
    original: str
    stop: threading.Event

    @property
    def key(self) -> str:
        """Where the results go."""
        return f"processed/{self.job.job_id}"

    def check_sources(self) -> None:
        """Refuse what was made of files that are no longer what was probed."""
        for name, path in self.sources.items():
            now = _identity(path)
            if now is None:
                raise NotFoundError(f"{_text(str(path))} went away while it was being read")
            if now != self.identities[name]:
                raise InputUnreadableError(f"{_text(str(path))} changed while it was being read")


def _identity(path: Path) -> Identity | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


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
    job = Job(
        job_id=job_id or str(uuid.uuid4()),
        created_at=datetime.now(UTC),
        filename=_text(Path(source).name),
        user_metadata=_checked_metadata(user_metadata or {}),
    )
    sources = {SOURCE: Path(source)}
    if thumbnail is not None:
        sources[PICTURE_SOURCE] = Path(thumbnail)
    order = _Order(
        job=job,
        sources=sources,
        identities={name: _identity(path) for name, path in sources.items()},
        output=Path(output),
        original=original,
        stop=stop or threading.Event(),
    )
    _refuse_existing(LocalStorage(order.output, order.output), order.key)
    wanted = ladder_settings or LadderSettings()
    planned = plan(source, wanted, thumbnail=thumbnail)
    if on_plan is not None:
        on_plan(planned)
    teller = _Teller(on_progress or (lambda _: None))
    try:
        with attempt(order.output, order.sources, order.job.job_id) as folder:
            return _attempt(planned, order, wanted, folder, teller)
    except OSError as error:
        raise storage_error(error) from error


def _checked_metadata(given: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The user's words for metadata.json, before any work: what JSON and UTF-8 cannot say."""
    try:
        text = json.dumps(dict(given), allow_nan=False, ensure_ascii=False)
        read: dict[str, JsonValue] = json.loads(text.encode())
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidRequestError(f"the metadata cannot be written as JSON: {error}") from error
    return read


def _text(path: str) -> str:
    """A path for people: names are bytes, and need not be UTF-8."""
    return os.fsencode(path).decode(errors="replace")


def _refuse_existing(storage: LocalStorage, key: str) -> None:
    if storage.has(key):
        raise ConflictError(f"{key} is there already")


class _Teller:
    """Adds the tasks around the plan's: validation is over when it begins, storing comes last."""

    def __init__(self, on_progress: Callable[[Progress], None]) -> None:
        self._on_progress = on_progress
        self._last = Progress(tasks=())

    def tell(self, progress: Progress) -> None:
        """How far the plan is."""
        self._last = progress
        self._say("pending")

    def storing(self) -> None:
        """The plan is done."""
        self._say("running")

    def stored(self) -> None:
        """Everything is."""
        self._last = self._last.but(fraction=1.0)
        self._say("completed", fraction=1.0)

    def _say(self, status: TaskStatus, fraction: float | None = None) -> None:
        before = TaskProgress(name="validate_video", status="completed", fraction=1.0)
        after = TaskProgress(name="upload_outputs", status=status, fraction=fraction)
        self._on_progress(self._last.but(tasks=(before, *self._last.tasks, after)))


def _attempt(
    planned: Planned, order: _Order, wanted: LadderSettings, folder: Path, teller: _Teller
) -> Result:
    limits = Limits(
        stall_seconds=settings().stall_seconds,
        least_seconds=settings().step_seconds,
        memory_bytes=settings().memory_bytes,
    )
    storage = LocalStorage(order.output, folder)
    _refuse_existing(storage, order.key)  # again, now that nobody else can make it
    executor = Executor(find_ffmpeg().path, folder, limits, order.stop)
    outcome = run_plan(planned.plan, executor, teller.tell)
    if outcome.failure is not None:
        failure = outcome.failure
        order.check_sources()  # then that is the reason
        raise error_of_code(
            failure.code, failure.message, output=failure.output, detail=failure.detail
        )
    order.check_sources()
    teller.storing()
    papers = metadata(order.job, planned.facts.of(SOURCE), wanted, outcome, datetime.now(UTC))
    remove_unmade(executor.out, planned.plan, outcome)
    write_metadata(executor.out, papers)
    _store(order, storage, executor.out, planned.facts.of(SOURCE).container)
    teller.stored()
    return Result(
        job_id=order.job.job_id,
        folder=order.output / order.key,
        outcome=outcome,
        metadata=papers,
    )


def _store(order: _Order, storage: LocalStorage, out: Path, container: str) -> None:
    """The original and the results, or neither."""
    suffix = original_suffix(container, order.job.filename)
    key = f"raw/{order.job.job_id}_original{suffix}"
    kept = False
    try:
        if order.original != "none":
            link = order.original == "link"
            kept = storage.keep_original(order.sources[SOURCE], key, link=link)
            refer_to_original(out, key, order.key)
        order.check_sources()
        if order.stop.is_set():
            raise CancelledError("it was asked to stop")
        storage.publish(out, order.key)
    except BaseException:
        if kept and not storage.has(order.key):
            storage.remove(key)
        raise
