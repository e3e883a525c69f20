"""`reelmill serve`: the first start without any configuration, the next ones, and the end."""

from __future__ import annotations

import re
import socket
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest

from tests.acceptance.command import wait_for
from tests.acceptance.running import Installation

SHOWN = r"admin key +(\S+)"
STOP_SECONDS = 10.0


@pytest.fixture
def bare(tmp_path: Path) -> Generator[Installation]:
    """Where nobody has set anything."""
    made = Installation(tmp_path / "some" / "data", key="")
    yield made
    made.end()


def status(place: Installation, key: str) -> int:
    return place.ask("GET", "/admin/api-keys", headers={"X-API-Key": key}).status_code


def open_to_others(folder: Path) -> list[str]:
    """What another user of this machine could read."""
    if not folder.stat().st_mode & 0o001:
        return []
    return [str(one) for one in folder.rglob("*") if one.stat().st_mode & 0o004]


def test_the_first_start_and_the_second(bare: Installation) -> None:
    first = bare.serve()
    key = wait_for(lambda: first.told(SHOWN) or "", "the key")
    assert status(bare, key) == 200
    assert status(bare, key[:-1]) == 401
    for page in re.findall(r"http\S+", "".join(first.lines)):
        assert httpx.get(page).status_code == (404 if page == bare.url else 200), page
    assert httpx.get(f"{bare.url}/health").json()["status"] == "healthy"
    assert {one.name for one in bare.folder.iterdir()} >= {"reelmill.db", "secret", "storage"}
    assert bare.folder.stat().st_mode & 0o777 == 0o700
    assert (bare.folder / "secret").stat().st_mode & 0o777 == 0o600
    assert open_to_others(bare.folder) == []
    assert first.stop() < STOP_SECONDS
    assert "".join(first.lines).count(key) == 1

    secret = (bare.folder / "secret").read_bytes()
    second = bare.serve()
    assert status(bare, key) == 200
    assert (bare.folder / "secret").read_bytes() == secret
    assert second.stop() < STOP_SECONDS
    assert "rm_" not in "".join(second.lines)


def test_an_operator_s_key_is_taken_instead(bare: Installation) -> None:
    chosen = "an operator chose this"
    started = bare.serve("--no-worker", REELMILL_ADMIN_KEY=chosen)
    assert status(bare, chosen) == 200
    assert status(bare, "an operator chose that") == 401
    assert httpx.get(f"{bare.url}/health").json()["status"] == "degraded"  # nobody works
    assert started.stop() < STOP_SECONDS
    assert started.told(SHOWN) is None
    assert chosen not in "".join(started.lines)


def test_a_port_that_is_taken(bare: Installation) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = bare.run("serve", "--port", str(port))
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == (
        f"invalid_request: cannot listen on 127.0.0.1:{port}: Address already in use\n"
    )
    assert not bare.folder.exists()


def test_places_that_are_none(bare: Installation, tmp_path: Path) -> None:
    (tmp_path / "some").write_text("a file")
    ended = bare.run("serve", "--port", "0")
    assert ended.code == 2
    assert ended.err == f"invalid_request: cannot work in {bare.folder}: Not a directory\n"
    for command in ("jobs list", "keys list", "cleanup"):
        said = bare.here(*command.split())
        assert (said.code, said.err.count("\n")) == (3, 1), said
        assert said.err.startswith("not_found: there is no data folder")
