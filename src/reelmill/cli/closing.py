"""The closing table of `run`, and how to play what was made."""

from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from reelmill.cli.bars import clock

if TYPE_CHECKING:
    from reelmill.app.ladder import Result
    from reelmill.model.results import Artifact


def print_result(result: "Result") -> None:
    """What was made, how big, how good; warnings; what to play."""
    console = Console(highlight=False)
    outcome = result.outcome
    qualities = {one.output: one for one in outcome.qualities}
    table = Table(box=None, pad_edge=False)
    table.add_column("output", no_wrap=True)
    for name in ("what", "size", "bit rate", "PSNR, SSIM"):
        table.add_column(name)
    for artifact in outcome.artifacts:
        quality = qualities.get(artifact.output.replace("mp4_", "quality_"))
        table.add_row(
            escape(artifact.path),
            what(artifact),
            size(total_bytes(artifact)),
            f"{artifact.bit_rate // 1000} kb/s" if artifact.bit_rate and artifact.codecs else "",
            f"{quality.psnr:.1f} dB, {quality.ssim:.4f}" if quality else "",
        )
    console.print(table)
    for task in outcome.tasks:
        if task.status == "skipped":
            console.print(f"[dim]{task.name} skipped: {escape(task.reason or '')}[/]")
    for warning in outcome.warnings:
        console.print(f"[yellow]warning[/] {warning.code}: {escape(warning.message)}")
    cpu = f" ({clock(outcome.cpu_seconds)} of CPU)" if outcome.cpu_seconds else ""
    console.print(f"done in {clock(outcome.wall_seconds)}{cpu}:")
    console.print(escape(str(result.folder)), style="bold", soft_wrap=True)


def what(artifact: "Artifact") -> str:
    """Size of the picture, rate and segments, as far as an output has them."""
    words: list[str] = []
    if artifact.width is not None:
        words.append(f"{artifact.width}x{artifact.height}")
    if artifact.frame_rate is not None and artifact.codecs:
        words.append(f"{float(artifact.frame_rate):.6g} fps")
    if artifact.segments is not None:
        words.append(f"{artifact.segments.count} segments")
    return ", ".join(words)


def total_bytes(artifact: "Artifact") -> int:
    """Of the file and its segments."""
    return artifact.size_bytes + (artifact.segments.size_bytes if artifact.segments else 0)


def size(size_bytes: float) -> str:
    """Bytes in a unit that suits them."""
    for unit in ("B", "kB", "MB", "GB"):
        if size_bytes < 1000:
            return f"{size_bytes:.0f} {unit}" if unit == "B" else f"{size_bytes:.1f} {unit}"
        size_bytes /= 1000
    return f"{size_bytes:.1f} TB"
