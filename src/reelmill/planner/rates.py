"""The table that estimates begin with: what work costs per pixel or second, and how big it gets.

Measured on one machine and a dozen clips (docs/performance.md says which); experience scales it
to another (`calibrate`).
"""

from reelmill.model.facts import SourceFacts

START_CPU, START_SECONDS = 0.05, 0.25
"""Starting a child and opening its inputs; with verifying and storing its outputs."""
DECODE_CPU = 0.0035
"""CPU seconds per million pixels decoded."""
SCALE_CPU = 0.0025
"""CPU seconds per million pixels into a scaler."""
FILTER_CPU = {
    "rotate": 0.016,
    "unsharp": 0.006,
    "hqdn3d": 0.005,
    "ass": 0.003,
    "subtitles": 0.003,
    "gblur": 0.003,
    "overlay": 0.003,
    "bwdif": 0.0025,
    "lutyuv": 0.001,
    "transpose": 0.001,
}
"""CPU seconds per million pixels of other filters, taken as if all saw the source's size."""
METRIC_CPU = 0.012
"""CPU seconds per million pixels decoded again, scaled again and compared twice."""
VMAF_CPU, MS_SSIM_CPU = 0.02, 0.12
"""CPU seconds per million pixels that libvmaf looks at."""
SOUND_CPU = 0.006
"""CPU seconds per second of sound encoded."""
STILL_CPU = 0.02
SOUND_BITS = {"libopus": 48_000, "libvorbis": 56_000, "ac3": 96_000, "eac3": 96_000, "aac": 64_000}
ANY_SOUND_BITS = 64_000
"""Per second and channel, where none are asked for: FFmpeg's own defaults."""
LOSSLESS = {"flac": 0.65, "alac": 0.65}
"""What is left of the samples; PCM leaves them all."""
PARALLEL = 0.92
"""How much of all CPUs a step with a video encoder keeps busy."""
ALONE = {"libvpx-vp9": 1.2, "prores_ks": 1.5, "mpeg4": 1.2, "ffv1": 1.2}
"""How many CPUs an encoder has a use for, if it is not all."""
STILL_BYTES_PER_PIXEL = 0.12

ENCODE_CPU = {
    "libx264": 0.033,
    "libx265": 0.085,
    "libsvtav1": 0.1,
    "libvpx-vp9": 0.17,
    "prores_ks": 0.09,
    "mpeg4": 0.012,
    "ffv1": 0.02,
}
"""CPU seconds per million pixels encoded at preset medium, of a picture of usual density."""
BITS_PER_PIXEL = {"libx264": 0.06, "libx265": 0.035, "libsvtav1": 0.03, "libvpx-vp9": 0.055}
"""Of a picture of usual density that keeps its size, at the usual CRF and preset medium."""
CRF = {"libx264": 23, "libx265": 28, "libsvtav1": 35, "libvpx-vp9": 32}
CRF_HALVES = {"libx264": 7.5, "libx265": 7.0, "libsvtav1": 11.0, "libvpx-vp9": 11.0}
"""By how much the CRF must grow for half the bits."""
FIXED_BITS_PER_PIXEL = {"prores_ks": 3.0, "dnxhd": 3.0, "ffv1": 6.0, "mpeg4": 0.2}
"""Of encoders whose quality is fixed."""
ANY_BITS_PER_PIXEL = 0.5

PRESETS = {
    "ultrafast": (0.17, 2.4),
    "superfast": (0.25, 1.4),
    "veryfast": (0.37, 0.8),
    "faster": (0.6, 0.95),
    "fast": (0.85, 1.0),
    "medium": (1.0, 1.0),
    "slow": (1.7, 0.95),
    "slower": (3.0, 0.95),
    "veryslow": (5.0, 0.9),
}
"""Of x264 and x265: CPU and bits, against medium."""
SPEEDS = {
    "libsvtav1": {
        "12": 0.1,
        "11": 0.12,
        "10": 0.15,
        "9": 0.3,
        "8": 0.5,
        "7": 0.7,
        "6": 1.0,
        "5": 1.6,
        "4": 2.6,
        "3": 4.0,
    },
    "libvpx-vp9": {
        "8": 0.6,
        "7": 0.6,
        "6": 0.7,
        "5": 0.7,
        "4": 0.8,
        "3": 0.9,
        "2": 1.0,
        "1": 1.8,
        "0": 4.0,
    },
}
"""CPU by the numbers that other encoders have in their stead (-preset, -cpu-used)."""

USUAL_DENSITY = 0.076
"""Bits per pixel of H.264 at CRF 20, of drawn animation in 720p."""
DENSE = {"hevc": 2.0, "vp8": 3.5, "vp9": 3.5, "av1": 4.0, "mpeg1video": 0.4, "mpeg2video": 0.4}
"""What a bit of a source is worth in bits of such H.264; newer codecs also serve lower rates."""
LOOSE = frozenset(("mjpeg", "prores", "dnxhd", "ffv1", "rawvideo", "huffyuv", "utvideo", "qtrle"))
"""Codecs whose bits say little of the picture."""
LEAST_EFFORT = 0.12
"""Of a picture that stands still."""


def density(facts: SourceFacts) -> float:
    """How hard a source's picture is to encode: its bits per pixel, as H.264 would have them.

    The usual, where nobody knows.
    """
    picture = facts.picture
    rate = picture.bit_rate or facts.bit_rate if picture is not None else None
    if picture is None or rate is None or picture.codec in LOOSE:
        return USUAL_DENSITY
    pixels = picture.width * picture.height * float(picture.nominal_rate or 25)
    return rate * DENSE.get(picture.codec, 1.0) / pixels if pixels else USUAL_DENSITY


def effort(hardness: float) -> float:
    """How much longer encoding takes than with a picture of usual density.

    What hardly moves is skipped, which saves more than what is hard costs; a look at it is left.
    """
    return max(LEAST_EFFORT, hardness**0.85) if hardness < 1 else hardness**0.3
