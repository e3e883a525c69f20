"""`reelmill db`, `cleanup` and `settings`: looking after a service."""

import json as jsonlib
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from reelmill.cli.places import AsJson, DataDir, folder_of, with_stores
from reelmill.model.errors import ConflictError

if TYPE_CHECKING:
    from reelmill.app.stores import Stores

db = typer.Typer(name="db", help="The database of a service.", no_args_is_help=True)


@db.command()
def upgrade(data_dir: DataDir = None) -> None:
    """Bring the database up to this version; `serve` and `worker` do so by themselves."""
    from reelmill.app.stores import make_data_dir, state_of_database

    folder = folder_of(data_dir)
    make_data_dir(folder)
    state = state_of_database(folder)
    typer.echo(f"{state.current} is the newest")


@db.command()
def check(data_dir: DataDir = None) -> None:
    """Whether the database is of this version. Exit code 2: it is not."""
    from reelmill.app.stores import state_of_database

    state = state_of_database(folder_of(data_dir))
    if state.current != state.head:
        there = state.current or "nothing"
        raise ConflictError(f"the database is at {there}, this version needs {state.head}")
    if not state.agrees:
        raise ConflictError(f"the database is not as it should be: {state.differences[0]}")
    typer.echo(f"{state.current} is the newest, and as it should be")


def cleanup(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would be removed.")
    ] = False,
    data_dir: DataDir = None,
    json: AsJson = False,
) -> None:
    """Remove what is to be kept no longer, and files without a job. The service does so hourly."""
    from reelmill.app.stores import cleaning

    console = Console(highlight=False, soft_wrap=True)

    async def cleaned(stores: "Stores") -> list[dict[str, str]]:
        found: list[dict[str, str]] = []
        async for one in cleaning(stores, dry_run=dry_run):
            found.append(asdict(one))
            if not json:
                console.print(f"{one.kind} {escape(one.what)}: {one.why}")
        return found

    found = with_stores(data_dir, cleaned)
    if json:
        typer.echo(jsonlib.dumps(found))
        return
    console.print(f"{len(found)} {'would be ' if dry_run else ''}removed")


def settings(json: AsJson = False) -> None:
    """Every setting, its value, where that comes from, and what it is for."""
    from reelmill.app.configuration import listed

    found = listed()
    if json:
        typer.echo(jsonlib.dumps([one.shown() for one in found]))
        return
    console = Console(highlight=False)
    for one in found:
        style = "" if one.source == "default" else "bold"
        console.print(f"{one.name}={one.value}  ({one.source})", style=style, markup=False)
        console.print(f"    {escape(one.meaning)}", style="dim")
