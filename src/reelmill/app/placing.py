"""Where the verified files of a conversion go."""

import os
from collections.abc import Iterable
from contextlib import AbstractContextManager
from pathlib import Path

from reelmill.adapters.storage.workplace import workplace
from reelmill.model.errors import ConflictError
from reelmill.model.process import numbered
from reelmill.model.results import Outcome
from reelmill.model.value import Value
from reelmill.recipes.convert.graph import OUTPUT


class Converted(Value):
    """A conversion that is done."""

    path: Path
    """Of the output; without one, of the folder that the others are in."""
    others: tuple[Path, ...] = ()
    """Pictures, sheets and the like that operations made beside it."""
    outcome: Outcome


def refuse_existing(output: Path | None, *, overwrite: bool) -> None:
    """Look before the work.

    Raises:
        ConflictError: the output is there already, and may not be replaced.
    """
    if output is not None and output.exists() and not overwrite:
        raise ConflictError(f"{output} is there already")


def on_the_way(folder: Path) -> AbstractContextManager[Path]:
    """A place for what is to be moved to a folder, on its file system; gone afterwards.

    Raises:
        InvalidRequestError: nothing can be made there.
    """
    return workplace(folder.absolute(), {})


def put_in_place(
    outcome: Outcome, made: Path, folder: Path, output: Path | None, *, overwrite: bool
) -> Converted:
    """Move what was made: what stands beside the output first, the output last.

    Args:
        outcome: of the conversion, which names the files.
        made: the folder that they are in, on the same file system.
        folder: where those beside the output go.
        output: where it goes itself; None: there is none.
        overwrite: whether what is there may be replaced.

    Raises:
        ConflictError: something is there already.
    """
    moves: list[tuple[Path, Path]] = []
    others: list[Path] = []
    for one in outcome.artifacts:
        if one.output != OUTPUT:
            beside = folder / (one.path if output is None else f"{output.stem}_{one.path}")
            files = numbered(one.path, one.file_count)
            targets = numbered(str(beside), one.file_count)
            moves += [(made / name, Path(to)) for name, to in zip(files, targets, strict=True)]
            others.append(beside)
    main = next((one for one in outcome.artifacts if one.output == OUTPUT), None)
    if main is not None and output is not None:
        moves.append((made / main.path, output))
    _move(moves, overwrite=overwrite)
    return Converted(
        path=folder if output is None else output, others=tuple(others), outcome=outcome
    )


def _move(moves: Iterable[tuple[Path, Path]], *, overwrite: bool) -> None:
    there = next((to for _, to in moves if to.exists() and not overwrite), None)
    if there is not None:
        raise ConflictError(f"{there} is there already")
    for made, to in moves:
        to.parent.mkdir(parents=True, exist_ok=True)
        with made.open("rb") as file:
            os.fsync(file.fileno())
        if overwrite:
            made.replace(to)
            continue
        try:
            os.link(made, to)  # unlike a rename, it does not replace what came meanwhile
        except FileExistsError as error:
            raise ConflictError(f"{to} is there already") from error
