"""What was measured of each frame: pooled, and written down frame by frame."""

import csv
import json
from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path

from reelmill.ffmpeg.meters import QualityMeter
from reelmill.model.errors import OutputInvalidError
from reelmill.model.process import Measurement
from reelmill.model.results import Artifact, Pooled, Quality

OF_LIBVMAF = {"vmaf": "vmaf", "float_ms_ssim": "ms_ssim"}
"""Its columns, by what we call them."""
DIGITS = 6
APPROXIMATE = "vmaf and ms_ssim of one frame in {every}: about 0.2 points of VMAF off"


def gathered(
    of: Measurement, meter: QualityMeter, quality: Quality, out: Path
) -> tuple[Quality, Artifact | None]:
    """Everything that a measurement found, and the file of its frames, if one is wanted.

    Raises:
        OutputInvalidError: what was asked for was not measured of every frame.
    """
    if not of.metrics:
        return quality, None
    found: dict[str, Sequence[float]] = {n: f for n, f in meter.figures.items() if f}
    numbers: dict[str, Sequence[int]] = {
        name: range(len(figures)) for name, figures in found.items()
    }
    if of.log is not None:
        compared, libvmaf = _read(out / of.log)
        (out / of.log).unlink()
        found |= libvmaf
        numbers |= dict.fromkeys(libvmaf, compared)
    for name in of.metrics:
        wanted = -(-quality.frame_count // (of.every if name in OF_LIBVMAF.values() else 1))
        if len(found.get(name, ())) != wanted:
            count = len(found.get(name, ()))
            message = f"{name} of {count} frames, where {wanted} were compared"
            raise OutputInvalidError(message, output=of.output)
    pooled = {name: _pooled(found[name]) for name in of.metrics}
    label = APPROXIMATE.format(every=of.every) if of.every > 1 else None
    quality = quality.but(metrics=pooled, model=of.model, approximate=label)
    if of.path is None:
        return quality, None
    _write(out / of.path, of, quality, {n: (numbers[n], found[n]) for n in found})
    size_bytes = (out / of.path).stat().st_size
    return quality, Artifact(output=of.output, path=of.path, size_bytes=size_bytes)


def _read(log: Path) -> tuple[Sequence[int], dict[str, Sequence[float]]]:
    """The frames that libvmaf looked at, and what it found of each (its CSV log)."""
    numbers, found = array("q"), {name: array("d") for name in OF_LIBVMAF.values()}
    try:
        with log.open(newline="", encoding="ascii") as file:
            for row in csv.DictReader(file):
                numbers.append(int(row["Frame"]))
                for column, name in OF_LIBVMAF.items():
                    if column in row:
                        found[name].append(float(row[column]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OutputInvalidError(f"libvmaf's log cannot be read: {error}") from error
    return numbers, {name: figures for name, figures in found.items() if figures}


def _pooled(figures: Sequence[float]) -> Pooled:
    """Pooled as libvmaf does it (libvmaf.h, VmafPoolingMethod)."""
    count = len(figures)
    return Pooled(
        mean=round(sum(figures) / count, DIGITS),
        min=round(min(figures), DIGITS),
        harmonic_mean=round(count / sum(1 / (one + 1) for one in figures) - 1, DIGITS),
    )


def _write(
    path: Path,
    of: Measurement,
    quality: Quality,
    found: Mapping[str, tuple[Sequence[int], Sequence[float]]],
) -> None:
    """A frame a line, as a film has many."""
    head = {
        "frame_count": quality.frame_count,
        "frame_rate": str(of.rate) if of.rate is not None else None,
        "model": quality.model,
        "approximate": quality.approximate,
        "metrics": {name: one.model_dump() for name, one in quality.metrics.items()},
    }
    places = dict.fromkeys(found, 0)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="ascii") as file:
        file.write(json.dumps(head)[:-1] + ', "frames": [')
        for number in range(quality.frame_count):
            frame: dict[str, float] = {"frame": number}
            for name, (numbers, figures) in found.items():
                at = places[name]
                if at < len(numbers) and numbers[at] == number:
                    frame[name] = round(figures[at], DIGITS)
                    places[name] += 1
            file.write(f"{',' if number else ''}\n{json.dumps(frame)}")
        file.write("\n]}\n")
