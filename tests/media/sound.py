"""Test sound: a 1 kHz beep with every flash over a quiet hum, as 16-bit samples."""

from __future__ import annotations

import io
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

BEEP_HZ = 1000
BEEP_SECONDS = 0.04
HUM_HZ = 120
"""Low and quiet, so that the end of the sound can be told from silence."""

Samples = npt.NDArray[np.int16]
"""Frames x channels."""


@dataclass(frozen=True)
class Sound:
    """What the sound track holds; times in seconds on the picture's clock."""

    start: Fraction = Fraction(0)
    end: Fraction | None = None
    """None ends it with the picture."""
    rate: int = 48_000
    channels: int = 1
    hum_hz: int = HUM_HZ
    beep_level: float = 0.5


def samples(sound: Sound, beeps: Sequence[Fraction], end: Fraction) -> Samples:
    """The track from `sound.start` to its end, a beep starting at each of `beeps`."""
    stop = end if sound.end is None else sound.end
    count = round((stop - sound.start) * sound.rate)
    clock = np.arange(count) / sound.rate + float(sound.start)
    level = 0.01 * np.sin(2 * np.pi * sound.hum_hz * clock)
    for beep in beeps:
        within = (clock >= float(beep)) & (clock < float(beep) + BEEP_SECONDS)
        # A sine from its own zero: the onset is then the same in every track.
        tone = sound.beep_level * np.sin(2 * np.pi * BEEP_HZ * (clock - float(beep)))
        level = np.where(within, tone, level)
    mono = np.round(level * 32767).astype(np.int16)
    return np.repeat(mono[:, None], sound.channels, axis=1)


def wav(track: Samples, rate: int) -> bytes:
    """The samples as a WAV file."""
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as out:
        out.setnchannels(track.shape[1])
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(track.tobytes())
    return buffer.getvalue()
