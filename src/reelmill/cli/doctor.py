"""`reelmill doctor`: can this host do the work, and if not, what is missing?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from reelmill.doctor import Findings


EXAMPLES = """
Examples:

reelmill doctor

reelmill doctor --json | jq .encoders
"""


def doctor(
    json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Check this host: FFmpeg, encoders that really work, fonts, disk. Exit code 1: no ladder."""
    from reelmill.doctor import examine

    findings = examine(Path.cwd())
    if json:
        typer.echo(findings.to_json())
    else:
        _print(findings)
    if not findings.ladder:
        raise typer.Exit(1)


def _print(found: "Findings") -> None:
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    fonts = f"{found.font_count} ({', '.join(found.fonts)})" if found.font_count else "none"
    missing = "\n".join(f"{name}: {why}" for name, why in found.missing.items())
    rows = {
        "FFmpeg": f"{found.ffmpeg_version} ({found.ffmpeg_licence})\n{found.ffmpeg_path}",
        "encoders": ", ".join(found.encoders) or "none",
        "hardware": ", ".join(found.hardware) or "none that works",
        "missing": missing or "nothing",
        "fonts": fonts,
        "sandbox": "\n".join((found.sandbox, *found.sandbox_holes)),
        "disk": f"{found.disk_free_bytes / 2**30:.1f} GiB free",
        "CPUs": str(found.cpu_count),
        "Python": f"{found.python_version}, PyAV {found.pyav_version}",
    }
    for name, value in rows.items():
        table.add_row(name, escape(value))
    console = Console(highlight=False)
    console.print(table)
    ready = "[green]ready[/]: the ladder can run here"
    console.print(ready if found.ladder else "[red]the ladder cannot run here[/]")
