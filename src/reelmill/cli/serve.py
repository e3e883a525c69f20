"""`reelmill serve` and `reelmill worker`: the service, in one process or in several."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape

from reelmill.cli.places import DataDir, folder_of

if TYPE_CHECKING:
    from reelmill.app.serve import Started

EXAMPLES = """
Examples:

reelmill serve

reelmill serve --host 0.0.0.0 --port 80 --data-dir /srv/reelmill --no-worker

reelmill worker --data-dir /srv/reelmill
"""

Host = Annotated[str | None, typer.Option("--host", help="The address to listen on.")]
Port = Annotated[
    int | None, typer.Option("--port", min=0, max=65535, help="The port; 0: any that is free.")
]


def serve(
    host: Host = None,
    port: Port = None,
    data_dir: DataDir = None,
    no_worker: Annotated[
        bool, typer.Option("--no-worker", help="Only answer; `reelmill worker` does the work.")
    ] = False,
) -> None:
    """Answer requests and do the work, until Ctrl-C or TERM.

    Makes its data folder on the first start, and prints a key for the administrator, once.
    """
    _run(host, port, data_dir, interface=True, work=not no_worker)


def worker(data_dir: DataDir = None) -> None:
    """Do the work of a service whose data folder this is, until Ctrl-C or TERM."""
    _run(None, None, data_dir, interface=False, work=True)


def _run(
    host: str | None, port: int | None, data_dir: Path | None, *, interface: bool, work: bool
) -> None:
    from reelmill.app.configuration import settings
    from reelmill.app.serve import serve as run_service

    asyncio.run(
        run_service(
            folder_of(data_dir),
            host or settings().host,
            settings().port if port is None else port,
            interface=interface,
            work=work,
            on_start=_tell,
        )
    )


def _tell(started: "Started") -> None:
    console = Console(highlight=False, soft_wrap=True)
    if started.url is None:
        console.print(f"working in {escape(str(started.data_dir))}")
        return
    console.print(f"listening on [bold]{started.url}[/]")
    console.print(f"  documentation  {started.url}/docs")
    console.print(f"  health         {started.url}/health")
    console.print(f"  data           {escape(str(started.data_dir.absolute()))}")
    if started.first_key is not None:
        console.print(f"  admin key      [bold]{started.first_key}[/]  (shown this once)")
