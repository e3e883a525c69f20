"""What FFmpeg reports through its pipes while it runs: packets of a target, metrics of frames."""

import math
import time
from abc import ABC, abstractmethod
from array import array

from reelmill.model.process import Measurement, Target
from reelmill.model.results import Quality

IDENTICAL_PSNR = 100.0
"""Where two pictures do not differ at all, PSNR is infinite; JSON has no word for that."""
FIGURES = {
    b"lavfi.psnr.psnr_avg": "psnr",
    b"lavfi.psnr.psnr.y": "psnr_y",
    b"lavfi.ssim.All": "ssim",
    b"lavfi.ssim.Y": "ssim_y",
    b"lavfi.blur": "blur",
    b"lavfi.block": "blockiness",
}
"""Of a frame, by FFmpeg's keys: over all planes, and of the luma alone."""


class _Lines(ABC):
    """Cuts bytes into lines."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> None:
        lines = (self._rest + data).split(b"\n")
        self._rest = lines.pop()
        for line in lines:
            self.line(line)

    @abstractmethod
    def line(self, line: bytes) -> None:
        """One line, without its end."""


class TargetMeter(_Lines):
    """Progress of one target, from the packets of its first stream (`argv.STATS`)."""

    def __init__(self, target: Target) -> None:
        super().__init__()
        self._length = float(target.duration_seconds) if target.duration_seconds else None
        self._started = time.monotonic()
        self.packets = 0
        self.size_bytes = 0
        self.seconds = 0.0
        """Presentation time reached; B-frames come out of order, it never falls."""

    def line(self, line: bytes) -> None:
        """One packet: its time and its bytes. A line of another shape is passed over."""
        words = line.split()
        try:
            seconds, size_bytes = float(words[0]), int(words[1])
        except (ValueError, IndexError):
            return
        self.packets += 1
        self.size_bytes += size_bytes
        self.seconds = max(self.seconds, seconds)

    @property
    def has_length(self) -> bool:
        """Whether there is a planned length to go by."""
        return self._length is not None

    @property
    def fraction(self) -> float | None:
        """0 to 1 of the planned length; None where that is not known."""
        return min(1.0, self.seconds / self._length) if self._length else None

    @property
    def elapsed_seconds(self) -> float:
        """Since the process was started."""
        return max(time.monotonic() - self._started, 1e-3)

    @property
    def speed(self) -> float:
        """Seconds of media per second."""
        return self.seconds / self.elapsed_seconds

    @property
    def frames_per_second(self) -> float:
        """Packets a second."""
        return self.packets / self.elapsed_seconds

    @property
    def eta_seconds(self) -> float | None:
        """To the planned end at the speed so far."""
        if self._length is None or self.seconds <= 0:
            return None
        return max(0.0, (self._length - self.seconds) / self.speed)


class QualityMeter(_Lines):
    """Metrics over all frames, from the metadata that the filters leave on each."""

    def __init__(self, measurement: Measurement) -> None:
        super().__init__()
        self._output = measurement.output
        self._peak = (1 << measurement.bit_depth) - 1
        self._errors: list[float] = [0.0, 0.0]
        self._keeps = bool(measurement.metrics)
        self.frames = 0
        self.figures = {name: array("d") for name in FIGURES.values()}
        """Of every frame, where they are asked for."""

    def line(self, line: bytes) -> None:
        """One `key=value` of a frame, which begins with `frame:` and its number."""
        if line.startswith(b"frame:"):
            self.frames += 1
            return
        key, _, value = line.partition(b"=")
        if key == b"lavfi.psnr.mse_avg":
            self._errors[0] += float(value)
        elif key == b"lavfi.ssim.All":
            self._errors[1] += float(value)
        if self._keeps and key in FIGURES:
            self.figures[FIGURES[key]].append(min(float(value), IDENTICAL_PSNR))

    def quality(self) -> Quality | None:
        """The means; None if no frame was compared."""
        if self.frames == 0:
            return None
        if self.figures["blur"]:
            return Quality(output=self._output, frame_count=self.frames)
        mse = self._errors[0] / self.frames
        psnr = 10 * math.log10(self._peak**2 / mse) if mse > 0 else IDENTICAL_PSNR
        return Quality(
            output=self._output,
            psnr=round(min(psnr, IDENTICAL_PSNR), 3),
            ssim=round(self._errors[1] / self.frames, 6),
            frame_count=self.frames,
        )
