"""The reader: the same answers as in process, and nothing that a file does to it reaches us."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from reelmill.ffmpeg.probe import probe
from reelmill.ffmpeg.reader import reader as module
from reelmill.ffmpeg.reader.reader import Reader
from reelmill.ffmpeg.sandbox.level import sandbox_level
from reelmill.model.errors import (
    InputUnreadableError,
    MediaLimitError,
    NotFoundError,
    OutputInvalidError,
    ReelmillError,
    ResourceExceededError,
    UnsupportedMediaError,
)
from reelmill.model.facts import SourceFacts
from reelmill.recipes.ladder.thumbnail import check_thumbnail
from tests.hostile.payloads import png
from tests.media.clips import CLIPS, clip_file


@pytest.fixture(scope="module")
def reader() -> Generator[Reader]:
    one = Reader()
    yield one
    one.close()


def answer(read: Callable[..., SourceFacts], path: Path) -> str:
    try:
        return read(path, key_frames=True).to_json()
    except ReelmillError as error:
        return f"{error.code}: {error.message}"


def test_it_says_what_probing_says(reader: Reader) -> None:
    for name in CLIPS:
        path = clip_file(name)
        assert answer(reader.probe, path) == answer(probe, path), name


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", InputUnreadableError),
        (b"hello" * 1000, InputUnreadableError),
        (b"#EXTM3U\n/etc/passwd\n", UnsupportedMediaError),
    ],
)
def test_errors_keep_their_kind(
    reader: Reader, tmp_path: Path, content: bytes, kind: type[ReelmillError]
) -> None:
    path = tmp_path / "x.mp4"
    path.write_bytes(content)
    with pytest.raises(kind):
        reader.probe(path)
    with pytest.raises(OutputInvalidError):
        reader.measure_file(path)
    with pytest.raises(NotFoundError):
        reader.probe(tmp_path / "missing")
    with pytest.raises(OutputInvalidError, match="not written"):
        reader.measure_file(tmp_path / "missing")


def test_what_is_too_big_is_not_decoded(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """768 MB of pixels in 800 kB: they would not fit."""
    monkeypatch.setattr(module, "ADDRESS_SPACE_BYTES", 1 << 30)
    path = tmp_path / "bomb.png"
    path.write_bytes(png(16_000))
    picture = reader.probe(path).picture
    assert picture is not None
    assert (picture.codec, picture.width) == ("png", 0)
    with pytest.raises(MediaLimitError):
        check_thumbnail(reader.probe(path))


def zygote_of(reader: Reader) -> int:
    assert reader.pid is not None
    return reader.pid


def children(pid: int) -> list[int]:
    return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_reader_that_dies_is_an_unreadable_file(reader: Reader) -> None:
    """As a decoder's bug would have it: the fork is struck as soon as it is there."""
    path = clip_file("plain")
    before = reader.probe(path)
    done, found = threading.Event(), list[BaseException | str]()

    def ask() -> None:
        while not found:
            try:
                reader.probe(path, key_frames=True)
            except ReelmillError as error:
                found.append(error)
        done.set()

    asking = threading.Thread(target=ask)
    asking.start()
    while not done.is_set():
        for pid in children(zygote_of(reader)):
            try:
                os.kill(pid, signal.SIGSEGV)
            except ProcessLookupError:
                continue
    asking.join()
    assert isinstance(found[0], InputUnreadableError)
    assert reader.probe(path) == before


def test_a_zygote_that_dies_is_replaced(reader: Reader) -> None:
    first = reader.probe(clip_file("plain"))
    before = zygote_of(reader)
    os.kill(before, signal.SIGKILL)
    assert reader.probe(clip_file("plain")) == first
    assert zygote_of(reader) != before


def test_too_slow_is_ended(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LEAST_SECONDS", 0.0)
    monkeypatch.setattr(module, "BYTES_PER_SECOND", 1 << 60)
    with pytest.raises(ResourceExceededError):
        reader.probe(clip_file("plain"), key_frames=True)


def test_too_greedy_is_ended(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ADDRESS_SPACE_BYTES", 1 << 20)
    with pytest.raises((ResourceExceededError, InputUnreadableError)):
        reader.probe(clip_file("plain_720p"))


def test_many_at_once(reader: Reader) -> None:
    names = ["plain", "plain_720p", "mkv_rich", "mp4_rich"] * 4
    found: dict[int, str] = {}

    def ask(index: int, name: str) -> None:
        found[index] = reader.probe(clip_file(name)).to_json()

    threads = [threading.Thread(target=ask, args=one) for one in enumerate(names)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    for index, name in enumerate(names):
        assert json.loads(found[index]) == json.loads(probe(clip_file(name)).to_json())


def test_nothing_is_left_open_or_running() -> None:
    one = Reader()
    one.probe(clip_file("plain"))
    before = len([*Path("/proc/self/fd").iterdir()])
    for _ in range(5):
        one.probe(clip_file("plain"))
    assert len([*Path("/proc/self/fd").iterdir()]) == before
    pid = zygote_of(one)
    one.close()
    assert not Path(f"/proc/{pid}").exists()


def test_a_sealed_process_opens_nothing() -> None:
    """Also where there is no Landlock."""
    code = """if True:
        import os, sys
        from reelmill.ffmpeg.sandbox.confine import confine
        confine(["level=partial"], sealed=True)
        for attempt in (
            lambda: os.open("/etc/passwd", os.O_RDONLY),
            lambda: os.open("made", os.O_CREAT | os.O_WRONLY),
            lambda: os.unlink("made"),
            lambda: os.execv("/bin/true", ["true"]),
            os.fork,
        ):
            try:
                attempt()
            except PermissionError:
                print("denied")
    """
    if sandbox_level() == "none":
        pytest.skip("NOT TESTED: a sealed process, for there is no seccomp here")
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, timeout=30, check=True, text=True
    )
    assert done.stdout.split() == ["denied"] * 5
