"""What an encoded stream costs and how big it is, by the table."""

from dataclasses import dataclass

from reelmill.model.facts import SourceFacts
from reelmill.model.process import EncodedStream
from reelmill.model.steps import ExpectedStream
from reelmill.planner.rates import (
    ANY_BITS_PER_PIXEL,
    BITS_PER_PIXEL,
    CRF,
    CRF_HALVES,
    ENCODE_CPU,
    FIXED_BITS_PER_PIXEL,
    PRESETS,
    SOUND_CPU,
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
    moves: bool = False
    """Whether it is a picture that all CPUs are busy with."""


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
        lossless = (wanted.sample_rate or 0) * (wanted.channels or 1) * 16
        size_bytes = length * int(options.get("b", lossless)) / 8
        return Coding("sound", stream.encoder, length * SOUND_CPU, size_bytes)
    frames = wanted.frame_count or length * 25
    speed, share = PRESETS.get(options.get("preset", "medium"), (1.0, 1.0))
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
    cpu_seconds = pixels * frames / 1e6 * rate * effort(hardness)
    return Coding(stream.encoder, f"{stream.encoder}:{control}", cpu_seconds, size_bytes, True)


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
