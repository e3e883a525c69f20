"""What an encoded stream costs and how big it is, by the table."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from reelmill.model.facts import SourceFacts
from reelmill.model.process import EncodedStream
from reelmill.model.steps import ExpectedStream
from reelmill.planner.rates import (
    ALONE,
    ANY_BITS_PER_PIXEL,
    ANY_SOUND_BITS,
    BITS_PER_PIXEL,
    CRF,
    CRF_HALVES,
    ENCODE_CPU,
    FIXED_BITS_PER_PIXEL,
    LOSSLESS,
    PRESETS,
    SOUND_BITS,
    SOUND_CPU,
    SPEEDS,
    STILL_BYTES_PER_PIXEL,
    STILL_CPU,
    USUAL_DENSITY,
    density,
    effort,
)

MOST_USED = 3.0
"""Times what a picture takes at the usual CRF: more an encoder does not find a use for."""
LEAST_BITS_PER_PIXEL = 0.0015
"""A picture that stands still."""


@dataclass(frozen=True)
class Coding:
    """One encoded stream."""

    encoder: str
    kind: str
    """Of its size: the encoder, and how its rate is controlled."""
    cpu_seconds: float
    size_bytes: float
    cpus: float = 1.0
    """That are busy with it at most."""


def coding(
    stream: EncodedStream, wanted: ExpectedStream, length: float, facts: SourceFacts
) -> Coding:
    """What a stream costs.

    Args:
        stream: how it is made.
        wanted: what it is in the end.
        length: in seconds.
        facts: of the source whose picture it is made from.
    """
    pixels = (wanted.width or 0) * (wanted.height or 0)
    if stream.encoder == "copy":
        return Coding("copy", "copy", 0.0, _copied(stream, facts) * length / 8)
    if stream.kind == "image":
        return Coding(stream.encoder, "image", STILL_CPU, pixels * STILL_BYTES_PER_PIXEL)
    options = dict(stream.options)
    if stream.kind != "video":
        size_bytes = length * _heard(stream, wanted, facts) / 8
        return Coding("sound", stream.encoder, length * SOUND_CPU, size_bytes)
    frames = wanted.frame_count or length * 25
    speed, share = _preset(stream.encoder, options)
    hardness = _hardness(pixels, facts)
    rate = ENCODE_CPU.get(stream.encoder, 0.0) * speed
    usual = BITS_PER_PIXEL.get(stream.encoder, 0.0) * hardness
    bits, control = max(usual * share * _finer(stream), LEAST_BITS_PER_PIXEL), "crf"
    if stream.encoder not in CRF:
        bits, control = FIXED_BITS_PER_PIXEL.get(stream.encoder, ANY_BITS_PER_PIXEL), "fixed"
    size_bytes = pixels * frames * bits / 8
    if (given := int(options.get("b", 0))) > 0:
        most = MOST_USED * pixels * frames * usual / 8
        size_bytes, control = length * given / 8, "rate"
        size_bytes = min(size_bytes, most) if stream.encoder in CRF else size_bytes
    cpus = ALONE.get(stream.encoder, math.inf)
    cpu_seconds = pixels * frames / 1e6 * rate * effort(hardness)
    return Coding(stream.encoder, f"{stream.encoder}:{control}", cpu_seconds, size_bytes, cpus)


def _heard(stream: EncodedStream, wanted: ExpectedStream, facts: SourceFacts) -> float:
    """Bits per second of encoded sound; of subtitles none that count."""
    if stream.kind != "audio":
        return 0.0
    if (asked := dict(stream.options).get("b")) is not None:
        return float(asked)
    source = facts.sound
    channels = wanted.channels or (source.channels if source is not None else 2)
    rate = wanted.sample_rate or (source.sample_rate if source is not None else 48_000)
    if stream.encoder.startswith("pcm_") or stream.encoder in LOSSLESS:
        return 16.0 * rate * channels * LOSSLESS.get(stream.encoder, 1.0)
    return float(SOUND_BITS.get(stream.encoder, ANY_SOUND_BITS) * channels)


def _preset(encoder: str, options: Mapping[str, str]) -> tuple[float, float]:
    """CPU and bits, against the encoder's medium preset."""
    if encoder in SPEEDS:
        number = options.get("cpu-used") or options.get("preset", "")
        return SPEEDS[encoder].get(number, 1.0), 1.0
    return PRESETS.get(options.get("preset", "medium"), (1.0, 1.0))


def _copied(stream: EncodedStream, facts: SourceFacts) -> int:
    """Bits per second of a stream as it is."""
    of = facts.picture if stream.kind == "video" else facts.sound
    beside = facts.picture if stream.kind != "video" else facts.sound
    if of is not None and of.bit_rate:
        return of.bit_rate
    if facts.bit_rate is None or stream.kind not in ("video", "audio"):
        return 0
    known = beside.bit_rate or 0 if beside is not None else 0
    if stream.kind == "audio":
        return max(facts.bit_rate - known, 0) if facts.picture is None or known else 128_000
    return max(facts.bit_rate - (known or 128_000 if beside is not None else 0), 0)


def _hardness(pixels: int, facts: SourceFacts) -> float:
    """Bits that a pixel needs against the usual: those of the source, more in a smaller picture."""
    picture = facts.picture
    known = (density(facts) / USUAL_DENSITY) ** 0.75
    if picture is None or not pixels or not picture.width * picture.height:
        return known
    return known * (pixels / (picture.width * picture.height)) ** -0.37


def _finer(stream: EncodedStream) -> float:
    """Bits by the CRF that is asked for, against the usual one."""
    usual = CRF.get(stream.encoder)
    asked = dict(stream.options).get("crf")
    if usual is None or asked is None:
        return 1.0
    return float(2 ** ((usual - int(asked)) / CRF_HALVES[stream.encoder]))
