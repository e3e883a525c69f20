"""`reelmill plan`: what would run, why, how long and how big, before anything runs."""

import shlex
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.tree import Tree

from reelmill.cli import ladder_options as options
from reelmill.cli.bars import clock
from reelmill.cli.closing import size

if TYPE_CHECKING:
    from reelmill.app.ladder import Planned
    from reelmill.model.steps import Step


EXAMPLES = """
Examples:

reelmill plan talk.mp4

reelmill plan talk.mp4 --rungs 1080p --codec av1

reelmill plan talk.mp4 --json | jq .plan.cost
"""


def plan(
    source: Annotated[Path, typer.Argument(metavar="INPUT", readable=False, help="The video.")],
    rungs: options.Rungs = "360p,720p",
    codec: options.Codec = "h264",
    preset: options.Preset = None,
    packaging: options.Packaging = None,
    segment_seconds: options.SegmentSeconds = "10",
    hdr: options.Hdr = "tone_map",
    language: options.Language = None,
    no_quality: options.NoQuality = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print graph, facts and plan as JSON.")
    ] = False,
) -> None:
    """Show what `run` would do: the graph, each step's command, why, how long, how big."""
    from reelmill.app.ladder import plan as plan_job

    wanted = options.ladder_settings(
        rungs, codec, preset, packaging, segment_seconds, hdr, language, no_quality=no_quality
    )
    planned = plan_job(source, wanted)
    if json:
        typer.echo(planned.to_json())
        return
    console = Console(highlight=False)
    console.print(_graph(planned))
    console.print(_steps(planned))
    for task in planned.plan.tasks:
        if task.skipped is not None:
            console.print(f"[dim]{task.name} skipped: {escape(task.skipped)}[/]")
    for warning in planned.plan.warnings:
        console.print(f"[yellow]warning[/] {warning.code}: {escape(warning.message)}")
    console.print(f"in all: {_cost(planned.plan.cost.wall_seconds, planned.plan.cost.size_bytes)}")
    console.print("commands, to be run in a folder of their own:")
    for line in _commands(planned, source):
        console.out(line, highlight=False)  # never wrapped: they can be copied


def _graph(planned: "Planned") -> Tree:
    from reelmill.app.ladder import explain

    tree = Tree("[bold]graph[/]: what is asked")
    for head, lines in explain(planned.graph):
        branch = tree.add(escape(head))
        for line in lines:
            branch.add(f"[dim]{escape(line)}[/]")
    return tree


def _steps(planned: "Planned") -> Tree:
    count = len(planned.plan.steps)
    tree = Tree(f"[bold]plan[/]: {count} steps")
    for step in planned.plan.steps:
        _add(tree, step)
    return tree


def _add(tree: Tree, step: "Step") -> None:
    cost = _cost(step.cost.wall_seconds, step.cost.size_bytes)
    branch = tree.add(f"[bold]{step.id}[/] ({step.executor}): {cost}")
    branch.add(f"tasks: {', '.join(step.tasks)}")
    for reason in step.why:
        branch.add(f"why: {escape(reason)}")
    if step.split:
        apart = branch.add(f"if one of them fails, {len(step.split)} separate steps are tried:")
        for part in step.split:
            apart.add(f"{part.id}: {', '.join(part.tasks)}")


def _commands(planned: "Planned", source: Path) -> Iterator[str]:
    from reelmill.app.ladder import command

    for step in planned.plan.steps:
        if step.process is None:
            continue
        paths = [Path(mux.path) for target in step.process.targets for mux in target.muxes]
        folders = dict.fromkeys(str(path.parent) for path in paths)
        sources = {one.name: str(source.absolute()) for one in step.process.inputs}
        yield f"# {step.id}"
        yield " ".join(quoted(word) for word in ("mkdir", "-p", "--", *folders))
        yield " ".join(quoted(word) for word in command(step.process, sources))


def quoted(word: str) -> str:
    """For a shell, on one line and without a sign that a terminal would obey."""
    if word.isprintable() or not any(unicodedata.category(sign) == "Cc" for sign in word):
        return shlex.quote(word)
    plain = word.replace("\\", "\\\\").replace("'", "\\'")
    signs = (_escaped(sign) if unicodedata.category(sign) == "Cc" else sign for sign in plain)
    return f"$'{''.join(signs)}'"


def _escaped(sign: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in sign.encode())


def _cost(seconds: float, size_bytes: int) -> str:
    return f"about {clock(seconds)}, {size(size_bytes)}"
