"""`reelmill presets`: what `--preset` can be."""

import json as jsonlib
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.table import Table

from reelmill.cli.places import AsJson
from reelmill.cli.remote import KeyOption, Remote, ServerOption, chosen
from reelmill.cli.told import in_our_words

if TYPE_CHECKING:
    from reelmill.model.presets import Preset

EXAMPLES = """
Examples:

reelmill presets

reelmill presets --server https://video.example
"""


def presets(
    context: typer.Context,
    server: ServerOption = None,
    key: KeyOption = None,
    json: AsJson = False,
) -> None:
    """List the presets: those that come with Reelmill; with --server all that a service knows."""
    remote = chosen(context, server, key)
    found = _here() if remote is None else _there(remote)
    if json:
        typer.echo(jsonlib.dumps({"presets": found}, ensure_ascii=False))
        return
    table = Table("preset", "of", "what", box=None, pad_edge=False)
    for one in found:
        table.add_row(one["preset"], one["scope"].replace("_", "-"), one["description"])
    Console(highlight=False, markup=False).print(table)


def _here() -> list[dict[str, Any]]:
    from reelmill.app.presets import presets as known

    return [_shown(one) for one in known()]


def _shown(of: "Preset") -> dict[str, Any]:
    same = {"name": of.name, "version": of.version, "preset": of.reference, "scope": "built_in"}
    return {**same, "description": of.description, "settings": of.settings, "created_at": None}


def _there(remote: Remote) -> list[dict[str, Any]]:
    from reelmill.client import Client

    with in_our_words(remote.url), Client(remote.url, remote.key) as client:
        return [dict(one.document) for one in client.presets.list()]
