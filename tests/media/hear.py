"""Reads a finished file's sound back: where it starts and ends, its beeps and its hum."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from .opening import clock_zero, decoded, open_media, seconds
from .sound import BEEP_HZ, BEEP_SECONDS

WINDOW_SECONDS = 0.01
"""Length of the level meter: ten periods of the beep."""
STAMP_SLACK_SECONDS = 0.004
"""Stamps this near to where the last piece ended continue it."""


def audio_frames(
    path: Path, *, stream: int = 0, tolerant: bool = False
) -> Iterator[tuple[Fraction, npt.NDArray[np.float32], int]]:
    """(seconds, samples of channels x count in -1..1, rate) of each sound frame.

    Encoder delay is already gone: the demuxer marks it and the decoder drops it.
    """
    with open_media(path) as container:
        zero = clock_zero(container)
        for frame in decoded(container, "audio", stream, tolerant):
            assert isinstance(frame, av.AudioFrame)
            yield seconds(frame) - zero, _floats(frame), frame.sample_rate


def _floats(frame: av.AudioFrame) -> npt.NDArray[np.float32]:
    table = frame.to_ndarray()
    if not frame.format.is_planar:
        table = table.reshape(-1, frame.layout.nb_channels).T
    if table.dtype == np.int16:
        return table.astype(np.float32) / np.float32(32768)
    if table.dtype == np.int32:
        return table.astype(np.float32) / np.float32(2**31)
    return table.astype(np.float32)


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


def hum_hz(path: Path, *, stream: int = 0) -> float:
    """The strongest tone below 600 Hz, to tell one track from another."""
    track = read_track(path, stream=stream)
    if track is None:
        return 0.0
    power = np.abs(np.fft.rfft(track.mono * np.hanning(len(track.mono))))
    pitch = np.fft.rfftfreq(len(track.mono), 1 / track.rate)
    return float(pitch[int(np.argmax(np.where((pitch > 40) & (pitch < 600), power, 0.0)))])
