"""`reelmill`: the commands, and what their errors and exit codes are."""

import atexit
import gc
import io
import json
import sys
from typing import NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape

from reelmill.cli.analyze import EXAMPLES as ANALYZE_EXAMPLES
from reelmill.cli.analyze import analyze
from reelmill.cli.batch import EXAMPLES as BATCH_EXAMPLES
from reelmill.cli.batch import batch
from reelmill.cli.convert import EXAMPLES as CONVERT_EXAMPLES
from reelmill.cli.convert import convert
from reelmill.cli.doctor import EXAMPLES as DOCTOR_EXAMPLES
from reelmill.cli.doctor import doctor
from reelmill.cli.exits import EPILOG, exit_code
from reelmill.cli.jobs import jobs
from reelmill.cli.keys import keys
from reelmill.cli.plan import EXAMPLES as PLAN_EXAMPLES
from reelmill.cli.plan import plan
from reelmill.cli.presets import EXAMPLES as PRESETS_EXAMPLES
from reelmill.cli.presets import presets
from reelmill.cli.probe import EXAMPLES as PROBE_EXAMPLES
from reelmill.cli.probe import probe
from reelmill.cli.remote import KeyOption, ServerOption, remote_of
from reelmill.cli.run import EXAMPLES as RUN_EXAMPLES
from reelmill.cli.run import run
from reelmill.cli.serve import EXAMPLES as SERVE_EXAMPLES
from reelmill.cli.serve import serve, worker
from reelmill.cli.stopping import Stopped
from reelmill.cli.upkeep import cleanup, db, settings
from reelmill.model.errors import ReelmillError

GARBAGE_AFTER = 10_000
"""Objects made and not dropped; Python's usual 700 has a start looked through over and over."""

app = typer.Typer(
    name="reelmill",
    help="Video in, verified streaming ladders out.",
    epilog=EPILOG,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
app.command(epilog=RUN_EXAMPLES)(run)
app.command(epilog=CONVERT_EXAMPLES)(convert)
app.command(epilog=BATCH_EXAMPLES)(batch)
app.command(epilog=PRESETS_EXAMPLES)(presets)
app.command(epilog=ANALYZE_EXAMPLES)(analyze)
app.command(epilog=PLAN_EXAMPLES)(plan)
app.command(epilog=PROBE_EXAMPLES)(probe)
app.command(epilog=DOCTOR_EXAMPLES)(doctor)
app.command(epilog=SERVE_EXAMPLES)(serve)
app.command()(worker)
app.add_typer(jobs)
app.add_typer(keys)
app.add_typer(db)
app.command()(cleanup)
app.command()(settings)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"reelmill {version('reelmill')}")
        raise typer.Exit


@app.callback()
def reelmill(
    context: typer.Context,
    server: ServerOption = None,
    key: KeyOption = None,
    _: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version."
    ),
) -> None:
    """Video in, verified streaming ladders out."""
    if server is not None:
        context.obj = remote_of(server, key, context.invoked_subcommand)


def main() -> None:
    """Run the command line; every error of the domain becomes an exit code and a sentence."""
    gc.set_threshold(GARBAGE_AFTER)
    atexit.register(gc.freeze)  # or all that was imported is looked through once more, for nothing
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # file names are bytes, and need not be UTF-8
            stream.reconfigure(errors="surrogateescape")
    try:
        app(prog_name="reelmill")
    except ReelmillError as error:
        _give_up(error)
    except ValidationError as error:
        from reelmill.model.errors import InvalidRequestError

        _give_up(InvalidRequestError(_sentence(error)))
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)


def _sentence(error: ValidationError) -> str:
    """The first thing that is wrong, with the name of what it is about."""
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    message = first["msg"].removeprefix("Value error, ")
    return f"{where}: {message}" if where else message


def _give_up(error: ReelmillError) -> NoReturn:
    if "--json" in sys.argv:
        document = {
            "code": error.code,
            "message": error.message,
            "output": error.output,
            "retryable": error.retryable,
            "detail": error.detail,
        }
        typer.echo(json.dumps({"error": document}))
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    about = f" [bold]{escape(error.output)}[/]:" if error.output else ""
    console.print(f"[red]{error.code}[/]:{about} {escape(_visible(error.message))}")
    if error.detail:
        console.print(escape(_visible(error.detail)), style="dim")
    sys.exit(error.exit_code if isinstance(error, Stopped) else exit_code(error.code))


def _visible(text: str) -> str:
    """Without what a terminal would obey: names of files may hold anything."""
    plain = (
        sign if sign.isprintable() or sign == "\n" else sign.encode("unicode_escape").decode()
        for sign in text
    )
    return "".join(plain)
