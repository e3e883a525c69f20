from pathlib import Path

import pytest

from reelmill.ffmpeg.locate import find_ffmpeg, recall, remember
from reelmill.model.errors import FfmpegUnavailableError


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("REELMILL_FFMPEG", raising=False)
    return tmp_path / "cache"


def script(path: Path, says: str) -> Path:
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return path


def test_the_bundled_binary_is_found() -> None:
    found = find_ffmpeg()
    assert found.path.is_file()
    assert found.version


def test_the_environment_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = script(tmp_path / "mine", "ffmpeg version 1.2.3-mine Copyright (c) nobody")
    monkeypatch.setenv("REELMILL_FFMPEG", str(mine))
    assert (find_ffmpeg().path, find_ffmpeg().version) == (mine, "1.2.3-mine")


def test_a_wrong_choice_is_not_papered_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = script(tmp_path / "other", "something else")
    for choice in (str(tmp_path / "missing"), str(other), "/bin/false"):
        monkeypatch.setenv("REELMILL_FFMPEG", choice)
        with pytest.raises(FfmpegUnavailableError):
            find_ffmpeg()


def test_what_is_remembered_belongs_to_one_build(tmp_path: Path) -> None:
    binary = script(tmp_path / "binary", "one")
    assert recall(binary, "topic") is None
    remember(binary, "topic", {"a": [1]})
    assert recall(binary, "topic") == {"a": [1]}
    assert recall(binary, "other") is None
    script(binary, "another")
    assert recall(binary, "topic") is None


def test_a_broken_cache_is_no_error(tmp_path: Path, own_cache: Path) -> None:
    binary = script(tmp_path / "binary", "one")
    remember(binary, "topic", {"a": 1})
    (note,) = (own_cache / "reelmill").iterdir()
    for content in ("", "[]", "{", "\x00"):
        note.write_text(content)
        assert recall(binary, "topic") is None


def test_a_cache_that_cannot_be_is_no_error(tmp_path: Path, own_cache: Path) -> None:
    binary = script(tmp_path / "binary", "one")
    own_cache.write_text("in the way")
    remember(binary, "topic", {"a": 1})
    assert recall(binary, "topic") is None


def test_no_drafts_stay_behind(tmp_path: Path, own_cache: Path) -> None:
    remember(script(tmp_path / "binary", "one"), "topic", {"a": 1})
    assert len(list((own_cache / "reelmill").iterdir())) == 1
