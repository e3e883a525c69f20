"""Signals to the command: what they leave, how it ends, how soon."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from tests.acceptance.command import (
    children,
    encoding,
    everything,
    ffmpegs,
    finish,
    lives,
    reads,
    reelmill,
    start,
    wait_for,
)
from tests.faults.conftest import FakeFfmpeg
from tests.media.clips import clip_file

SLOW = ("--json",)
SMALL = ("--preset", "ultrafast", "--rungs", "360p", "--packaging", "none", "--no-quality")
STOPS = {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGHUP: 129}
SOON_SECONDS = 6.0


def gone(pids: list[int]) -> bool:
    return not any(lives(pid) for pid in pids)


def published(output: Path) -> list[Path]:
    return [*output.glob("processed/*"), *output.glob("raw/*")]


@pytest.mark.parametrize("number", STOPS, ids=lambda number: number.name)
def test_a_signal_while_encoding(tmp_path: Path, long_source: Path, number: signal.Signals) -> None:
    output = tmp_path / "out"
    process = start("run", long_source, "-o", output, *SLOW)
    child = encoding(process, output)
    asked = time.monotonic()
    process.send_signal(number)
    done = finish(process)
    assert time.monotonic() - asked < SOON_SECONDS
    assert done.code == STOPS[number]
    assert done.error["code"] == "cancelled"
    assert number.name in done.error["message"]
    assert gone([child])
    assert everything(tmp_path) == []


@pytest.mark.parametrize("number", STOPS, ids=lambda number: number.name)
def test_a_signal_while_probing(tmp_path: Path, long_source: Path, number: signal.Signals) -> None:
    process = start("run", long_source, "-o", "out", *SLOW, cwd=tmp_path)
    wait_for(lambda: reads(process, long_source) or ffmpegs(process.pid), "the source open")
    asked = time.monotonic()
    process.send_signal(number)
    done = finish(process)
    assert time.monotonic() - asked < SOON_SECONDS
    assert done.code == STOPS[number], done.err
    assert done.error["code"] == "cancelled"
    assert everything(tmp_path) == []


def test_a_signal_while_storing(tmp_path: Path, heavy_source: Path) -> None:
    output = tmp_path / "out"
    process = start("run", heavy_source, "-o", output, "--json", *SMALL)
    wait_for(lambda: [*output.glob(".reelmill/*/original-*")], "the copy of the original")
    process.send_signal(signal.SIGTERM)
    done = finish(process)
    assert done.code == 143, done.err
    assert done.error["code"] == "cancelled"
    assert everything(tmp_path) == []


def test_ctrl_c_in_a_terminal_reaches_ffmpeg_through_us_only(
    tmp_path: Path, long_source: Path
) -> None:
    """The terminal signals its whole foreground group; FFmpeg is not in it."""
    output = tmp_path / "out"
    process = start("run", long_source, "-o", output, *SLOW)
    encoding(process, output)
    subprocess.run(["kill", "-INT", "--", f"-{process.pid}"], check=True)
    assert finish(process).code == 130
    assert everything(tmp_path) == []


def test_a_child_that_ignores_term_is_killed(tmp_path: Path, fake_ffmpeg: FakeFfmpeg) -> None:
    env = fake_ffmpeg.doing("trap '' TERM; echo x > ready; while :; do sleep 100; done")
    output = tmp_path / "out"
    process = start("run", clip_file("plain"), "-o", output, "--json", env=env)
    wait_for(lambda: [*output.glob(".reelmill/*/out/ready")], "a child that does not listen")
    below = wait_for(lambda: children(process.pid), "it")
    asked = time.monotonic()
    process.send_signal(signal.SIGINT)
    done = finish(process)
    assert time.monotonic() - asked < SOON_SECONDS + 3
    assert done.code == 130
    assert gone(below)
    assert everything(output) == []


def test_a_second_ctrl_c_does_not_wait(tmp_path: Path, fake_ffmpeg: FakeFfmpeg) -> None:
    env = fake_ffmpeg.doing("trap 'echo x > told' TERM; echo x > ready; while :; do :; done")
    output = tmp_path / "out"
    process = start("run", clip_file("plain"), "-o", output, "--json", env=env)
    wait_for(lambda: [*output.glob(".reelmill/*/out/ready")], "a child that does not listen")
    below = wait_for(lambda: children(process.pid), "it")
    process.send_signal(signal.SIGINT)
    wait_for(lambda: [*output.glob(".reelmill/*/out/told")], "the first one passed on")
    asked = time.monotonic()
    process.send_signal(signal.SIGINT)
    done = finish(process)
    assert time.monotonic() - asked < 3
    assert done.code == 130, done.err
    assert json.loads(done.out)["error"]["code"] == "cancelled"
    assert "Traceback" not in done.err
    assert gone(below)
    assert everything(output) == []


def test_kill_while_probing(tmp_path: Path, long_source: Path) -> None:
    process = start("run", long_source, "-o", "out", *SLOW, cwd=tmp_path)
    wait_for(lambda: reads(process, long_source) or ffmpegs(process.pid), "the source open")
    below = children(process.pid)
    process.kill()
    finish(process)
    wait_for(lambda: gone(below), "the end of its children", seconds=5)
    assert published(tmp_path / "out") == []


def test_kill_while_encoding_and_the_next_run_cleans_up(tmp_path: Path, long_source: Path) -> None:
    output = tmp_path / "out"
    process = start("run", long_source, "-o", output, *SLOW, "--job-id", "same")
    child = encoding(process, output)
    process.kill()
    finish(process)
    wait_for(lambda: gone([child]), "the end of FFmpeg", seconds=5)
    assert published(output) == []
    assert [*output.glob(".reelmill/attempt-*")]
    done = reelmill("run", clip_file("plain"), "-o", output, "--json", *SMALL, "--job-id", "same")
    assert done.code == 0, done.err
    assert not (output / ".reelmill").exists()
    assert [path.name for path in output.glob("processed/*")] == ["same"]


def test_kill_while_the_original_is_copied(tmp_path: Path, heavy_source: Path) -> None:
    output = tmp_path / "out"
    process = start("run", heavy_source, "-o", output, "--json", *SMALL)
    wait_for(lambda: [*output.glob(".reelmill/*/original-*")], "the copy of the original")
    process.kill()
    finish(process)
    assert published(output) == []
    done = reelmill("run", clip_file("plain"), "-o", output, "--json", *SMALL)
    assert done.code == 0, done.err
    assert sorted(path.name for path in output.iterdir()) == ["processed", "raw"]
    assert len(published(output)) == 2


def test_the_attempt_of_somebody_at_work_is_left_alone(tmp_path: Path, long_source: Path) -> None:
    output = tmp_path / "out"
    process = start("run", long_source, "-o", output, *SLOW, "--job-id", "first")
    child = encoding(process, output)
    done = reelmill("run", clip_file("plain"), "-o", output, "--json", *SMALL)
    assert done.code == 0, done.err
    assert lives(child)
    again = reelmill("run", clip_file("plain"), "-o", output, "--json", "--job-id", "first")
    assert (again.code, again.error["code"]) == (2, "conflict")
    assert [*output.glob(".reelmill/attempt-first/out/*p/*.mp4")]
    process.send_signal(signal.SIGTERM)
    assert finish(process).code == 143
    assert sorted(path.name for path in output.iterdir()) == ["processed", "raw"]


def test_killed_between_the_original_and_the_results(tmp_path: Path) -> None:
    """What stands in raw/ with nothing that belongs to it goes with the next command."""
    words = ("reelmill", "run", str(clip_file("plain")), "-o", str(tmp_path), "-q", *SMALL)
    code = f"""
        import os, signal, sys
        from reelmill.adapters.storage.local import LocalStorage
        from reelmill.cli.main import main

        LocalStorage.publish = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        sys.argv = {[*words]!r}
        main()
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=False, timeout=60)
    (orphan,) = published(tmp_path)
    assert orphan.parent.name == "raw"
    done = reelmill(*words[1:])
    assert done.code == 0, done.err
    assert not orphan.exists()
    assert len(published(tmp_path)) == 2
