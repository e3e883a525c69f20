"""`reelmill batch`: many conversions by a service, followed to the last one's end."""

import json as jsonlib
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Annotated, Any, Self, cast

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from reelmill.cli.bars import Bars
from reelmill.cli.exits import exit_code
from reelmill.cli.places import AsJson
from reelmill.cli.remote import KeyOption, Remote, ServerOption, chosen, unbroken
from reelmill.cli.stopping import stopping
from reelmill.cli.told import in_our_words
from reelmill.model.errors import InvalidRequestError

if TYPE_CHECKING:
    from reelmill.client import Batch, Client
    from reelmill.model.events import Progress

EXAMPLES = """
Examples:

reelmill batch tonight.json --server https://video.example

reelmill --server https://video.example batch tonight.json --detach
"""
MOST_BARS = 20
"""Of jobs; larger batches are one bar."""


def batch(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.json",
            readable=False,
            help="A body of POST /api/v1/batch, or only the list of its jobs.",
        ),
    ],
    server: ServerOption = None,
    key: KeyOption = None,
    detach: Annotated[
        bool, typer.Option("--detach", help="Leave it to the service; print its id.")
    ] = False,
    json: AsJson = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
) -> None:
    """Have a service do many conversions, and wait for all of them.

    Their inputs are URLs, uploads or files of the service's own machine. The exit code is 0 if all
    of them are completed, else that of the first which is not. Ctrl-C cancels what is not done.
    """
    remote = chosen(context, server, key)
    if remote is None:
        raise InvalidRequestError("a batch is for a service: --server URL")
    body = _read(file)
    ended = _done(remote, body, Console(stderr=True, quiet=quiet), detach=detach)
    if json:
        typer.echo(jsonlib.dumps(ended.document, ensure_ascii=False))
    elif detach:
        typer.echo(ended.batch_id)
    else:
        _print(ended)
    bad = [one for one in ended.jobs if one.get("status") != "completed"]
    if bad and not detach:
        raise typer.Exit(exit_code((bad[0]["error"] or {"code": bad[0]["status"]})["code"]))


def _read(path: Path) -> dict[str, Any]:
    try:
        found: object = jsonlib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidRequestError(f"{path} cannot be read as JSON: {error}") from error
    match found:
        case list():
            return {"jobs": found}
        case {"jobs": list()}:
            return cast("dict[str, Any]", found)
        case _:
            raise InvalidRequestError(f"{path} has no list of jobs")


def _done(remote: Remote, body: dict[str, Any], console: Console, *, detach: bool) -> "Batch":
    from reelmill.client import Client

    with (
        in_our_words(remote.url),
        Client(remote.url, remote.key) as client,
        stopping() as stop,
        Bars(console) as bars,
        Trace(client) as trace,
    ):
        client.check()
        with unbroken(stop):
            trace.batch = client.batches.create(**body)
        if detach:
            return trace.batch
        return client.batches.wait(
            trace.batch.batch_id, on_progress=lambda now: bars.show(_progress(now))
        )


class Trace:
    """The batch, once there is one. A signal cancels it."""

    def __init__(self, client: "Client") -> None:
        self._client = client
        self.batch: Batch | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.batch is not None and isinstance(error, KeyboardInterrupt):
            with suppress(Exception):  # it is at its end, or the service is away
                self._client.batches.cancel(self.batch.batch_id)


def _progress(of: "Batch") -> "Progress":
    from reelmill.model.events import Progress, TaskProgress

    status = of.status if of.final else "running"
    whole = TaskProgress.model_validate(
        {"name": "batch", "status": status, "fraction": of.percent / 100}
    )
    made = [one for one in of.jobs if "job_id" in one]
    return Progress(tasks=(*map(_job, made if len(made) <= MOST_BARS else ()), whole))


def _job(told: dict[str, Any]) -> Any:
    from reelmill.model.events import TaskProgress

    percent = told["progress_percent"]
    status = {"processing": "running", "validating": "running"}.get(told["status"], told["status"])
    fraction = None if percent is None or status == "pending" else percent / 100
    name = f"job_{told['index']}"
    return TaskProgress.model_validate({"name": name, "status": status, "fraction": fraction})


def _print(ended: "Batch") -> None:
    console = Console(highlight=False)
    table = Table("", box=None, pad_edge=False)
    table.add_column("job", no_wrap=True)
    for name in ("status", "file", ""):
        table.add_column(name)
    for one in ended.jobs:
        why: dict[str, str] = one.get("error") or {"message": ""}
        words = [str(one.get(name, "")) for name in ("job_id", "status", "filename")]
        words[1] = words[1] or "refused"
        table.add_row(str(one["index"]), *map(escape, (*words, why["message"])))
    console.print(table)
    counts = [f"{count} {status}" for status, count in ended.counts.items() if count]
    refused = ended.document["refused"]
    console.print(", ".join([*counts, *([f"{refused} refused"] if refused else [])]))
    console.print(ended.batch_id, style="bold")
