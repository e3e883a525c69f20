"""`reelmill analyze`: how close one file is to another."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from reelmill.cli.bars import Bars
from reelmill.cli.stopping import stopping

if TYPE_CHECKING:
    from reelmill.app.analyze import Analyzed

EXAMPLES = """
Examples:

reelmill analyze small.mp4 --reference film.mov

reelmill analyze small.mp4 --reference film.mov --metrics vmaf,ms-ssim --mode fast

reelmill analyze film.mov

reelmill analyze small.mp4 --reference film.mov --json | jq .metrics.vmaf.mean
"""


class Mode(StrEnum):
    """How thorough it is."""

    EXACT = "exact"
    FAST = "fast"


def analyze(
    distorted: Annotated[
        Path, typer.Argument(metavar="DISTORTED", readable=False, help="What is judged.")
    ],
    reference: Annotated[
        Path | None,
        typer.Option("--reference", "-r", readable=False, help="What it was made of."),
    ] = None,
    metrics: Annotated[
        str | None,
        typer.Option(metavar="NAME,...", help="Of vmaf, psnr, ssim, ms-ssim; the first three."),
    ] = None,
    mode: Annotated[
        Mode, typer.Option(help="fast: every fifth frame, for VMAF and MS-SSIM.")
    ] = Mode.EXACT,
    json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Show no progress.")] = False,
) -> None:
    """Measure how close a file is to a reference: VMAF, PSNR, SSIM, MS-SSIM, in one pass.

    It is scaled to the reference's size and shown at its rate, both from their first frames.
    Without a reference: how blurred and how blocky it is.
    """
    wanted = [one.strip() for one in metrics.split(",")] if metrics is not None else None
    with stopping() as stop, Bars(Console(stderr=True, quiet=quiet)) as bars:
        from reelmill.app.analyze import analyze as measure

        found = measure(
            distorted, reference, wanted, mode=mode, on_progress=bars.show, stop=stop.event
        )
    if json:
        typer.echo(found.to_json())
    else:
        _print(found)


def _print(found: "Analyzed") -> None:
    console = Console(highlight=False)
    table = Table("metric", "mean", "min", "harmonic mean")
    for name, pooled in found.metrics.items():
        values = (pooled.mean, pooled.min, pooled.harmonic_mean)
        table.add_row(name, *(f"{value:.4f}" for value in values))
    console.print(table)
    console.print(f"{found.frame_count} frames")
    if found.approximate is not None:
        console.print(f"[yellow]approximate[/]: {escape(found.approximate)}")
    for warning in found.warnings:
        console.print(f"[yellow]warning[/] {warning.code}: {escape(warning.message)}")
