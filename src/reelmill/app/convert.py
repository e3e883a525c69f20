"""Conversions in the library: a file in, operations on it, a file out."""

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from reelmill.adapters.storage.workplace import workplace
from reelmill.app.configuration import accepted_sandbox, limits
from reelmill.app.planning import Planned, planned
from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.ffmpeg.sandbox.selftest import remembered_proof
from reelmill.model.errors import (
    CancelledError,
    ConflictError,
    InvalidRequestError,
    NotFoundError,
    ReelmillError,
    error_of_code,
)
from reelmill.model.events import Progress
from reelmill.model.process import numbered
from reelmill.model.results import Outcome
from reelmill.model.value import Value
from reelmill.recipes.convert.graph import OUTPUT
from reelmill.recipes.convert.recipe import ConvertRecipe
from reelmill.recipes.formats import FORMATS, named
from reelmill.recipes.recipe import MAIN
from reelmill.worker.execute import Executor, storage_error
from reelmill.worker.run_plan import run_plan
from reelmill.worker.sources import identity_of

Operations = Iterable[Mapping[str, Any]]


class Converted(Value):
    """A conversion that is done."""

    path: Path
    """Of the output."""
    others: tuple[Path, ...] = ()
    """Pictures, sheets and the like that operations made beside it."""
    outcome: Outcome


def conversion(
    output: Path | str, operations: Operations = (), settings: Mapping[str, Any] | None = None
) -> ConvertRecipe:
    """The recipe for a file of some name.

    Args:
        output: its extension says the format, unless the settings have one.
        operations: as `POST /api/v1/convert` takes them: `{"type": "trim", "start_time": 10}`.
        settings: the recipe's other fields: video, audio, format, subtitles and the like.

    Raises:
        InvalidRequestError: an unknown format, or what contradicts itself.
    """
    _, by_name = named(str(output))
    said = dict(settings or {})
    word = said.pop("format", None)
    known = FORMATS.get(str(word).lower(), word) if word is not None else by_name
    if known is None:
        raise InvalidRequestError(f"{Path(output).suffix or output} is no known format")
    try:
        return ConvertRecipe.model_validate(
            {**said, "format": known, "operations": tuple(operations)}
        )
    except ValidationError as error:
        first = error.errors()[0]
        where = "/".join(str(one) for one in first["loc"])
        message = str(first["msg"]).removeprefix("Value error, ")
        raise InvalidRequestError(f"{where}: {message}" if where else message) from error


def plan_conversion(
    source: Path | str,
    output: Path | str,
    operations: Operations = (),
    **settings: Any,
) -> Planned:
    """What `convert` would do, why, how long it would take and how big it would be.

    Raises:
        ReelmillError: what `convert` raises before it runs anything.
    """
    recipe = conversion(output, operations, settings)
    return planned(recipe, _sources(recipe, Path(source)))


def convert(
    source: Path | str,
    output: Path | str,
    operations: Operations = (),
    *,
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
        output: where the result goes; its extension says the format.
        operations: `{"type": "trim", "start_time": 10, "duration": 5}` and the like, in the order
            in which they are done; files that they name are paths here.
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
    target = Path(output)
    recipe = conversion(target, operations, settings)
    sources = _sources(recipe, Path(source))
    identities = {name: identity_of(path) for name, path in sources.items()}
    if target.exists() and not overwrite:
        raise ConflictError(f"{target} is there already")
    accepted_sandbox(remembered_proof(find_ffmpeg().path))
    made = planned(recipe, sources)
    if on_plan is not None:
        on_plan(made)
    try:
        with workplace(target.absolute().parent, sources) as folder:
            executor = Executor(find_ffmpeg().path, folder, limits(), stop or threading.Event())
            outcome = run_plan(made.plan, executor, on_progress or (lambda _: None))
            for name, path in sources.items():
                if identity_of(path) != identities[name]:
                    raise NotFoundError(f"{path.name} changed while it was being read")
            if outcome.failure is not None:
                raise _error(outcome)
            if executor.stop.is_set():
                raise CancelledError("it was asked to stop")
            return _placed(outcome, executor.out, target, overwrite=overwrite)
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


def _placed(outcome: Outcome, out: Path, target: Path, *, overwrite: bool) -> Converted:
    """Verified files where they were asked for: those beside it first, the output last."""
    others: list[Path] = []
    for made in outcome.artifacts:
        if made.output != OUTPUT:
            beside = target.parent / f"{target.stem}_{made.path}"
            beside.parent.mkdir(exist_ok=True)
            files = numbered(made.path, made.file_count)
            targets = numbered(str(beside), made.file_count)
            for one, other in zip(files, targets, strict=True):
                _move(out / one, Path(other), overwrite=overwrite)
            others.append(beside)
    main = next((one for one in outcome.artifacts if one.output == OUTPUT), None)
    if main is not None:
        _move(out / main.path, target, overwrite=overwrite)
    return Converted(path=target, others=tuple(others), outcome=outcome)


def _move(made: Path, target: Path, *, overwrite: bool) -> None:
    with made.open("rb") as file:
        os.fsync(file.fileno())
    if overwrite:
        made.replace(target)
        return
    try:
        os.link(made, target)  # unlike a rename, it does not replace what came meanwhile
    except FileExistsError as error:
        raise ConflictError(f"{target} is there already") from error
