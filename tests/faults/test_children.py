"""FFmpeg itself in trouble: stopped, endless, greedy, noisy, killed, lying."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
from contextlib import suppress
from pathlib import Path

import pytest

from reelmill.adapters.storage.workplace import workplace
from reelmill.ffmpeg.capabilities import probe_capabilities
from reelmill.ffmpeg.locate import find_ffmpeg
from reelmill.ffmpeg.probe import probe
from reelmill.model.facts import Facts
from reelmill.planner.plan import plan
from reelmill.recipes.ladder.graph import ladder
from reelmill.worker import execute
from reelmill.worker.execute import Executor, Limits
from tests.acceptance.command import (
    encoding,
    environment,
    everything,
    ffmpegs,
    finish,
    lives,
    reelmill,
    start,
    wait_for,
)
from tests.faults.conftest import FakeFfmpeg
from tests.media.clips import clip_file

SLOW = ("--json",)
FAST = ("--preset", "ultrafast", "--json")


ONE_RUNG = (*FAST, "--rungs", "360p", "--packaging", "none", "--no-quality")


def test_a_stopped_ffmpeg_is_found_and_ended(tmp_path: Path, long_source: Path) -> None:
    """Apart, its outputs are stopped as well: nothing helps."""
    output = tmp_path / "out"
    env = {"REELMILL_STALL_SECONDS": "1"}
    process = start("run", long_source, "-o", output, *ONE_RUNG, env=env)
    stopped = {encoding(process, output)}

    def stop() -> bool:
        for pid in {*stopped, *ffmpegs(process.pid)}:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
                stopped.add(pid)
        return process.poll() is not None

    wait_for(stop, "the end of it")
    done = finish(process)
    assert (done.code, done.error["code"]) == (4, "stalled"), done.err
    assert done.error["retryable"]
    assert "1 s" in done.error["message"]
    assert len(stopped) > 2
    assert not any(map(lives, stopped))
    assert everything(tmp_path) == []


def test_what_hangs_together_is_made_apart(tmp_path: Path, fair_source: Path) -> None:
    output = tmp_path / "out"
    env = {"REELMILL_STALL_SECONDS": "1"}
    process = start("run", fair_source, "-o", output, *ONE_RUNG, env=env)
    os.kill(encoding(process, output), signal.SIGSTOP)
    done = finish(process)
    assert done.code == 0, done.err
    told = {one["code"]: one["message"] for one in done.json["outcome"]["warnings"]}
    assert "no CPU used for 1 s" in told["steps_separated"]


def test_the_time_limit(tmp_path: Path, fake_ffmpeg: FakeFfmpeg) -> None:
    """Busy, so it does not stall; it just never ends."""
    env = {**fake_ffmpeg.doing("while :; do :; done"), "REELMILL_STEP_SECONDS": "1"}
    output = tmp_path / "out"
    done = reelmill("run", clip_file("plain"), "-o", output, *FAST, env=env, seconds=30)
    assert (done.code, done.error["code"]) == (4, "timeout"), done.err
    assert everything(output) == []


def test_the_memory_limit(tmp_path: Path, long_source: Path) -> None:
    env = {"REELMILL_MEMORY_BYTES": str(32 << 20)}
    done = reelmill("run", long_source, "-o", "out", *SLOW, env=env, cwd=tmp_path, seconds=30)
    assert (done.code, done.error["code"]) == (4, "resource_exceeded"), done.err
    assert "32 MiB" in done.error["message"]
    assert everything(tmp_path) == []


def test_the_cpu_limit(tmp_path: Path, fair_source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel's own, which stands behind the watchdog's: there is no setting for it."""
    monkeypatch.setattr(execute, "SPARE_CPU_SECONDS", 1)
    ffmpeg = find_ffmpeg()
    facts = Facts(sources=(probe(fair_source),), capabilities=probe_capabilities(ffmpeg))
    step = plan(ladder(), facts).steps[0]
    careless = step.but(cost=step.cost.but(cpu_seconds=0.0), basis=None)
    with workplace(tmp_path / "place", {"main": fair_source}) as folder:
        executor = Executor(ffmpeg.path, folder, Limits(least_seconds=0))
        result = executor.execute(careless, {}, lambda _, __: None)
    assert {error.code for error in result.errors.values()} == {"resource_exceeded"}
    assert {error.message for error in result.errors.values()} == {"more than 1 s of CPU time used"}
    assert result.errors.keys() == {*step.outputs}


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM])
def test_ffmpeg_is_killed_by_somebody_else(
    tmp_path: Path, long_source: Path, number: signal.Signals
) -> None:
    """It fails apart, too: whoever does this does it again."""
    output = tmp_path / "out"
    process = start("run", long_source, "-o", output, *SLOW)
    encoding(process, output)

    def strike() -> bool:
        for pid in ffmpegs(process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        return process.poll() is not None

    wait_for(strike, "the end of it")
    done = finish(process)
    assert (done.code, done.error["code"]) == (4, "command_failed"), done.err
    assert everything(tmp_path) == []


def test_a_child_that_says_it_went_well(tmp_path: Path, fake_ffmpeg: FakeFfmpeg) -> None:
    env = fake_ffmpeg.doing("exit 0")
    output = tmp_path / "out"
    done = reelmill("run", clip_file("plain"), "-o", output, *FAST, env=env)
    assert (done.code, done.error["code"]) == (4, "output_invalid"), done.err
    assert done.error["output"]
    assert everything(output) == []


def test_a_child_that_hangs_with_closed_pipes(tmp_path: Path, fake_ffmpeg: FakeFfmpeg) -> None:
    closed = " ".join(f"{number}>&-" for number in range(1, 10))
    env = fake_ffmpeg.doing(f"exec {closed}\nexec sleep 1000")
    output = tmp_path / "out"
    env["REELMILL_STALL_SECONDS"] = "0.5"
    done = reelmill("run", clip_file("plain"), "-o", output, *ONE_RUNG, env=env, seconds=30)
    assert (done.code, done.error["code"]) == (4, "stalled"), done.err
    assert everything(output) == []


NOISE = {
    "lines": "yes '[h264 @ 0x1234] [error] error while decoding MB 1 2' | head -c 100000000 >&2",
    "empty lines": "yes '' | head -c 100000000 >&2",
    "one line": "dd if=/dev/zero bs=1000000 count=100 status=none >&2",
}


@pytest.mark.parametrize("kind", NOISE)
def test_a_hundred_megabytes_of_log(tmp_path: Path, kind: str) -> None:
    """They are read, and not kept."""
    script = tmp_path / "noisy"
    script.write_text(f"#!/bin/sh\n{NOISE[kind]}\necho 'the [error] end' >&2\nexit 9\n")
    script.chmod(0o755)
    code = f"""
        import resource
        from pathlib import Path
        from reelmill.ffmpeg.child import run
        from reelmill.ffmpeg.watchdog import Watchdog

        peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        before = peak()
        here = Path({str(tmp_path)!r})
        guard = Watchdog(folder=here, reported=lambda: 0)
        ended = run(lambda _: [{str(script)!r}], cwd=here, pipes={{}}, watchdog=guard)
        print(ended.exit_code, peak() - before, ended.log[-1][-40:], sep="|")
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        env=environment(),
        check=True,
        timeout=60,
    )
    exit_code, grown_kilobytes, last = done.stdout.strip().split("|")
    assert exit_code == "9"
    assert int(grown_kilobytes) < 8_000
    assert last.endswith("end") or kind == "one line"


def test_the_source_goes_away(tmp_path: Path, fair_source: Path) -> None:
    source = tmp_path / "mine.mp4"
    shutil.copy(fair_source, source)
    output = tmp_path / "out"
    process = start("run", source, "-o", output, *FAST, "--rungs", "360p")
    encoding(process, output)
    source.unlink()
    done = finish(process)
    assert (done.code, done.error["code"]) == (3, "not_found"), done.err
    assert "went away" in done.error["message"]
    assert everything(tmp_path) == []


def test_the_source_is_replaced(tmp_path: Path, fair_source: Path) -> None:
    source = tmp_path / "mine.mp4"
    shutil.copy(fair_source, source)
    output = tmp_path / "out"
    process = start("run", source, "-o", output, *FAST, "--rungs", "360p")
    encoding(process, output)
    shutil.copy(clip_file("plain"), tmp_path / "other.mp4")
    (tmp_path / "other.mp4").replace(source)
    done = finish(process)
    assert (done.code, done.error["code"]) == (3, "input_unreadable"), done.err
    assert "changed" in done.error["message"]
    assert everything(tmp_path) == ["mine.mp4"]


def test_the_source_is_cut_off(tmp_path: Path, fair_source: Path) -> None:
    source = tmp_path / "mine.mp4"
    shutil.copy(fair_source, source)
    output = tmp_path / "out"
    process = start("run", source, "-o", output, *FAST, "--rungs", "360p")
    encoding(process, output)
    os.truncate(source, source.stat().st_size // 3)
    done = finish(process)
    assert (done.code, done.error["code"]) == (3, "input_unreadable"), done.err
    assert everything(tmp_path) == ["mine.mp4"]
