"""Where fonts are, what they have, and what fontconfig is told of them."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from reelmill.ffmpeg.fonts import ENVIRONMENT, font_files, font_folders, prepare_fonts, read_fonts
from reelmill.model.glyphs import missing

OURS = font_folders({ENVIRONMENT: ""})


def test_ours_come_first_then_those_that_are_named(tmp_path: Path) -> None:
    named = os.pathsep.join((str(tmp_path), str(tmp_path / "missing")))

    assert font_folders({ENVIRONMENT: named}) == (*OURS, tmp_path.resolve())
    assert len(OURS) == 1


def test_ours_cover_many_scripts() -> None:
    families, glyphs = read_fonts(font_files(OURS))
    words = (
        "Latin \u00df \u0394\u03bb \u0416 \u0561 \u10d0 \u05d0 \u0645 \u0915 \u0995 \u0a15 \u0a95"
        " \u0b95 \u0c15 \u0c95 \u0d15 \u0d9a \u0e01 \u0e81 \u1000 \u1780 \u1200 \U0001f600"
    )

    assert {"Noto Sans", "Noto Sans Arabic", "Noto Sans Devanagari"} <= set(families)
    assert missing(words, glyphs) == ()
    assert missing("\u65e5", glyphs) == ("\u65e5",)


def test_what_is_no_font_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.ttf").write_bytes(b"not a font")
    (tmp_path / "readme.txt").write_text("nor this")
    shutil.copy(font_files(OURS)[1], tmp_path / "deep.ttf")

    assert len(read_fonts(font_files((tmp_path,)))[0]) == 1


def test_the_configuration_names_folders_and_our_families(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path / "A & B"
    other.mkdir()
    monkeypatch.setenv(ENVIRONMENT, str(other))
    fonts = prepare_fonts(tmp_path / "texts")

    tree = ElementTree.parse(fonts.configuration)
    assert [one.text for one in tree.iter("dir")] == [str(OURS[0]), str(other.resolve())]
    assert [one.text for one in tree.iter("cachedir")] == [str(fonts.cache)]
    assert "Noto Sans Devanagari" in [one.text for one in tree.iter("string")]
    assert fonts.cache.is_dir()
