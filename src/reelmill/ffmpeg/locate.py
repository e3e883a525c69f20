"""Which FFmpeg this host uses, and small things remembered about that one binary."""

import hashlib
import json
import os
import platform
import shutil
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

from reelmill.model.errors import FfmpegUnavailableError

_ENVIRONMENT = "REELMILL_FFMPEG"


@dataclass(frozen=True)
class Ffmpeg:
    """A binary that ran, and the version that it calls itself."""

    path: Path
    version: str


def find_ffmpeg() -> Ffmpeg:
    """REELMILL_FFMPEG if set, else the binary inside imageio-ffmpeg, else `ffmpeg` on PATH.

    Raises:
        FfmpegUnavailableError: none of them exists, or the one that does cannot run.
    """
    if chosen := os.environ.get(_ENVIRONMENT):
        path = shutil.which(chosen)
        if path is None:
            raise FfmpegUnavailableError(f"{_ENVIRONMENT} names no program: {chosen}.")
        return _introduce(Path(path).absolute())
    path = _bundled() or shutil.which("ffmpeg")
    if path is None:
        raise FfmpegUnavailableError(
            f"No FFmpeg found: install the Python package imageio-ffmpeg, or set {_ENVIRONMENT}."
        )
    return _introduce(Path(path).absolute())


def _bundled() -> Path | None:
    """The binary of the wheel, found without importing it: its import starts processes."""
    spec = find_spec("imageio_ffmpeg")
    for folder in (spec and spec.submodule_search_locations) or ():
        for path in sorted(Path(folder, "binaries").glob("ffmpeg-*")):
            if os.access(path, os.X_OK):
                return path
    return None


@cache
def _introduce(path: Path) -> Ffmpeg:
    kept = recall(path, "version")
    if kept is not None:
        return Ffmpeg(path, str(kept["version"]))
    words = _ask(path, "-version").split(maxsplit=3)
    if words[:2] != ["ffmpeg", "version"]:
        raise FfmpegUnavailableError(f"{path} is not FFmpeg.")
    remember(path, "version", {"version": words[2]})
    return Ffmpeg(path, words[2])


def _ask(path: Path, option: str) -> str:
    try:
        return subprocess.run(
            [path, option],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=20,
            check=True,
            start_new_session=True,
        ).stdout.decode(errors="replace")
    except (OSError, subprocess.SubprocessError) as error:
        raise FfmpegUnavailableError(f"{path} does not run: {error}.") from error


def recall(binary: Path, topic: str) -> dict[str, Any] | None:
    """What `remember` kept about this very binary on this host; None: nothing that can be read."""
    with suppress(OSError, ValueError):
        kept: object = json.loads(_note(binary, topic).read_bytes())
        if isinstance(kept, dict):
            return cast("dict[str, Any]", kept)
    return None


def remember(binary: Path, topic: str, value: dict[str, Any]) -> None:
    """Keep a JSON value about a binary in the user's cache; a cache that cannot be is no error."""
    with suppress(OSError):
        note = _note(binary, topic)
        note.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=note.parent, delete=False) as draft:
            json.dump(value, draft)
        Path(draft.name).replace(note)


def _note(binary: Path, topic: str) -> Path:
    """A file name that changes with the binary, the host and its GPUs."""
    status = binary.stat()
    devices = sorted(
        entry.name for folder in ("/dev/dri", "/dev") for entry in _devices(Path(folder))
    )
    identity = [str(binary), status.st_size, status.st_mtime_ns, platform.node(), devices]
    digest = hashlib.sha256(json.dumps(identity).encode()).hexdigest()[:16]
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base, "reelmill", f"ffmpeg-{topic}-{digest}.json")


def _devices(folder: Path) -> list[Path]:
    return [*folder.glob("renderD*"), *folder.glob("nvidia[0-9]*")]


def read_licence(ffmpeg: Ffmpeg) -> str:
    """The licence that the build's configuration puts it under (FFmpeg's LICENSE.md)."""
    flags = set(_ask(ffmpeg.path, "-buildconf").split())
    if "--enable-nonfree" in flags:
        return "nonfree, not redistributable"
    family, version = ("GPL", "2") if "--enable-gpl" in flags else ("LGPL", "2.1")
    return f"{family} {'3' if '--enable-version3' in flags else version} or later"
