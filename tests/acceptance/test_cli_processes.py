"""The processes of a run, as seen from outside while it runs."""

from __future__ import annotations

import time
from pathlib import Path

from tests.acceptance.command import ffmpegs, finish, group_of, nice_of, reelmill, start
from tests.media.clips import clip_file


def test_one_ffmpeg_makes_the_default_ladder(tmp_path: Path) -> None:
    assert reelmill("doctor").code == 0  # proves the encoders once, by encodes of its own
    process = start("run", clip_file("plain_720p"), "-o", tmp_path, "--json")
    seen: dict[int, tuple[int, int, bytes]] = {}
    most = 0
    while process.poll() is None:
        running = ffmpegs(process.pid)
        most = max(most, len(running))
        for pid in running:
            try:
                environ = Path(f"/proc/{pid}/environ").read_bytes()
                seen[pid] = (nice_of(pid), group_of(pid), environ)
            except (OSError, IndexError):  # it ended between two looks
                continue
        time.sleep(0.005)
    done = finish(process)
    assert done.code == 0, done.err
    assert most == 1
    ((pid, (nice, group, environ)),) = seen.items()
    assert nice == 10
    assert group == pid
    assert environ == b""
    assert {task["status"] for task in done.json["outcome"]["tasks"]} == {"completed"}


def test_no_more_where_there_is_less_to_do(tmp_path: Path) -> None:
    words = ("--preset", "ultrafast", "--no-quality", "--packaging", "none")
    process = start("run", clip_file("plain_720p"), "-o", tmp_path, "-q", "--json", *words)
    seen: set[int] = set()
    while process.poll() is None:
        seen |= set(ffmpegs(process.pid))
        time.sleep(0.005)
    done = finish(process)
    assert done.code == 0, done.err
    assert len(seen) == 1
