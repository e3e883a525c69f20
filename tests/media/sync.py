"""Flashes and beeps read back, and how far apart they are."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from . import look
from .hear import beep_times
from .read import iter_frames

PAIRING_SECONDS = 0.4
"""A flash and a beep further apart than this do not belong together."""


def flash_times(path: Path, *, tolerant: bool = False) -> list[Fraction]:
    """Seconds at which the patch turns white."""
    found: list[Fraction] = []
    lit = False
    for seen in iter_frames(path, tolerant=tolerant):
        now = look.flashes(seen.luma)
        if now and not lit:
            found.append(seen.time)
        lit = now
    return found


def sync_error_seconds(path: Path, *, stream: int = 0, tolerant: bool = False) -> list[float]:
    """Beep minus flash for every flash with a beep near it: positive when sound is late."""
    beeps = beep_times(path, stream=stream, tolerant=tolerant)
    errors: list[float] = []
    for flash in flash_times(path, tolerant=tolerant):
        near = [beep - float(flash) for beep in beeps if abs(beep - flash) < PAIRING_SECONDS]
        if near:
            errors.append(min(near, key=abs))
    return errors
