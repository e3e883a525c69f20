"""How long a step takes and how big its outputs are, before it runs.

The rates were measured on one machine (docs/performance.md says which); `Policy.seconds_per_unit`
scales them to another.
"""

import math
from fractions import Fraction

from reelmill.model.process import EncodedStream, Measurement, Process, Target
from reelmill.model.steps import Cost, ExpectedStream, Step
from reelmill.planner.context import Context

START_SECONDS = 0.15
"""Starting a child, opening its inputs, verifying its outputs."""
DECODE_CPU = 0.004
"""CPU seconds per million pixels decoded."""
FILTER_CPU = 0.0025
"""CPU seconds per million pixels into a scaler."""
OPERATION_CPU = {
    "rotate": 0.016,
    "unsharp": 0.006,
    "hqdn3d": 0.005,
    "ass": 0.005,
    "subtitles": 0.005,
    "gblur": 0.003,
    "overlay": 0.003,
    "bwdif": 0.0025,
    "lutyuv": 0.001,
    "transpose": 0.001,
}
"""CPU seconds per million pixels of other filters, taken as if all saw the source's size."""
ENCODE_CPU = {"libx264": 0.033, "libx265": 0.13, "libsvtav1": 0.05, "libvpx-vp9": 0.2, "ffv1": 0.02}
"""CPU seconds per million pixels encoded at preset medium."""
PRESETS = {
    "ultrafast": 0.2,
    "superfast": 0.3,
    "veryfast": 0.45,
    "faster": 0.65,
    "fast": 0.85,
    "medium": 1.0,
    "slow": 1.7,
    "slower": 3.0,
    "veryslow": 5.0,
}
METRIC_CPU = 0.012
"""CPU seconds per million pixels decoded again, scaled again and compared twice."""
VMAF_CPU, MS_SSIM_CPU = 0.02, 0.12
"""CPU seconds per million pixels that libvmaf looks at."""
SOUND_CPU = 0.006
"""CPU seconds per second of sound encoded."""
BITS_PER_PIXEL = {"libx264": 0.055, "libx265": 0.035, "libsvtav1": 0.03, "libvpx-vp9": 0.04}
"""At the ladder's settings, for a picture of 640x360; larger ones need less per pixel."""
PARALLEL = 0.92
"""How much of all CPUs a step with a video encoder keeps busy."""
STILL_BYTES_PER_PIXEL = 0.12


def estimate(step: Step, context: Context) -> Cost:
    """CPU, wall and bytes of one step."""
    process = step.process
    if process is None:
        return Cost(wall_seconds=0.01, cpu_seconds=0.01, size_bytes=1024)
    cpu, size, encodes = START_SECONDS, 0.0, False
    expected = {e.output: e.streams for e in step.expects}
    for target in process.targets:
        first = target.muxes[0].output
        for stream, wanted in zip(target.streams, expected.get(first, ()), strict=False):
            seconds, size_bytes = _stream(stream, wanted, target, context)
            cpu += seconds
            size += size_bytes * len(target.muxes) * 1.02
            encodes = encodes or (stream.kind == "video" and stream.encoder != "copy")
    cpu += _decoding(process, context)
    cpu += sum(_looking(one.process, step, context) for one in step.first)
    cpu += sum(_measuring(one, step, context) for one in process.measurements)
    cpu *= context.policy.seconds_per_unit
    workers = context.facts.capabilities.cpu_count * PARALLEL if encodes else 1.0
    return Cost(
        wall_seconds=round(START_SECONDS + cpu / workers, 3),
        cpu_seconds=round(cpu, 3),
        size_bytes=round(size),
    )


def _looking(process: Process, step: Step, context: Context) -> float:
    """CPU seconds of what runs before: a first pass, or sound that is listened to."""
    expected = {e.output: e.streams for e in step.expects}
    cpu = START_SECONDS
    for target in process.targets:
        if target.streams[0].kind == "audio":
            cpu += SOUND_CPU * _length(target, context)
            continue
        wanted = expected.get(target.muxes[0].output, ())
        pictures = [one for one in wanted if one.kind == "video"]
        for stream, one in zip(target.streams, pictures, strict=False):
            cpu += _stream(stream, one, target, context)[0]
        cpu += _decoding(process, context)
    return cpu


def _length(target: Target, context: Context) -> float:
    """Seconds that it lasts, or the source, where only the run will tell."""
    return float(target.duration_seconds or context.facts.sources[0].duration_seconds or 0)


def _stream(
    stream: EncodedStream, wanted: ExpectedStream, target: Target, context: Context
) -> tuple[float, float]:
    """CPU seconds and bytes of one encoded stream."""
    length = _length(target, context)
    pixels = (wanted.width or 0) * (wanted.height or 0)
    if stream.kind == "image":
        return 0.02, pixels * STILL_BYTES_PER_PIXEL
    options = dict(stream.options)
    if stream.kind == "audio":
        lossless = (wanted.sample_rate or 0) * (wanted.channels or 1) * 16
        return length * SOUND_CPU, length * int(options.get("b", lossless)) / 8
    frames = wanted.frame_count or length * 25
    megapixels = pixels * frames / 1e6
    speed = PRESETS.get(options.get("preset", "medium"), 1.0)
    rate = ENCODE_CPU.get(stream.encoder, 0.0)
    bits = BITS_PER_PIXEL.get(stream.encoder, 4.0) * (640 * 360 / max(pixels, 1)) ** 0.25
    crf = int(options.get("crf", 23))
    bits *= 2 ** ((23 - crf) / 6) if stream.encoder == "libx264" else 1
    usual = megapixels * 1e6 * bits / 8
    # Between what the settings usually give and what this source's pixels cost.
    size = math.sqrt(usual * _source_share(pixels, length, context, usual))
    return megapixels * rate * speed, size


def _source_share(pixels: int, length: float, context: Context, usual: float) -> float:
    """Bytes if each pixel costs what it costs in the source, a bit more where there are fewer."""
    facts = context.facts.sources[0]
    picture = facts.picture
    if picture is None or not (picture.bit_rate or facts.bit_rate):
        return usual
    share = pixels / (picture.width * picture.height)
    return (picture.bit_rate or facts.bit_rate or 0) * float(share) ** 0.75 * length / 8 * 1.15


def _decoding(process: Process, context: Context) -> float:
    """Decoding once per input, scaling once per scaler."""
    cpu = 0.0
    for one in process.inputs:
        if one.origin != "source" or (picture := context.facts.of(one.name).picture) is None:
            continue
        length = context.facts.of(one.name).duration_seconds or Fraction(0)
        if one.seek_seconds is not None:
            length = min(length, Fraction(2))  # to the next key frames
        frames = float(length * (picture.nominal_rate or 25))
        scalers = sum(f.name in ("scale", "zscale") for f in process.filters)
        cost = DECODE_CPU + FILTER_CPU * min(scalers, 4)
        cost += sum(OPERATION_CPU.get(f.name, 0.0) for f in process.filters)
        cpu += cost * picture.width * picture.height * frames / 1e6
    return cpu


def _measuring(one: Measurement, step: Step, context: Context) -> float:
    """CPU seconds of a measurement."""
    rate = METRIC_CPU
    rate += VMAF_CPU / one.every if one.log is not None else 0.0
    rate += MS_SSIM_CPU / one.every if "ms_ssim" in one.metrics else 0.0
    megapixels = _compared(one.of, step)
    if one.pixels is not None and not megapixels:
        length = float(context.facts.sources[0].duration_seconds or 0)
        megapixels = one.pixels * (one.frame_count or length * 25) / 1e6
    return rate * megapixels


def _compared(measured: str, step: Step) -> float:
    """Million pixels of an output's picture."""
    for one in step.expects:
        for stream in one.streams if one.output == measured else ():
            if stream.kind == "video":
                pixels = (stream.width or 0) * (stream.height or 0)
                return pixels * (stream.frame_count or 0) / 1e6
    return 0.0
