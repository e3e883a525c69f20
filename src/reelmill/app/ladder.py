"""The library: recipes, planner, FFmpeg, worker and storage behind three functions.

`probe`, `plan` and `run` are the library; the command line calls the same.
"""

import json
import re
import threading
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, get_args

from pydantic import JsonValue

from reelmill.adapters.storage.local import LocalStorage
from reelmill.adapters.storage.workplace import workplace
from reelmill.app.configuration import accepted_sandbox, limits
from reelmill.app.planning import Planned, planned
from reelmill.ffmpeg.argv import arguments
from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.ffmpeg.sandbox.selftest import remembered_proof
from reelmill.local_run import (
    Order,
    Result,
    Teller,
    refuse_existing,
    run_order,
    text_of,
)
from reelmill.model.errors import InvalidRequestError
from reelmill.model.events import Progress
from reelmill.model.jobs import Job
from reelmill.model.process import Process
from reelmill.planner.explain import tree as explain
from reelmill.recipes.ladder.graph import PICTURE_SOURCE
from reelmill.recipes.ladder.recipe import LadderRecipe
from reelmill.recipes.ladder.settings import RUNGS, LadderSettings
from reelmill.recipes.recipe import MAIN, Recipe
from reelmill.worker.execute import storage_error
from reelmill.worker.sources import identity_of

__all__ = [
    "RUNGS",
    "LadderSettings",
    "Planned",
    "Result",
    "command",
    "explain",
    "plan",
    "run",
    "storage_error",
]

Original = Literal["copy", "link", "none"]
"""What becomes of the source: copied into the storage, linked from it, or left where it is."""

JOB_ID = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"


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
    return planned(_recipe(ladder_settings), _paths(source, thumbnail))


def command(process: Process, sources: Mapping[str, str]) -> list[str]:
    """The command line of a process, as one could type it."""
    return [str(find_ffmpeg().path), *arguments(process, sources)]


def run(
    source: Path | str,
    output: Path | str,
    ladder_settings: LadderSettings | None = None,
    *,
    recipe: Recipe | None = None,
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
        recipe: what to make instead of a ladder: a stream, as of `reelmill.stream`.
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
        filename=text_of(Path(source).name),
        user_metadata=_checked_metadata(user_metadata or {}),
    )
    sources = _paths(source, thumbnail)
    order = Order(
        job=job,
        sources=sources,
        identities={name: identity_of(path) for name, path in sources.items()},
        output=Path(output),
        recipe=recipe or _recipe(ladder_settings),
        original=original,
        stop=stop or threading.Event(),
    )
    refuse_existing(LocalStorage(order.output, order.output), order.key)
    accepted_sandbox(remembered_proof(find_ffmpeg().path))
    compiled = planned(order.recipe, sources)
    if on_plan is not None:
        on_plan(compiled)
    teller = Teller(on_progress or (lambda _: None))
    try:
        with workplace(order.output, order.sources, order.job.job_id) as folder:
            return run_order(
                order, compiled.plan, compiled.facts.of(MAIN), limits(), folder, teller
            )
    except OSError as error:
        raise storage_error(error) from error


def _recipe(settings: LadderSettings | None) -> LadderRecipe:
    return LadderRecipe.model_validate(dict(settings or LadderSettings()))


def _paths(source: Path | str, thumbnail: Path | str | None) -> dict[str, Path]:
    paths = {MAIN: Path(source)}
    return paths if thumbnail is None else {**paths, PICTURE_SOURCE: Path(thumbnail)}


def _checked_metadata(given: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The user's words for metadata.json, before any work: what JSON and UTF-8 cannot say."""
    try:
        text = json.dumps(dict(given), allow_nan=False, ensure_ascii=False)
        read: dict[str, JsonValue] = json.loads(text.encode())
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidRequestError(f"the metadata cannot be written as JSON: {error}") from error
    return read
