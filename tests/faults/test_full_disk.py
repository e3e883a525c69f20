"""No room: said as such, nothing half-made, and with room it works."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.command import everything, here
from tests.faults.conftest import Disk
from tests.media.clips import clip_file

FAST = ("--preset", "ultrafast", "--json")
NEEDED = {"hls": 600, "hls-fmp4": 600, "cmaf": 600, "none": 420}
"""Kilobytes that the ladder of the clip takes, at least, without its original."""


@pytest.mark.parametrize(
    ("packaging", "share"),
    [
        *(("hls", 0.15), ("hls", 0.5), ("hls", 0.85), ("none", 0.5)),
        *(("hls-fmp4", 0.5), ("hls-fmp4", 0.85), ("cmaf", 0.5), ("cmaf", 0.85)),
    ],
)
def test_while_encoding(disk: Disk, packaging: str, share: float) -> None:
    words = ("run", clip_file("plain_720p"), "-o", disk.place, *FAST, "--packaging", packaging)
    disk.resize(int(NEEDED[packaging] * share) // 4 * 4)
    done = here(*words)
    assert (done.code, done.error["code"]) == (5, "storage_full"), done.error
    assert done.error["retryable"]
    assert everything(disk.place) == []
    if share == 0.85:
        disk.resize(20_000)
        assert here(*words).code == 0


def test_no_room_for_anything(disk: Disk) -> None:
    disk.resize(4)
    (disk.place / "mine").write_bytes(b"x" * 4096)
    done = here("run", clip_file("plain"), "-o", disk.place, *FAST)
    assert (done.code, done.error["code"]) == (5, "storage_full"), done.error
    assert everything(disk.place) == ["mine"]


def test_no_room_for_the_original(disk: Disk, heavy_source: Path) -> None:
    words = ("run", heavy_source, "-o", disk.place, *FAST, "--rungs", "360p")
    disk.resize(20_000)
    done = here(*words)
    assert (done.code, done.error["code"]) == (5, "storage_full"), done.error
    assert everything(disk.place) == []
    assert here(*words, "--original", "link").code == 0


def test_every_size_ends_whole_or_not_at_all(disk: Disk) -> None:
    """In steps over the last few kilobytes: playlists, papers, the original, the rename."""
    source = clip_file("plain")
    words = ("run", source, "-o", disk.place, *FAST, "--rungs", "360p", "--no-quality")
    assert here(*words, "--job-id", "measure").code == 0
    needed = disk.used_bytes() // 1024
    reelmill_made = everything(disk.place)
    ended: list[int] = []
    for less in (0, 4, 12, 40, 80):
        disk.resize(2 * needed - less)
        done = here(*words, "--job-id", "tight")
        ended.append(done.code)
        if done.code:
            assert (done.code, done.error["code"]) == (5, "storage_full"), done.error
            assert everything(disk.place) == reelmill_made
            continue
        folder = disk.place / "processed" / "tight"
        assert (folder / "metadata.json").stat().st_size
        disk.resize(100_000)
        for path in sorted((disk.place / "raw").glob("tight*")):
            path.unlink()
        for path in sorted(folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        folder.rmdir()
    assert 5 in ended
