"""What a test clip is: how it is made and what is true of it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from .film import Recipe, Shot, film

Make = Callable[[Path, Path], None]
"""(FFmpeg's path, the file to write)."""


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What a right reading of the source says; None where nothing is promised."""

    displayed_width: int | None = None
    """Square pixels, upright."""
    displayed_height: int | None = None
    frame_count: int | None = None
    """Frames a player shows, or coded frames where interlaced."""
    first_number: int = 0
    """Bar code of the first frame shown; the rest follow in steps of one."""
    numbered: bool = True
    """Whether every stored frame's bar code can be read."""
    nominal_rate: Fraction | None = None
    """Frames a second a fixed-rate output should have; fields are not frames."""
    duration_seconds: float | None = None
    """From the first thing presented to the end of the last."""
    video_start_seconds: float = 0.0
    has_video: bool = True
    has_audio: bool = True
    audio_start_seconds: float | None = 0.0
    audio_end_seconds: float | None = None
    audio_streams: int = 1
    channels: int | None = 1
    sample_rate: int | None = 48_000
    flash_times: tuple[float, ...] = ()
    """Seconds on the player's clock, beeps the same but for `sync_offset_seconds`."""
    sync_offset_seconds: float = 0.0
    """Beep minus flash where the container itself cannot undo the encoder's delay."""
    bar_tolerance: float | None = 3.0
    """Levels by which the source's own bars may miss; None where they are not judged."""
    stored_squareness: float = 1.0
    """What `squareness` says of the stored pixels: 1 / sample aspect."""
    matrix: bool = False
    """A display matrix stands in the file."""
    vfr: bool = False
    field_order: str = "progressive"
    transfer: str = "sdr"
    alpha: bool = False
    still: bool = False
    decodable: bool = True
    """False where no picture or sound can be had at all."""
    damaged: bool = False
    """Content is missing: a whole-looking output would be a lie."""
    duration_in_header: bool = True


@dataclass(frozen=True)
class Clip:
    """A named clip."""

    name: str
    suffix: str
    make: Make
    truth: Truth


def truth_of(shot: Shot) -> Truth:
    """What follows from the shot alone, shown from its first frame or sound."""
    canvas, sound, clock = shot.canvas, shot.sound, shot.clock
    end = None if sound is None else float(shot.length if sound.end is None else sound.end)
    return Truth(
        displayed_width=round(canvas.width * canvas.sar),
        displayed_height=canvas.height,
        frame_count=len(clock),
        nominal_rate=shot.rate,
        duration_seconds=max(float(shot.length), end or 0.0),
        video_start_seconds=float(clock[0]),
        has_audio=sound is not None,
        audio_streams=0 if sound is None else 1,
        audio_start_seconds=None if sound is None else float(sound.start),
        audio_end_seconds=end,
        channels=None if sound is None else sound.channels,
        sample_rate=None if sound is None else sound.rate,
        flash_times=tuple(float(time) for time in shot.flash_times),
        stored_squareness=float(1 / canvas.sar),
        vfr=bool(shot.times),
    )


PRIMING_SECONDS = 1024 / 48_000
"""AAC's encoder delay: heard as silence where the container cannot cut it off."""


def shifted(truth: Truth, seconds: float) -> Truth:
    """The same picture shown later by `seconds` while the sound's stream starts at zero."""
    return replace(
        truth,
        video_start_seconds=truth.video_start_seconds + seconds,
        duration_seconds=(truth.duration_seconds or 0.0) + seconds,
        audio_end_seconds=truth.audio_end_seconds and truth.audio_end_seconds + seconds,
        flash_times=tuple(time + seconds for time in truth.flash_times),
    )


def filmed(
    name: str,
    shot: Shot,
    recipe: Recipe | None = None,
    *,
    suffix: str = ".mp4",
    truth: Truth | None = None,
) -> Clip:
    """A clip that one encode makes."""
    return Clip(
        name, suffix, lambda ffmpeg, path: film(ffmpeg, path, shot, recipe), truth or truth_of(shot)
    )


Step = Callable[[Path, Path, Path], None]
"""(FFmpeg, the encoded file, the file to write)."""


def reworked(
    name: str,
    shot: Shot,
    step: Step,
    recipe: Recipe | None = None,
    *,
    inner: str = ".mp4",
    suffix: str = ".mp4",
    truth: Truth | None = None,
) -> Clip:
    """A clip that is encoded as `inner` first and then changed by `step`."""

    def make(ffmpeg: Path, path: Path) -> None:
        with tempfile.TemporaryDirectory() as scratch:
            first = Path(scratch, f"inner{inner}")
            film(ffmpeg, first, shot, recipe)
            step(ffmpeg, first, path)

    return Clip(name, suffix, make, truth or truth_of(shot))
