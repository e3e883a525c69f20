"""Flashes and beeps read back, and how far apart they are."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt

from . import look
from .read import audio_frames, iter_frames
from .sound import BEEP_HZ, BEEP_SECONDS

WINDOW_SECONDS = 0.01
"""Length of the level meter: ten periods of the beep."""
STAMP_SLACK_SECONDS = 0.004
"""Stamps this near to where the last piece ended continue it."""
PAIRING_SECONDS = 0.4
"""A flash and a beep further apart than this do not belong together."""


@dataclass(frozen=True)
class Track:
    """A whole sound stream on the player's clock."""

    start: float
    """Seconds of its first sample."""
    rate: int
    mono: npt.NDArray[np.float32]
    """The mean of the channels, with gaps between stamps filled by silence."""

    @property
    def end(self) -> float:
        """Seconds at which its last sample ends."""
        return self.start + len(self.mono) / self.rate


def read_track(path: Path, *, stream: int = 0, tolerant: bool = False) -> Track | None:
    """The sound of a file, each piece laid where its stamp says; None without any."""
    pieces = list(audio_frames(path, stream=stream, tolerant=tolerant))
    if not pieces:
        return None
    start, rate = float(pieces[0][0]), pieces[0][2]
    places: list[int] = []
    due = 0
    for stamp, samples, _ in pieces:
        place = max(0, round((float(stamp) - start) * rate))
        # Stamps rounded to a millisecond must not tear a tone apart.
        places.append(due if abs(place - due) < STAMP_SLACK_SECONDS * rate else place)
        due = places[-1] + samples.shape[1]
    length = max(place + piece[1].shape[1] for place, piece in zip(places, pieces, strict=True))
    mono = np.zeros(length, np.float32)
    for place, (_, samples, _) in zip(places, pieces, strict=True):
        mono[place : place + samples.shape[1]] = samples.mean(axis=0)
    return Track(start, rate, mono)


def beeps_in(track: Track, hz: float = BEEP_HZ) -> list[float]:
    """Seconds at which tones of `hz` start, to about a millisecond."""
    window = max(2, round(WINDOW_SECONDS * track.rate))
    clock = np.arange(len(track.mono)) / track.rate
    shifted = track.mono * np.exp(-2j * np.pi * hz * clock)
    # A centred mean of a sudden tone passes half its level exactly at the onset.
    level = np.abs(np.convolve(shifted, np.ones(window) / window, mode="same"))
    peak = float(level.max(initial=0.0))
    if peak < 0.02:
        return []
    above = level > peak / 2
    rises = np.flatnonzero(above[1:] & ~above[:-1]) + 1
    falls = np.flatnonzero(~above[1:] & above[:-1]) + 1
    found: list[float] = []
    for rise in rises.tolist():
        later = falls[falls > rise]
        fall = int(later[0]) if len(later) else len(above)
        if (fall - rise) / track.rate > BEEP_SECONDS / 2:
            found.append(track.start + (rise + 0.5) / track.rate)
    return found


def beep_times(path: Path, *, stream: int = 0, tolerant: bool = False) -> list[float]:
    """Seconds at which beeps start."""
    track = read_track(path, stream=stream, tolerant=tolerant)
    return [] if track is None else beeps_in(track)


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


def hum_hz(path: Path, *, stream: int = 0) -> float:
    """The strongest tone below 600 Hz, to tell one track from another."""
    track = read_track(path, stream=stream)
    if track is None:
        return 0.0
    power = np.abs(np.fft.rfft(track.mono * np.hanning(len(track.mono))))
    pitch = np.fft.rfftfreq(len(track.mono), 1 / track.rate)
    return float(pitch[int(np.argmax(np.where((pitch > 40) & (pitch < 600), power, 0.0)))])
