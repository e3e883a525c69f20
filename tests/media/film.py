"""Encodes drawn frames and beeps into a clip by piping them through FFmpeg."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from math import floor
from pathlib import Path

import numpy as np
import numpy.typing as npt

from .picture import Canvas, Rgb, draw
from .sound import Sound, samples, wav

Pixels = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]

FLASH_OFFSET = Fraction(1, 2)
"""A flash starts at the first frame from each half second: 0.5 s, 1.5 s, 2.5 s ..."""
FLASH_SECONDS = Fraction(1, 12)
"""Long enough to survive halving the frame rate."""

H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "16", "-g", "25")
AAC = ("-c:a", "aac", "-b:a", "96k")
FAST_START = ("-movflags", "+faststart")


def to_yuv(
    pixel_format: str = "yuv420p",
    matrix: str = "bt709",
    levels: str = "tv",
    interlaced: bool = False,
    transfer: str = "bt709",
    primaries: str = "bt709",
) -> str:
    """A filter that turns drawn R'G'B' into YUV without rounding tricks, and tags it.

    Tags ride on the frames: FFmpeg lets those win over the encoder's own options.
    """
    weave = ":interl=1" if interlaced else ""
    return (
        f"scale=out_color_matrix={matrix}:out_range={levels}{weave}"
        f":flags=bicubic+accurate_rnd+full_chroma_int,format={pixel_format}"
        f",setparams=color_primaries={primaries}:color_trc={transfer}"
    )


UNTAG = ",setparams=colorspace=unknown:color_primaries=unknown:color_trc=unknown:range=unknown"
"""Takes every colour tag off again."""


@dataclass(frozen=True)
class Shot:
    """What is filmed: size, when each frame is shown, and the sound."""

    canvas: Canvas = field(default_factory=lambda: Canvas(640, 360))
    rate: Fraction = Fraction(25)
    count: int = 50
    sound: Sound | None = field(default_factory=Sound)
    times: tuple[Fraction, ...] = ()
    """Seconds of each frame where they are uneven; empty for count / rate."""

    @property
    def clock(self) -> tuple[Fraction, ...]:
        """Seconds at which each frame is shown."""
        return self.times or tuple(Fraction(n) / self.rate for n in range(self.count))

    @property
    def length(self) -> Fraction:
        """Seconds until the last frame has been shown for one nominal frame."""
        return self.clock[-1] + 1 / self.rate

    @property
    def flash_frames(self) -> list[int]:
        """The first frame of each flash; even ones only, so half the rate keeps them."""
        due, found = FLASH_OFFSET, list[int]()
        for number, time in enumerate(self.clock):
            if time >= due and number % 2 == 0:
                mark = floor(time - FLASH_OFFSET) + FLASH_OFFSET
                if time < mark + Fraction(1, 2):
                    found.append(number)
                due = mark + 1
        return found

    @property
    def flash_times(self) -> list[Fraction]:
        """Seconds at which flashes and beeps start."""
        return [self.clock[first] for first in self.flash_frames]

    def frames(self) -> Iterator[Rgb]:
        """The frames in order, upright, at the stored size."""
        starts = self.flash_times
        for number, time in enumerate(self.clock):
            lit = any(start <= time < start + FLASH_SECONDS for start in starts)
            yield draw(number, self.canvas, lit)


def run(ffmpeg: Path, arguments: Sequence[str], feed: Iterable[bytes] | None = None) -> bytes:
    """Run FFmpeg over `arguments`, quietly; its standard output. Raises with its words.

    `feed` goes to its standard input piece by piece, so that drawing and encoding overlap.
    """
    command = [str(ffmpeg), "-hide_banner", "-v", "error", "-y", *arguments]
    if feed is None:
        command.insert(1, "-nostdin")
    with tempfile.TemporaryFile() as words:
        stdin = subprocess.DEVNULL if feed is None else subprocess.PIPE
        process = subprocess.Popen(command, stdin=stdin, stdout=subprocess.PIPE, stderr=words)
        with process:
            if process.stdin is not None:
                # A broken pipe is FFmpeg stopping early; its exit code tells whether it failed.
                with suppress(BrokenPipeError):
                    for piece in feed or ():
                        process.stdin.write(piece)
                with suppress(BrokenPipeError):
                    process.stdin.close()
            output = process.stdout.read() if process.stdout else b""
        if process.returncode != 0:
            words.seek(0)
            said = words.read().decode(errors="replace")[-2000:]
            raise RuntimeError(f"ffmpeg {' '.join(arguments)}: {said}")
    return output


Arrange = Callable[[Iterator[Rgb]], Iterator[Pixels]]


def _as_drawn(frames: Iterator[Rgb]) -> Iterator[Pixels]:
    yield from frames


@dataclass(frozen=True)
class Recipe:
    """How a shot is encoded."""

    video: Sequence[str] = H264
    audio: Sequence[str] = AAC
    filters: str = field(default_factory=to_yuv)
    inputs: Sequence[str] = ()
    """Further inputs; they are numbered from 2 when there is sound, else from 1."""
    maps: Sequence[str] | None = None
    muxer: Sequence[str] = FAST_START
    arrange: Arrange = _as_drawn
    """Turns drawn frames into those stored: rotated, woven, with alpha, of 16 bits."""
    pixel_format: str = "rgb24"
    shift_sound: bool = True
    """Whether a late sound keeps its place; False starts it at zero."""


def film(ffmpeg: Path, path: Path, shot: Shot, recipe: Recipe | None = None) -> None:
    """Encode the shot into `path`."""
    recipe = recipe or Recipe()
    stored = recipe.arrange(shot.frames())
    first = next(stored)
    height, width = first.shape[:2]
    pieces = (picture.tobytes() for picture in chain([first], stored))
    arguments = [
        "-f", "rawvideo", "-pix_fmt", recipe.pixel_format, "-s", f"{width}x{height}",
        "-r", str(shot.rate), "-i", "pipe:0",
    ]  # fmt: skip
    maps = ["-map", "0:v"]
    with tempfile.TemporaryDirectory() as scratch:
        if shot.sound is not None:
            track = samples(shot.sound, shot.flash_times, shot.length)
            beeps = Path(scratch, "beeps.wav")
            beeps.write_bytes(wav(track, shot.sound.rate))
            if recipe.shift_sound and shot.sound.start:
                arguments += ["-itsoffset", f"{float(shot.sound.start):.6f}"]
            arguments += ["-i", str(beeps)]
            maps += ["-map", "1:a"]
        arguments += [*recipe.inputs, *(maps if recipe.maps is None else recipe.maps)]
        sar = shot.canvas.sar
        # The aspect is set even when 1:1: raw video has none and some readers guess.
        filters = f"{recipe.filters},setsar={sar.numerator}/{sar.denominator}"
        arguments += ["-filter:v:0", filters.lstrip(","), *recipe.video]
        if shot.sound is not None:
            arguments += [*recipe.audio]
        run(ffmpeg, [*arguments, *recipe.muxer, str(path)], pieces)
