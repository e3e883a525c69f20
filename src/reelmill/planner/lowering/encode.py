"""Video encoders: which one, with what options, and what its stream must then be."""

from fractions import Fraction

from reelmill.model.errors import UnsupportedMediaError
from reelmill.model.operations import EncodeVideo
from reelmill.model.operations.encode import PROFILES, QUANTIZED
from reelmill.model.process import EncodedStream, Options
from reelmill.model.steps import ExpectedStream
from reelmill.planner.lowering.levels import h264_level
from reelmill.planner.lowering.site import Coded, Lowering, encoded
from reelmill.planner.lowering.timing import decimal, on_grid
from reelmill.planner.tracks import Picture

VIDEO_ENCODERS = {
    "h264": "libx264",
    "hevc": "libx265",
    "av1": "libsvtav1",
    "vp9": "libvpx-vp9",
    "prores": "prores_ks",
    "dnxhd": "dnxhd",
    "mpeg4": "mpeg4",
    "mpeg2video": "mpeg2video",
    "wmv2": "wmv2",
    "ffv1": "ffv1",
}
WORDS = ("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower")
"""Presets of x264 and x265; the other encoders have numbers instead."""
AV1_NUMBERS = ("12", "11", "10", "9", "8", "6", "5", "4")
VP9_NUMBERS = ("8", "7", "6", "5", "4", "2", "1", "1")
SLOWEST = {"av1": "3", "vp9": "0"}
USUAL_QUANTIZER = 4
MOST_PIXELS = 8192 * 8192
LEAST = {"dnxhd": (256, 120), "hevc": (16, 16), "av1": (16, 16)}
"""Sides: FFmpeg, dnxhdenc.c; x265 and SVT-AV1 were seen to fail below."""
MOST_BIT_RATE = 800_000_000
_MPEG2 = ("24000/1001", "24", "25", "30000/1001", "30", "50", "60000/1001", "60")
RATES = {"mpeg2video": tuple(Fraction(rate) for rate in _MPEG2)}
"""Frames a second that a codec has (ISO/IEC 13818-2, table 6-4); one that is not here has any.
Others can be said as a fraction of these, which readers of program streams do not look at."""
CONTAINER_SHARE = 0.985
"""What of a wanted size is left for the bitstreams."""


@encoded.register
def encode_video(op: EncodeVideo, to: Lowering) -> Coded:
    """The encoder's options in the order that people write them, its threads pinned."""
    picture, context = _paced(op, to), to.context
    threads = op.threads or context.threads
    _bears(op, picture)
    options: list[tuple[str, str]] = [("threads", str(threads))]
    options += _preset(op)
    options += _rate(op, picture)
    if op.tune is not None and op.codec in ("h264", "hevc"):
        options.append(("tune", op.tune))
    if op.profile is not None:
        options.append(("profile", op.profile))
    if op.level is not None and op.codec == "h264":
        level = h264_level(op.level, int(picture.width), int(picture.height), picture.rate)
        if level != op.level:
            message = f"H.264 level {op.level} is too low for a rung; {level} is used"
            context.notice("level_raised", message)
        options.append(("level", level))
    if op.gop_frames is not None:
        options.append(("g", str(op.gop_frames)))
    if op.key_frame_seconds is not None:
        grid = decimal(op.key_frame_seconds)
        options.append(("force_key_frames", f"expr:gte(t,n_forced*{grid})"))
    options += _of_codec(op, threads)
    stream = EncodedStream(
        id=to.builder.encode_id(),
        kind="video",
        pad=picture.pad,
        encoder=VIDEO_ENCODERS[op.codec],
        options=tuple(options),
        language=picture.stream.language,
    )
    expected = ExpectedStream(
        kind="video",
        codec=op.codec,
        width=int(picture.width),
        height=int(picture.height),
        pix_fmt=picture.pix_fmt,
        frame_rate=picture.rate,
        frame_count=picture.frame_count,
    )
    return Coded(stream, expected, picture.end)


def fitting_rate(codec: str, rate: Fraction) -> Fraction:
    """The rate itself, or one that shows every frame equally long, or the next above, or the most.

    Of 12.5 it is 25, not the 23.976 that is nearer.
    """
    rates = RATES.get(codec)
    if rates is None or rate in rates:
        return rate
    even = [one for one in rates if 1 in ((one / rate).denominator, (rate / one).denominator)]
    if even:
        return min(even, key=lambda one: abs(one - rate))
    return next((one for one in rates if one > rate), rates[-1])


def _paced(op: EncodeVideo, to: Lowering) -> Picture:
    """The picture at a rate that the codec has."""
    picture = to.picture(op.input)
    if picture.rate is None:
        return picture
    rate = fitting_rate(op.codec, picture.rate)
    if rate == picture.rate:
        return picture
    said = f"{op.codec} has no {float(picture.rate):.6g} frames a second; {float(rate):.6g} is used"
    to.context.notice("frame_rate_changed", said)
    return on_grid(picture, rate, to.builder)


def _bears(op: EncodeVideo, picture: Picture) -> None:
    """Whether the encoder takes such a picture.

    Raises:
        UnsupportedMediaError: its size, or its pixels for that profile.
    """
    width, height = int(picture.width), int(picture.height)
    if width * height > MOST_PIXELS:
        raise UnsupportedMediaError(f"a picture of {width}x{height}; {MOST_PIXELS} pixels at most")
    least = LEAST.get(op.codec, (2, 2))
    if width < least[0] or height < least[1]:
        raise UnsupportedMediaError(
            f"{op.codec} is {least[0]}x{least[1]} at least; it is {width}x{height}"
        )
    known = PROFILES.get(op.codec, {}).get(op.profile or "")
    if known is not None and picture.pix_fmt not in known:
        formats = ", ".join(known)
        raise UnsupportedMediaError(
            f"profile {op.profile} of {op.codec} is for {formats}, and this is {picture.pix_fmt}:"
            " leave it out, or say pix_fmt"
        )


def _preset(op: EncodeVideo) -> Options:
    if op.preset is None:
        return ()
    match op.codec:
        case "h264" | "hevc":
            return (("preset", op.preset),)
        case "av1":
            return (("preset", _number(op.preset, "av1", AV1_NUMBERS)),)
        case _:
            return ()


def _number(preset: str, codec: str, numbers: tuple[str, ...]) -> str:
    if preset in WORDS:
        return numbers[WORDS.index(preset)]
    return preset if preset.isdigit() else SLOWEST[codec]


def _rate(op: EncodeVideo, picture: Picture) -> Options:
    bit_rate = op.bit_rate if op.size_bytes is None else _bit_rate(op, op.size_bytes, picture)
    options: list[tuple[str, str]] = []
    if op.crf is not None:
        options.append(("crf", str(op.crf)))
    elif bit_rate is not None:
        options.append(("b", str(bit_rate)))
    elif op.codec in QUANTIZED:
        options.append(("q", str(op.quantizer or USUAL_QUANTIZER)))
    if op.max_bit_rate is not None and not (op.codec == "vp9" and op.crf is not None):
        options += [("maxrate", str(op.max_bit_rate)), ("bufsize", str(2 * op.max_bit_rate))]
    return tuple(options)


def _bit_rate(op: EncodeVideo, size_bytes: int, picture: Picture) -> int:
    """What is left for each second of the picture (bits/s).

    Raises:
        UnsupportedMediaError: its length is unknown, or the size is too small for any picture.
    """
    if picture.end is None or picture.end <= 0:
        raise UnsupportedMediaError("a size needs a source whose length is known")
    rate = int(size_bytes * 8 * CONTAINER_SHARE / float(picture.end)) - op.beside_bit_rate
    if rate < 10_000:
        seconds = f"{float(picture.end):.0f} s"
        raise UnsupportedMediaError(f"{size_bytes} bytes are too few for {seconds} of picture")
    return min(rate, MOST_BIT_RATE)


def _of_codec(op: EncodeVideo, threads: int) -> Options:
    match op.codec:
        case "hevc":  # Apple's players want hvc1; open GOPs don't begin segments
            parameters = f"log-level=error:open-gop=0:pools={threads}:frame-threads=1"
            return (("tag", "hvc1"), ("x265-params", parameters))
        case "av1":
            return (("svtav1-params", f"lp={threads}"),)
        case "vp9":  # beside a CRF, -b:v is the most; 0 is any (libvpx-vp9, FFmpeg wiki)
            speed = _number(op.preset or "medium", "vp9", VP9_NUMBERS)
            constant = (("b", str(op.max_bit_rate or 0)),) if op.crf is not None else ()
            return (*constant, ("row-mt", "1"), ("deadline", "good"), ("cpu-used", speed))
        case "prores":
            return (("vendor", "apl0"),) + ((("profile", "hq"),) if op.profile is None else ())
        case "dnxhd":
            return (("profile", "dnxhr_hq"),) if op.profile is None else ()
        case "mpeg4" | "mpeg2video" | "wmv2" | "h264" | "ffv1":
            return ()
