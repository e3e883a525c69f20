"""Analyses in the library: how close one file is to another."""

import json
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import JsonValue, ValidationError

from reelmill.adapters.storage.workplace import workplace
from reelmill.app.configuration import accepted_sandbox, limits
from reelmill.app.planning import planned
from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.ffmpeg.sandbox.selftest import remembered_proof
from reelmill.model.errors import (
    CancelledError,
    InvalidRequestError,
    NotFoundError,
    error_of_code,
)
from reelmill.model.events import Progress
from reelmill.model.metrics import Metric
from reelmill.model.results import Outcome, Pooled
from reelmill.model.steps import Notice
from reelmill.model.value import Value
from reelmill.recipes.analyze.recipe import OUTPUT, REFERENCE, AnalyzeRecipe
from reelmill.recipes.operations.analysis import USUAL_METRICS
from reelmill.recipes.recipe import MAIN
from reelmill.worker.execute import Executor, storage_error
from reelmill.worker.run_plan import run_plan
from reelmill.worker.sources import identity_of


class Analyzed(Value):
    """What was found."""

    metrics: dict[Metric, Pooled]
    frame_count: int
    model: str | None
    """Of VMAF, as libvmaf calls it."""
    approximate: str | None
    """What was left out, and what that costs."""
    frames: tuple[dict[str, float], ...]
    """Of every frame: its number, and what was measured of it."""
    warnings: tuple[Notice, ...]


def analyze(
    distorted: Path | str,
    reference: Path | str | None = None,
    metrics: Iterable[str] | None = None,
    *,
    mode: str = "exact",
    on_progress: Callable[[Progress], None] | None = None,
    stop: threading.Event | None = None,
) -> Analyzed:
    """Hold a file against a reference, frame by frame.

    Args:
        distorted: what is judged.
        reference: what it was made of; None: what it shows by itself, blur and blockiness.
        metrics: of vmaf, psnr, ssim, ms-ssim; None: the first three.
        mode: exact; or fast, which looks at every fifth frame for VMAF and MS-SSIM.
        on_progress: is called about four times a second, from this thread.
        stop: ends the run when set.

    Raises:
        ReelmillError: InvalidRequestError, UnsupportedMediaError and whatever else is wrong with
            the request or the files; CancelledError after a stop; whatever ended the work.
    """
    sources = {MAIN: Path(distorted)}
    if reference is not None:
        sources[REFERENCE] = Path(reference)
    elif metrics is not None:
        raise InvalidRequestError(f"{', '.join(metrics)} compare: give a reference")
    try:
        wanted = tuple(metrics) if metrics is not None else USUAL_METRICS
        recipe = AnalyzeRecipe.model_validate({"metrics": wanted, "mode": mode})
    except ValidationError as error:
        raise InvalidRequestError(str(error.errors()[0]["msg"])) from error
    identities = {name: identity_of(path) for name, path in sources.items()}
    accepted_sandbox(remembered_proof(find_ffmpeg().path))
    plan = planned(recipe, sources).plan
    try:
        with TemporaryDirectory() as place, workplace(Path(place), sources) as folder:
            executor = Executor(find_ffmpeg().path, folder, limits(), stop or threading.Event())
            outcome = run_plan(plan, executor, on_progress or (lambda _: None))
            for name, path in sources.items():
                if identity_of(path) != identities[name]:
                    raise NotFoundError(f"{path.name} changed while it was being read")
            if executor.stop.is_set():
                raise CancelledError("it was asked to stop")
            return _told(outcome, executor.out)
    except OSError as error:
        raise storage_error(error) from error


def _told(outcome: Outcome, out: Path) -> Analyzed:
    failure = outcome.failure
    if failure is not None:
        raise error_of_code(
            failure.code, failure.message, output=failure.output, detail=failure.detail
        )
    made = outcome.artifact(OUTPUT)
    assert made is not None  # noqa: S101 - it is required, so it was made
    written: dict[str, JsonValue] = json.loads((out / made.path).read_text(encoding="ascii"))
    (quality,) = outcome.qualities
    return Analyzed.model_validate(
        {
            "metrics": quality.metrics,
            "frame_count": quality.frame_count,
            "model": quality.model,
            "approximate": quality.approximate,
            "frames": written["frames"],
            "warnings": outcome.warnings,
        }
    )
