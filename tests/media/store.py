"""Keeps made clips between runs, so that only the first one pays for them."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import imageio_ffmpeg  # pyright: ignore[reportMissingTypeStubs]  # it has none

from .clip import Clip

HERE = Path(__file__).parent
CACHE = HERE.parents[1] / ".cache" / "media"
SHARED_SOURCES = ("picture.py", "sound.py", "film.py", "mux.py", "clip.py", "hdr.py")


@cache
def ffmpeg_path() -> Path:
    """The FFmpeg that comes with the development tools."""
    return Path(imageio_ffmpeg.get_ffmpeg_exe())


@cache
def _ffmpeg_version() -> bytes:
    return subprocess.run([ffmpeg_path(), "-version"], capture_output=True, check=True).stdout


def _key(clip: Clip, source: Path) -> str:
    """Changes with the clip's own module, the shared makers and FFmpeg."""
    digest = hashlib.sha256(_ffmpeg_version())
    for part in (*(HERE / name for name in SHARED_SOURCES), source):
        digest.update(part.read_bytes())
    digest.update(clip.name.encode())
    return digest.hexdigest()[:16]


def stored(clip: Clip, source: Path, directory: Path | None = None) -> Path:
    """The clip's file, made on first use. Never write to it: others read the same file.

    `source` is the module that describes the clip. Workers may race: each makes its own and
    one rename wins.
    """
    root = CACHE if directory is None else directory
    home = root / f"{clip.name}-{_key(clip, source)}"
    found = home / f"{clip.name}{clip.suffix}"
    if found.exists():
        return found
    root.mkdir(parents=True, exist_ok=True)
    (root / ".gitignore").write_text("*\n")
    making = Path(tempfile.mkdtemp(prefix=f".{clip.name}-", dir=root))
    try:
        clip.make(ffmpeg_path(), making / found.name)
        try:
            making.rename(home)
        except OSError:
            if not found.exists():
                raise
    finally:
        shutil.rmtree(making, ignore_errors=True)
    for stale in root.glob(f"{clip.name}-" + "[0-9a-f]" * 16):
        if stale != home:
            shutil.rmtree(stale, ignore_errors=True)
    return found
