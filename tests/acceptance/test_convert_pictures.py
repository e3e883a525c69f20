"""Pictures of every common kind as sources: upright and in their colours, or clearly refused."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

import reelmill
from reelmill.model.errors import UnsupportedMediaError
from tests.media.clips import clip_file, ffmpeg_path

LEFT, RIGHT = (200, 40, 40), (40, 40, 200)


def picture() -> Image.Image:
    """Red on the left, blue on the right."""
    made = Image.new("RGB", (96, 64), RIGHT)
    made.paste(LEFT, (0, 0, 48, 64))
    return made


def turned(orientation: int) -> Image.Exif:
    """What a camera says of how it was held."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif


@pytest.mark.parametrize(
    ("name", "orientation"),
    [
        *(("a.tiff", 1), ("a.tiff", 6), ("a.jpg", 1), ("a.jpg", 5), ("a.jpg", 8)),
        *(("a.bmp", 1), ("a.webp", 3), ("a.avif", 1), ("a.png", 1)),
    ],
)
def test_a_picture_is_upright_and_in_its_colours(
    tmp_path: Path, name: str, orientation: int
) -> None:
    source, output = tmp_path / name, tmp_path / "out.png"
    picture().save(source, exif=turned(orientation))
    reelmill.convert(source, output)
    with Image.open(source) as given, Image.open(output) as made:
        wanted, found = (
            np.asarray(one.convert("RGB"), np.int16)
            for one in (ImageOps.exif_transpose(given), made)
        )
    assert found.shape == wanted.shape
    assert np.abs(found - wanted).mean() < 4


def test_an_animated_png_moves(tmp_path: Path) -> None:
    source = tmp_path / "a.png"
    frames = [picture().rotate(90 * turn) for turn in range(4)]
    frames[0].save(source, save_all=True, append_images=frames[1:], duration=100)
    reelmill.convert(source, tmp_path / "a.mp4")
    facts = reelmill.probe(tmp_path / "a.mp4")
    assert facts.picture is not None
    assert (facts.picture.frame_count, facts.duration_seconds) == (4, pytest.approx(0.4))


def test_what_is_not_decoded_is_named(tmp_path: Path) -> None:
    icon, other = tmp_path / "a.ico", tmp_path / "a.jxl"
    picture().save(icon)
    draw = ["-f", "lavfi", "-i", "color=s=64x64", "-frames:v", "1", "-c:v", "libjxl"]
    subprocess.run([ffmpeg_path(), "-v", "error", *draw, str(other)], check=True, timeout=30)
    animated = clip_file("webp_animated")
    for source, says in ((icon, "icon"), (other, "jpegxl"), (animated, "animated WebP")):
        with pytest.raises(UnsupportedMediaError, match=says):
            reelmill.convert(source, tmp_path / "out.png")
