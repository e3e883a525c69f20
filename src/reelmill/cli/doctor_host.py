"""What the doctor asks the host itself: fonts and room on the disk."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

_FONT_SUFFIXES = {".ttf", ".otf", ".ttc"}
_ENOUGH = 2000


@dataclass(frozen=True)
class Fonts:
    """How many font files there are (counting stops at 2000), and the first few by name."""

    count: int
    names: tuple[str, ...]


def find_fonts() -> Fonts:
    """Font files in the folders that fontconfig looks at by default, and macOS's and Windows'."""
    data = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share")
    folders = [
        *(Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), data / "fonts"),
        *(Path.home() / ".fonts", Path("/Library/Fonts"), Path("/System/Library/Fonts")),
        Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts",
    ]
    names: set[str] = set()
    for folder in folders:
        for _, _, files in os.walk(folder):
            names.update(name for name in files if Path(name).suffix.lower() in _FONT_SUFFIXES)
            if len(names) >= _ENOUGH:
                break
    return Fonts(len(names), tuple(sorted(names)[:3]))


def free_bytes(path: Path) -> int:
    """Room for a user's files where the path is, or would be.

    Raises:
        OSError: the file system does not answer.
    """
    existing = next(folder for folder in (path, *path.absolute().parents) if folder.exists())
    return shutil.disk_usage(existing).free
