"""`reelmill convert`: one file becomes another."""

import json as json_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from reelmill.cli.bars import Bars, clock
from reelmill.cli.closing import size, what
from reelmill.cli.convert_there import Fields, Wish, convert_there
from reelmill.cli.remote import REMOTE, Remote, refuse
from reelmill.cli.stopping import stopping
from reelmill.model.errors import InvalidRequestError

if TYPE_CHECKING:
    from reelmill.app.placing import Converted

EXAMPLES = """
Examples:

reelmill convert talk.mov talk.mp4

reelmill convert talk.mp4 part.webm --do trim,start_time=1:30,duration=10

reelmill convert talk.mp4 small.mp4 --do compress,target_size=25MB --do trim,end_time=60

reelmill convert talk.mkv talk.mp4 --video codec=copy --audio codec=aac,bitrate=160k

reelmill convert talk.mp4 talk.gif --operations chain.json --json

reelmill convert talk.mov talk.mp4 --preset web-720p

reelmill convert talk.mp4 --do thumbnail,count=5 -o pictures

reelmill --server https://video.example convert talk.mov talk.mp4
"""
FETCHED: dict[str, str] = dict.fromkeys(
    ("into", "overwrite"), "makes no sense with --detach: nothing is fetched"
)
"""Options that say where things go here, and why they are refused when nothing comes."""


def convert(
    context: typer.Context,
    source: Annotated[
        str, typer.Argument(metavar="INPUT", help="The file; a URL too, with --server.")
    ],
    output: Annotated[
        Path | None,
        typer.Argument(
            metavar="OUTPUT",
            readable=False,
            show_default=False,
            help="Its extension is the format. Without it: only the pictures that operations make.",
        ),
    ] = None,
    do: Annotated[
        list[str] | None,
        typer.Option("--do", metavar="TYPE,FIELD=VALUE,...", help="An operation; again for more."),
    ] = None,
    operations: Annotated[
        Path | None,
        typer.Option("--operations", readable=False, help="A JSON list of operations."),
    ] = None,
    video: Annotated[
        str | None, typer.Option("--video", metavar="FIELD=VALUE,...", help="codec, crf, ...")
    ] = None,
    audio: Annotated[
        str | None, typer.Option("--audio", metavar="FIELD=VALUE,...", help="codec, bitrate, ...")
    ] = None,
    preset: Annotated[
        str | None,
        typer.Option("--preset", metavar="NAME", help="Fills in the rest: `reelmill presets`."),
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option(
            "--into",
            "-o",
            metavar="DIR",
            readable=False,
            show_default=False,
            help="Where the pictures go without an OUTPUT; by default here.",
        ),
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace what is there.")] = False,
    detach: Annotated[
        bool,
        typer.Option("--detach", help="With --server: leave the job to the service; print its id."),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
) -> None:
    """Convert a file to another format, with operations on the way.

    OUTPUT appears whole and verified, or not at all. The operations are those of POST
    /api/v1/convert; they are done in their order. With --server a service does them: INPUT and
    the files that operations name are sent there, or fetched by it, and the result comes here.
    """
    chain = [*_read(operations), *(_operation(one) for one in do or ())]
    if output is not None and into is not None:
        raise InvalidRequestError("--into is for pictures without an OUTPUT")
    console = Console(stderr=True, quiet=quiet)
    remote = context.find_object(Remote)
    refuse(context, REMOTE if remote is None else FETCHED if detach else {})
    wish = Wish(
        source=source,
        output=output,
        folder=into or Path(),
        operations=chain,
        video=_fields(video or ""),
        audio=_fields(audio or ""),
        preset=preset,
        overwrite=overwrite,
    )
    if remote is None:
        done = _convert_here(wish, console)
    else:
        done = convert_there(remote, wish, console, detach=detach, json=json)
    if done is None:
        return
    if json:
        typer.echo(done.to_json())
    else:
        _print(done, with_output=output is not None)


def _convert_here(wish: Wish, console: Console) -> "Converted":
    with stopping() as stop, Bars(console) as bars:
        from reelmill.app.convert import convert as make

        return make(
            wish.source,
            wish.output,
            wish.operations,
            preset=wish.preset,
            folder=wish.folder,
            overwrite=wish.overwrite,
            on_progress=bars.show,
            stop=stop.event,
            video=wish.video,
            audio=wish.audio,
        )


def _read(path: Path | None) -> list[Fields]:
    if path is None:
        return []
    try:
        found: object = json_module.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidRequestError(f"{path} cannot be read as JSON: {error}") from error
    if not isinstance(found, list):
        raise InvalidRequestError(f"{path} is no list of operations")
    return found  # pyright: ignore[reportUnknownVariableType] - held against the recipe's fields


def _operation(text: str) -> Fields:
    kind, _, rest = text.partition(",")
    return {"type": kind, **_fields(rest)}


def _fields(text: str) -> Fields:
    """FIELD=VALUE,...: what is a number, true, false or JSON in quotes is that, else it is text."""
    fields: Fields = {}
    for pair in filter(None, text.split(",")):
        name, sign, value = pair.partition("=")
        if not sign:
            raise InvalidRequestError(f"{pair!r} is no FIELD=VALUE")
        try:
            fields[name.strip()] = json_module.loads(value)
        except ValueError:
            fields[name.strip()] = value
    return fields


def _print(done: "Converted", *, with_output: bool) -> None:
    console = Console(highlight=False)
    for made in done.outcome.artifacts:
        words = [what(made), size(made.size_bytes)]
        if made.duration_seconds is not None:
            words.append(f"{made.duration_seconds:g} s")
        console.print(f"{escape(made.path)}: {', '.join(filter(None, words))}")
    for warning in done.outcome.warnings:
        console.print(f"[yellow]warning[/] {warning.code}: {escape(warning.message)}")
    console.print(f"done in {clock(done.outcome.wall_seconds)}:")
    for path in (*done.others, *([done.path] if with_output else [])):
        console.print(escape(str(path)), style="bold", soft_wrap=True)
