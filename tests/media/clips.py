"""Every test clip by name.

`clip_file("vfr_gap")` makes the clip on first use and gives its path; `CLIPS["vfr_gap"].truth`
says what is right about it.
"""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

from . import (
    clips_containers,
    clips_damage,
    clips_hidden,
    clips_light,
    clips_picture,
    clips_sound,
    clips_timing,
)
from .clip import Clip, Truth
from .store import ffmpeg_path, stored

__all__ = ["CLIPS", "Clip", "Truth", "clip_file", "ffmpeg_path", "theme"]

THEMES: dict[str, ModuleType] = {
    "timing": clips_timing,
    "picture": clips_picture,
    "light": clips_light,
    "sound": clips_sound,
    "containers": clips_containers,
    "hidden": clips_hidden,
    "damage": clips_damage,
}
_SOURCES: dict[str, Path] = {}
CLIPS: dict[str, Clip] = {}

for _theme in THEMES.values():
    for _clip in _theme.CLIPS:
        assert _clip.name not in CLIPS, _clip.name
        CLIPS[_clip.name] = _clip
        _SOURCES[_clip.name] = Path(str(_theme.__file__))


def theme(name: str) -> list[str]:
    """Names of a theme's clips."""
    return [clip.name for clip in THEMES[name].CLIPS]


def clip_file(name: str, directory: Path | None = None) -> Path:
    """The clip's file, from the cache or made now. Read only: all tests share it."""
    return stored(CLIPS[name], _SOURCES[name], directory)
