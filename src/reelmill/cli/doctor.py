"""`reelmill doctor`: can this host do the work, and if not, what is missing?"""

import json as jsonlib
import platform
from pathlib import Path
from typing import Annotated, Any

import av
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from reelmill.cli.doctor_host import find_fonts, free_bytes
from reelmill.ffmpeg.capabilities import SOFTWARE, probe_capabilities, why_not
from reelmill.ffmpeg.locate import find_ffmpeg, read_licence

_LADDER_ENCODERS = {"libx264", "aac"}
_LADDER_FILTERS = {"scale", "fps", "format", "setsar", "aresample", "split"}


def doctor(
    json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Check this host: FFmpeg, encoders that really work, fonts, disk. Exit code 1: no ladder."""
    findings = examine()
    if json:
        typer.echo(jsonlib.dumps(findings))
    else:
        _print(findings)
    if not findings["ladder"]:
        raise typer.Exit(1)


def examine() -> dict[str, Any]:
    """What the doctor found, ready for JSON.

    Raises:
        FfmpegUnavailableError: there is no FFmpeg to examine.
    """
    ffmpeg = find_ffmpeg()
    capabilities = probe_capabilities(ffmpeg)
    encoders, filters = set(capabilities.encoders), set(capabilities.filters)
    missing = {
        name: why_not(ffmpeg, name) or "works only sometimes"
        for name in SOFTWARE
        if name not in encoders
    }
    missing |= dict.fromkeys(sorted(_LADDER_FILTERS - filters), "no such filter")
    fonts = find_fonts()
    return {
        "ladder": encoders >= _LADDER_ENCODERS and filters >= _LADDER_FILTERS,
        "ffmpeg": {
            "path": str(ffmpeg.path),
            "version": ffmpeg.version,
            "licence": read_licence(ffmpeg),
        },
        "encoders": list(capabilities.encoders),
        "missing": missing,
        "fonts": {"count": fonts.count, "names": list(fonts.names)},
        "disk_free_bytes": free_bytes(Path.cwd()),
        "cpu_count": capabilities.cpu_count,
        "python": platform.python_version(),
        "pyav": av.__version__,
    }


def _print(findings: dict[str, Any]) -> None:
    ffmpeg, fonts = findings["ffmpeg"], findings["fonts"]
    hardware = [name for name in findings["encoders"] if name not in SOFTWARE]
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column()
    table.add_column(overflow="fold")
    rows = {
        "FFmpeg": f"{ffmpeg['version']} ({ffmpeg['licence']})\n{ffmpeg['path']}",
        "encoders": ", ".join(findings["encoders"]) or "none",
        "hardware": ", ".join(hardware) or "none that works",
        "missing": "\n".join(f"{name}: {why}" for name, why in findings["missing"].items()) or "-",
        "fonts": f"{fonts['count']} ({', '.join(fonts['names'])})" if fonts["count"] else "none",
        "disk": f"{findings['disk_free_bytes'] / 2**30:.1f} GiB free",
        "CPUs": str(findings["cpu_count"]),
        "Python": f"{findings['python']}, PyAV {findings['pyav']}",
    }
    for name, value in rows.items():
        table.add_row(f"[bold]{name}[/]", escape(value))
    console = Console()
    console.print(table, highlight=False)
    verdict = "[green]ready[/]" if findings["ladder"] else "[red]the ladder cannot run here[/]"
    console.print(verdict)
