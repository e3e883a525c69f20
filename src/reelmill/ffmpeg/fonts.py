"""The fonts that text is drawn with: those that came with Reelmill, and the host's.

libass finds them through fontconfig, which gets a configuration of its own for each attempt: it
looks into these folders only, and prefers our fonts, so that a text looks alike on every host.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.util import find_spec
from pathlib import Path

from reelmill.model.glyphs import compacted

PACKAGE = "manimgx_fonts"
"""Noto Sans for the scripts of the world but East Asia's, and Noto Emoji (SIL OFL 1.1)."""
ENVIRONMENT = "REELMILL_FONTS"
USUAL = ("/usr/share/fonts", "/usr/local/share/fonts")
KINDS = frozenset((".ttf", ".otf", ".ttc", ".otc"))
MOST_FILES = 4000
"""More are not read for what they have."""


@dataclass(frozen=True)
class Fonts:
    """What a child needs to draw text.

    Attributes:
        folders: where the fonts are.
        configuration: fontconfig's file.
        cache: a folder in which it may keep what it found.
    """

    folders: tuple[Path, ...]
    configuration: Path
    cache: Path


def font_folders(environment: Mapping[str, str] = os.environ) -> tuple[Path, ...]:
    """The folders that exist, our own first."""
    spec = find_spec(PACKAGE)
    ours = [Path(folder) for folder in (spec and spec.submodule_search_locations) or ()]
    asked = environment.get(ENVIRONMENT)
    others = USUAL if asked is None else asked.split(os.pathsep)
    found = (folder.resolve() for folder in (*ours, *map(Path, filter(None, others))))
    return tuple(dict.fromkeys(folder for folder in found if folder.is_dir()))


def prepare_fonts(folder: Path) -> Fonts:
    """Write a configuration into a folder, which is made."""
    fonts = Fonts(font_folders(), folder / "fonts.conf", folder / "cache")
    fonts.cache.mkdir(parents=True, exist_ok=True)
    fonts.configuration.write_text(_configuration(fonts), encoding="utf-8")
    return fonts


def _configuration(fonts: Fonts) -> str:
    """See fonts-conf(5). The match has our families stand before all others as substitutes."""
    folders = "\n".join(
        f"<dir>{escape(str(folder), quote=False)}</dir>" for folder in fonts.folders
    )
    families = "".join(f"<string>{escape(name, quote=False)}</string>" for name in _our_families())
    prefer = f'<edit name="family" mode="append_last">{families}</edit>' if families else ""
    return f"""<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
{folders}
<cachedir>{escape(str(fonts.cache), quote=False)}</cachedir>
<match target="pattern">{prefer}</match>
</fontconfig>
"""


@cache
def _our_families() -> tuple[str, ...]:
    return read_fonts(font_files(font_folders({ENVIRONMENT: ""})))[0]


def font_files(folders: Iterable[Path]) -> list[Path]:
    """The font files below folders, in a stable order."""
    paths = (path for folder in folders for path in sorted(folder.rglob("*")))
    return [path for path in paths if path.suffix.lower() in KINDS][:MOST_FILES]


def read_fonts(files: Iterable[Path]) -> tuple[tuple[str, ...], str]:
    """The families of font files, and the code points that they have together, as ranges.

    Files that cannot be read are left out, as fontconfig leaves them out.
    """
    from fontTools.ttLib import TTFont, TTLibError  # noqa: PLC0415  # pyright: ignore[reportMissingTypeStubs]  # slow to load; typed, but it does not say so

    families: set[str] = set()
    points: set[int] = set()
    for path in files:
        try:
            # of a collection the first: the others have the same
            with path.open("rb") as file, TTFont(file, fontNumber=0, lazy=True) as font:
                points.update(font.getBestCmap() or ())
                families.add(font["name"].getBestFamilyName() or path.stem)
        except (TTLibError, OSError, KeyError, ValueError, AssertionError):
            continue
    return tuple(sorted(families)), compacted(points)
