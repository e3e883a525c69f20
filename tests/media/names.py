"""File names that mean something to a shell, a URL, FFmpeg or a terminal, and must not here."""

from __future__ import annotations

from pathlib import Path

NAME_MAX_BYTES = 255


def awkward_names(suffix: str = ".mp4") -> dict[str, str]:
    """A short label and the name, for each kind of trouble."""
    stem_bytes = NAME_MAX_BYTES - len(suffix.encode())
    names = {
        "leading dash": "-i",
        "option": "--help",
        "spaces": "  two  spaces ",
        "single quote": "it's",
        "double quote": 'say "hi"',
        "percent": "100%d %s %03d",
        "url escape": "a%20b",
        "newline": "line\nbreak",
        "tab": "tab\there",
        "carriage return": "return\rhere",
        "escape sequence": "\x1b[31mred",
        "emoji": "🎬👩‍👩‍👧",
        "right to left": "סרט \u202egnp.exe",
        "combining": "e\u0301 und é",
        "colon": "a:b",
        "protocol": "file:x",
        "concat": "concat:a|b",
        "pipe": "pipe:0",
        "backslash": "back\\slash",
        "filter signs": "[in];a,b=c'd",
        "shell": "$(echo no)`echo no`&;|<>*?~!#",
        "playlist": "#EXTM3U",
        "dots": "..video..",
        "255 bytes": "x" * stem_bytes,
        "255 bytes in utf-8": "é" * (stem_bytes // 2) + "x" * (stem_bytes % 2),
    }
    return {label: stem + suffix for label, stem in names.items()}


def named(source: Path, name: str, directory: Path) -> Path:
    """The source's bytes under that name (a hard link where the disk allows)."""
    target = directory / name
    try:
        target.hardlink_to(source)
    except OSError:
        target.write_bytes(source.read_bytes())
    return target
