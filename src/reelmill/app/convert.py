"""Conversions in the library: a file in, operations on it, a file out."""

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from reelmill.adapters.storage.workplace import workplace
from reelmill.app.configuration import accepted_sandbox, limits
from reelmill.app.operations import Operations, refused
from reelmill.app.placing import Converted, put_in_place, refuse_existing
from reelmill.app.planning import Planned, planned
from reelmill.app.presets import with_preset
from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.ffmpeg.sandbox.selftest import remembered_proof
from reelmill.model.errors import (
    CancelledError,
    InvalidRequestError,
    NotFoundError,
    ReelmillError,
    error_of_code,
)
from reelmill.model.events import Progress
from reelmill.model.results import Outcome
from reelmill.recipes.convert.recipe import ConvertRecipe
from reelmill.recipes.formats import FORMATS, named
from reelmill.recipes.recipe import MAIN
from reelmill.worker.execute import Executor, storage_error
from reelmill.worker.run_plan import run_plan
from reelmill.worker.sources import identity_of


def conversion(
    output: Path | str | None,
    operations: Operations = (),
    settings: Mapping[str, Any] | None = None,
    preset: str | None = None,
) -> ConvertRecipe:
    """The recipe for a file of some name.

    Args:
        output: its extension says the format, unless the settings have one; None: there is none,
            only what operations make beside it.
        operations: as `POST /api/v1/convert` takes them: `{"type": "trim", "start_time": 10}`.
        settings: the recipe's other fields: video, audio, format, subtitles and the like.
        preset: the name of a built-in one, which fills in what is left open.

    Raises:
        InvalidRequestError: an unknown format or preset, or what contradicts itself.
    """
    said: Mapping[str, Any] = {**(settings or {}), "operations": [*operations]}
    if preset is not None:
        said = with_preset(preset, output, said)
    word = said.get("format")
    stem, by_name = named(str(output or ""))
    known = FORMATS.get(str(word).lower(), word) if word is not None else by_name
    if output is None:
        known = None
    elif known is None:
        raise InvalidRequestError(f"{Path(output).suffix or output} is no known format")
    try:
        return ConvertRecipe.model_validate({**said, "format": known, "stem": stem})
    except ValidationError as error:
        raise refused(error) from error


def plan_conversion(
    source: Path | str,
    output: Path | str | None,
    operations: Operations = (),
    *,
    preset: str | None = None,
    **settings: Any,
) -> Planned:
    """What `convert` would do, why, how long it would take and how big it would be.

    Raises:
        ReelmillError: what `convert` raises before it runs anything.
    """
    recipe = conversion(output, operations, settings, preset)
    return planned(recipe, _sources(recipe, Path(source)))


def convert(
    source: Path | str,
    output: Path | str | None,
    operations: Operations = (),
    *,
    preset: str | None = None,
    folder: Path | str = ".",
    overwrite: bool = False,
    on_plan: Callable[[Planned], None] | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    stop: threading.Event | None = None,
    **settings: Any,
) -> Converted:
    """Make a file of another, with operations on the way.

    The output appears whole and verified, or not at all.

    Args:
        source: a file on this machine.
        output: where the result goes; its extension says the format. None: there is none, only
            what operations make beside it: pictures, sheets.
        operations: `{"type": "trim", "start_time": 10, "duration": 5}` and the like, in the order
            in which they are done; files that they name are paths here.
        preset: the name of a built-in one (`reelmill.presets`), which fills in what is left open.
        folder: where the pictures go if there is no output; made if it is missing.
        overwrite: whether what is there may be replaced.
        on_plan: is called once, before anything runs.
        on_progress: is called about four times a second, from this thread.
        stop: ends the run when set.
        settings: the recipe's other fields: video, audio, format, subtitles and the like.

    Raises:
        ReelmillError: InvalidRequestError, UnsupportedMediaError and whatever else is wrong with
            the request or the source; ConflictError where the output exists; CancelledError after
            a stop; whatever ended the work.
    """
    target = Path(output) if output is not None else None
    recipe = conversion(target, operations, settings, preset)
    sources = _sources(recipe, Path(source))
    identities = {name: identity_of(path) for name, path in sources.items()}
    refuse_existing(target, overwrite=overwrite)
    accepted_sandbox(remembered_proof(find_ffmpeg().path))
    made = planned(recipe, sources)
    if on_plan is not None:
        on_plan(made)
    try:
        root = Path(folder) if target is None else target.parent
        with workplace(root.absolute(), sources) as place:
            executor = Executor(find_ffmpeg().path, place, limits(), stop or threading.Event())
            outcome = run_plan(made.plan, executor, on_progress or (lambda _: None))
            for name, path in sources.items():
                if identity_of(path) != identities[name]:
                    raise NotFoundError(f"{path.name} changed while it was being read")
            if outcome.failure is not None:
                raise _error(outcome)
            if executor.stop.is_set():
                raise CancelledError("it was asked to stop")
            return put_in_place(outcome, executor.out, root, target, overwrite=overwrite)
    except OSError as error:
        raise storage_error(error) from error


def _sources(recipe: ConvertRecipe, main: Path) -> dict[str, Path]:
    return {MAIN: main, **{name: Path(word) for name, word in recipe.references.items()}}


def _error(outcome: Outcome) -> ReelmillError:
    failure = outcome.failure
    assert failure is not None  # noqa: S101 - who calls this has looked
    return error_of_code(
        failure.code, failure.message, output=failure.output, detail=failure.detail
    )
