"""`probe`, `doctor`, `--help`, `--version` and completion."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest

from reelmill import SourceFacts
from reelmill.doctor import Findings
from tests.acceptance.command import here, reelmill
from tests.media.clips import clip_file

COMMANDS = ("run", "plan", "probe", "doctor")


def test_probe_as_json_is_the_model() -> None:
    done = here("probe", clip_file("plain_720p"), "--json", "--key-frames")
    assert (done.code, done.err) == (0, "")
    facts = SourceFacts.from_json(done.out)
    picture = facts.picture
    assert picture is not None
    assert (picture.width, picture.height, picture.codec) == (1280, 720, "h264")
    assert picture.key_frame_seconds


def test_probe_for_people() -> None:
    done = here("probe", clip_file("rotated_90"))
    assert (done.code, done.err) == (0, "")
    for words in ("h264", "aac", "turned"):
        assert words in done.out


@pytest.mark.parametrize("name", ["empty", "text", "noise", "mp4_no_moov"])
def test_probe_refuses(name: str) -> None:
    done = here("probe", clip_file(name), "--json")
    assert (done.code, done.error["code"]) == (3, "input_unreadable")


def test_doctor() -> None:
    done = reelmill("doctor", "--json")
    assert (done.code, done.err) == (0, "")
    findings = Findings.from_json(done.out)
    assert findings.ladder
    assert {"libx264", "aac", "libmp3lame", "mjpeg"} <= {*findings.encoders}
    human = here("doctor")
    assert human.code == 0
    assert "ready" in human.out


def test_doctor_without_ffmpeg(tmp_path: Path) -> None:
    done = here("doctor", "--json", env={"REELMILL_FFMPEG": str(tmp_path / "missing")})
    assert done.code == 1
    assert done.error["code"] == "internal"
    assert "REELMILL_FFMPEG" in done.error["message"]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_examples(command: str) -> None:
    done = here(command, "--help")
    assert (done.code, done.err) == (0, "")
    assert "Usage: reelmill" in done.out
    assert done.out.count(f"reelmill {command}") >= 2
    assert "Examples" in done.out


def test_help_of_all() -> None:
    done = here("--help")
    assert done.code == 0
    for command in COMMANDS:
        assert command in done.out
    assert "Exit codes" in done.out


def test_without_arguments_there_is_help() -> None:
    assert "Usage" in here().out


def test_version() -> None:
    assert reelmill("--version").out == f"reelmill {importlib.metadata.version('reelmill')}\n"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str) -> None:
    env = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    done = reelmill("--show-completion", shell, env=env)
    assert done.code == 0, done.err
    assert "_REELMILL_COMPLETE=complete_" in done.out


def test_completion_completes() -> None:
    asked = {"COMP_WORDS": "reelmill p", "COMP_CWORD": "1", "_REELMILL_COMPLETE": "complete_bash"}
    done = reelmill(env=asked)
    assert done.out.split() == ["presets", "plan", "probe"]


def test_help_loads_neither_the_model_nor_ffmpegs_libraries() -> None:
    """It answers at once, and completion does."""
    code = (
        "import sys, reelmill.cli.main; "
        "print(*{n.partition('.')[0] for n in sys.modules} & {'av', 'pydantic_settings'}, "
        "*(n for n in sys.modules if n.startswith('reelmill.model.')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, check=True, text=True, timeout=60
    )
    assert done.stdout.split() == ["reelmill.model.errors"]
