"""`reelmill plan`: everything about the work, before there is any."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from reelmill import Planned
from reelmill.ffmpeg.reader.reader import reader
from tests.acceptance.command import everything, here, reelmill
from tests.media.clips import clip_file
from tests.media.names import awkward_names, named

FAST = ("--preset", "ultrafast")


def commands(out: str) -> list[str]:
    """What stands below the heading, as it is printed."""
    lines = out[out.index("commands, to be run") :].splitlines()[1:]
    return [line for line in lines if not line.startswith("#")]


def test_the_json_is_the_model(tmp_path: Path) -> None:
    done = reelmill("plan", clip_file("plain_720p"), "--json", cwd=tmp_path)
    assert done.code == 0
    assert done.err == ""
    planned = Planned.from_json(done.out)
    assert Planned.from_json(planned.to_json()) == planned
    assert planned.to_json() == done.out.strip()
    encoders = [step for step in planned.plan.steps if step.executor == "ffmpeg"]
    assert len(encoders) == 1  # one decode for the whole ladder
    assert everything(tmp_path) == []


def test_people_see_what_why_how_long_and_how_big() -> None:
    source = clip_file("plain_720p")
    done = here("plan", source, *FAST)
    planned = Planned.from_json(here("plan", source, "--json", *FAST).out)
    assert done.code == 0
    assert done.err == ""
    for output in planned.graph.outputs:
        assert f"{output.name}:" in done.out or output.name in done.out
    flat = "".join(sign for sign in done.out if sign not in "│├└─ \n")
    for step in planned.plan.steps:
        assert step.id in done.out
        for why in step.why:
            assert f"why:{why}".replace(" ", "") in flat
    assert "about 0:0" in done.out
    assert "MB" in done.out or "kB" in done.out
    assert "in all: about" in done.out


def test_what_is_skipped_is_said_with_the_reason() -> None:
    done = here("plan", clip_file("no_audio"), *FAST)
    assert done.code == 0
    assert "extract_audio_mp3 skipped" in done.out


@pytest.mark.parametrize("label", ["plain", "leading dash", "newline", "escape sequence", "shell"])
def test_the_printed_commands_work(tmp_path: Path, label: str) -> None:
    name = {**awkward_names(), "plain": "plain.mp4"}[label]
    named(clip_file("plain_720p"), name, tmp_path)
    done = here("plan", "--rungs", "360p", *FAST, "--", name, cwd=tmp_path)
    assert done.code == 0, done.err
    assert "\x1b" not in done.out
    work = tmp_path / "work"
    work.mkdir()
    for line in commands(done.out):
        ended = subprocess.run(
            ["bash", "-euc", line], cwd=work, capture_output=True, check=False, timeout=60
        )
        assert ended.returncode == 0, ended.stderr.decode()
    assert reader().measure_file(work / "360p" / "video_360p.mp4").streams[0].width == 640
    assert "#EXT-X-ENDLIST" in (work / "360p" / "segments" / "playlist.m3u8").read_text()
    assert (work / "thumbnails" / "thumb_50.jpg").stat().st_size
