"""Settings: all are listed with their source, and what is wrong is refused by its name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from reelmill.settings import ELSEWHERE, Settings
from tests.acceptance.command import here, reelmill
from tests.acceptance.running import Installation

COMMANDS = (
    "serve --port 0",
    "worker",
    "jobs list",
    "keys list",
    "db upgrade",
    "db check",
    "cleanup",
)


def listed(cwd: Path, **env: str) -> dict[str, dict[str, Any]]:
    ran = here("settings", "--json", cwd=cwd, env=env)
    assert ran.code == 0, ran.err
    found: Any = ran.json
    return {one["name"]: one for one in found}


def test_all_are_listed_with_their_source(tmp_path: Path) -> None:
    (tmp_path / "reelmill.toml").write_text("port = 1\ncpu_slots = 3\nlimits = {max_size_bytes=9}")
    secret = "a key that nobody should see"
    keys = {"REELMILL_ADMIN_KEY": secret, "REELMILL_API_KEY": secret}
    found = listed(tmp_path, REELMILL_PORT="2", **keys)
    assert set(found) == {f"REELMILL_{name.upper()}" for name in Settings.model_fields} | {
        *ELSEWHERE
    }
    assert all(one["meaning"] for one in found.values())

    def said(name: str) -> tuple[str, str]:
        return found[name]["value"], found[name]["source"]

    assert said("REELMILL_PORT") == ("2", "environment")
    assert said("REELMILL_CPU_SLOTS") == ("3", "reelmill.toml")
    assert said("REELMILL_HOST") == ("127.0.0.1", "default")
    assert found["REELMILL_LIMITS"]["source"] == "reelmill.toml"
    assert found["REELMILL_ADMIN_KEY"]["source"] == "environment"
    assert secret not in str(found)
    words = here("settings", cwd=tmp_path, env={"REELMILL_PORT": "2"}).out
    assert "REELMILL_PORT=2  (environment)\n" in words
    assert "REELMILL_HOST=127.0.0.1  (default)\n" in words


def test_a_file_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "reelmill.toml").write_text("port = 1")
    other = tmp_path / "other.toml"
    other.write_text('host = "::1"')
    found = listed(tmp_path, REELMILL_CONFIG=str(other))
    assert (found["REELMILL_PORT"]["value"], found["REELMILL_PORT"]["source"]) == (
        "8000",
        "default",
    )
    assert found["REELMILL_HOST"]["source"] == str(other)
    assert found["REELMILL_CONFIG"]["value"] == str(other)


WRONG_ENVIRONMENT = {
    "REELMILL_PORT": "many",
    "REELMILL_PROT": "1",
    "reelmill_prot": "1",
    "REELMILL_PORT__DEEP": "1",
    "REELMILL_ADMIN_KEY": "short",
    "REELMILL_ENDPOINT_LIMITS": "no JSON",
    "REELMILL_LIMITS": "no JSON",
    "REELMILL_LIMITS__COLOUR": "1",
    "REELMILL_LIMITS__MAX_SIZE_BYTES": "big",
    "REELMILL_RETENTION__FAILED_JOBS_DAYS": "-1",
    "REELMILL_TRUSTED_PROXIES": "nowhere",
    "REELMILL_ROOTS": '["/videos"]',
    "REELMILL_CONFIG": "/not/there.toml",
}


@pytest.mark.parametrize("name", WRONG_ENVIRONMENT)
def test_refused_in_the_environment(tmp_path: Path, name: str) -> None:
    ran = here("settings", cwd=tmp_path, env={name: WRONG_ENVIRONMENT[name]})
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1), ran
    assert ran.err.startswith("invalid_request: ")
    assert f" {name}" in ran.err
    assert "short" not in ran.err  # nor what was given, which may be a secret


WRONG_FILES = {
    'port = "many"': "port in reelmill.toml: ",
    "prot = 1": "prot in reelmill.toml: ",
    "limits = {colour = 1}": "limits.colour in reelmill.toml: ",
    "port = ": "reelmill.toml cannot be read: ",
    "port = 1\nport = 2": "reelmill.toml cannot be read: ",
}


@pytest.mark.parametrize("text", WRONG_FILES)
def test_refused_in_the_file(tmp_path: Path, text: str) -> None:
    (tmp_path / "reelmill.toml").write_text(text)
    ran = here("settings", cwd=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"invalid_request: {WRONG_FILES[text]}")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_refuses(place: Installation, command: str) -> None:
    for name, value in (("REELMILL_PORT", "many"), ("REELMILL_PROT", "1")):
        ran = place.here(*command.split(), **{name: value})
        assert (ran.code, ran.err.count("\n")) == (2, 1), ran
        assert f" {name}" in ran.err
    assert not place.folder.exists()


def test_so_does_a_process_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("colour = 1")
    ran = reelmill("worker", env={"REELMILL_CONFIG": "mine.toml"}, cwd=tmp_path)
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "colour in mine.toml" in ran.err
    assert [one.name for one in tmp_path.iterdir()] == ["mine.toml"]
