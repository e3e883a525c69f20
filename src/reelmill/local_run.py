"""One job on this machine, from an order to stored results, with no service around it."""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import JsonValue, field_serializer

from reelmill.adapters.storage.local import LocalStorage
from reelmill.adapters.storage.workplace import owe
from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.model.errors import (
    CancelledError,
    ConflictError,
    InputUnreadableError,
    NotFoundError,
    error_of_code,
)
from reelmill.model.events import Progress, TaskProgress
from reelmill.model.facts import SourceFacts
from reelmill.model.jobs import Identity, Job
from reelmill.model.results import Outcome, TaskStatus
from reelmill.model.steps import Plan
from reelmill.model.value import Value
from reelmill.recipes.ladder.validate import original_suffix
from reelmill.recipes.recipe import MAIN, Recipe
from reelmill.worker.execute import Executor, Limits
from reelmill.worker.finish import refer_to_original, remove_unmade, write_metadata
from reelmill.worker.run_plan import run_plan
from reelmill.worker.sources import identity_of


def text_of(path: str) -> str:
    """A path for people: names are bytes, and need not be UTF-8."""
    return os.fsencode(path).decode(errors="replace")


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
        return text_of(str(folder))


@dataclass(frozen=True)
class Order:
    """What `run` was called with."""

    job: Job
    sources: dict[str, Path]
    identities: dict[str, Identity | None]
    """Of the sources, before they were looked at."""
    output: Path
    recipe: Recipe
    original: str
    stop: threading.Event

    @property
    def key(self) -> str:
        """Where the results go."""
        return f"processed/{self.job.job_id}"

    def check_sources(self) -> None:
        """Refuse what was made of files that are no longer what was probed."""
        for name, path in self.sources.items():
            now = identity_of(path)
            if now is None:
                raise NotFoundError(f"{text_of(str(path))} went away while it was being read")
            if now != self.identities[name]:
                raise InputUnreadableError(f"{text_of(str(path))} changed while it was being read")


def refuse_existing(storage: LocalStorage, key: str) -> None:
    """Nothing is overwritten.

    Raises:
        ConflictError: something is there.
    """
    if storage.has(key):
        raise ConflictError(f"{key} is there already")


class Teller:
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


def run_order(
    order: Order, plan: Plan, facts: SourceFacts, limits: Limits, folder: Path, teller: Teller
) -> Result:
    """Run a plan in an attempt's folder, and store what it made, whole or not at all.

    Raises:
        ReelmillError: whatever ended it; nothing is stored then.
        OSError: the storage cannot be written.
    """
    storage = LocalStorage(order.output, folder)
    refuse_existing(storage, order.key)  # again, now that nobody else can make it
    executor = Executor(find_ffmpeg().path, folder, limits, order.stop)
    outcome = run_plan(plan, executor, teller.tell)
    if outcome.failure is not None:
        failure = outcome.failure
        order.check_sources()  # then that is the reason
        raise error_of_code(
            failure.code, failure.message, output=failure.output, detail=failure.detail
        )
    order.check_sources()
    teller.storing()
    papers = order.recipe.papers(order.job, {MAIN: facts}, outcome, datetime.now(UTC))
    remove_unmade(executor.out, plan, outcome)
    write_metadata(executor.out, papers)
    _store(order, storage, folder, executor.out, facts.container)
    teller.stored()
    return Result(
        job_id=order.job.job_id,
        folder=order.output / order.key,
        outcome=outcome,
        metadata=papers,
    )


def _store(order: Order, storage: LocalStorage, folder: Path, out: Path, container: str) -> None:
    """The original and the results, or neither."""
    suffix = original_suffix(container, order.job.filename)
    key = f"raw/{order.job.job_id}_original{suffix}"
    kept = False
    try:
        if order.original != "none":
            link = order.original == "link"
            if not storage.has(key):
                owe(folder, key, until=order.key)
            kept = storage.keep_original(order.sources[MAIN], key, link=link)
            refer_to_original(out, key, order.key)
        order.check_sources()
        if order.stop.is_set():
            raise CancelledError("it was asked to stop")
        storage.publish(out, order.key)
    except BaseException:
        if kept and not storage.has(order.key):
            storage.remove(key)
        raise
