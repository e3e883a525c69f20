"""`reelmill keys`: who may use a service, from its machine."""

import json as jsonlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from reelmill.cli.places import AsJson, DataDir, with_stores

if TYPE_CHECKING:
    from reelmill.model.keys import ApiKey

keys = typer.Typer(name="keys", help="The API keys of a service.", no_args_is_help=True)

KeyId = Annotated[str, typer.Argument(metavar="KEY_ID")]


@keys.command()
def create(
    name: Annotated[str, typer.Argument(help="What it is for.")],
    admin: Annotated[bool, typer.Option("--admin", help="It may do everything.")] = False,
    expires: Annotated[
        datetime | None, typer.Option("--expires", help="When it ends, UTC: 2027-01-31.")
    ] = None,
    networks: Annotated[
        str, typer.Option("--networks", help="Where it works from: 10.0.0.0/8,192.0.2.7.")
    ] = "",
    per_minute: Annotated[int | None, typer.Option("--per-minute", min=1)] = None,
    per_hour: Annotated[int | None, typer.Option("--per-hour", min=1)] = None,
    concurrent_jobs: Annotated[int | None, typer.Option("--concurrent-jobs", min=1)] = None,
    monthly_minutes: Annotated[float | None, typer.Option("--monthly-minutes", min=0)] = None,
    data_dir: DataDir = None,
    json: AsJson = False,
) -> None:
    """Make a key, and print it, once."""
    from reelmill.app.stores import add_key

    terms = {
        "name": name,
        "admin": admin,
        "expires_at": expires and expires.replace(tzinfo=UTC),
        "allowed_networks": [one.strip() for one in networks.split(",") if one.strip()],
        "rate_limit_per_minute": per_minute,
        "rate_limit_per_hour": per_hour,
        "max_concurrent_jobs": concurrent_jobs,
        "monthly_minutes": monthly_minutes,
    }
    _print_secret(with_stores(data_dir, lambda stores: add_key(stores, terms)), json=json)


@keys.command("list")
def list_keys(data_dir: DataDir = None, json: AsJson = False) -> None:
    """All keys, without their secrets."""
    found = with_stores(data_dir, lambda stores: stores.keys.keys())
    if json:
        hidden = {"secret_hash"}
        typer.echo(f"[{','.join(one.model_dump_json(exclude=hidden) for one in found)}]")
        return
    table = Table("id", "name", "admin", "created", "last used", "state", box=None, pad_edge=False)
    for one in found:
        table.add_row(
            one.key_id,
            escape(one.name),
            "yes" if one.admin else "",
            f"{one.created_at:%Y-%m-%d}",
            f"{one.last_used_at:%Y-%m-%d %H:%M}" if one.last_used_at else "never",
            _state(one),
        )
    Console(highlight=False).print(table)


@keys.command()
def revoke(key_id: KeyId, data_dir: DataDir = None) -> None:
    """It opens nothing from now on; its jobs go on."""
    with_stores(data_dir, lambda stores: stores.keys.revoke(key_id))
    typer.echo(f"{key_id} is revoked")


@keys.command()
def rotate(key_id: KeyId, data_dir: DataDir = None, json: AsJson = False) -> None:
    """Give it another secret, and print that, once. The old one opens nothing from now on."""
    from reelmill.app.stores import rotate_key

    _print_secret(with_stores(data_dir, lambda stores: rotate_key(stores, key_id)), json=json)


def _print_secret(text: str, *, json: bool) -> None:
    _, key_id, _ = text.split("_", 2)
    typer.echo(jsonlib.dumps({"key_id": key_id, "api_key": text}) if json else text)


def _state(key: "ApiKey") -> str:
    if key.revoked_at is not None:
        return "revoked"
    if key.expires_at is not None:
        if key.expires_at <= datetime.now(UTC):
            return "expired"
        return f"until {key.expires_at:%Y-%m-%d %H:%M}"
    return "good"
