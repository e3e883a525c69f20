"""Encoders: which one, with what options, and what its stream must then be."""

from reelmill.model.operations import EncodeAudio, EncodeImage, EncodeVideo
from reelmill.model.steps import EncodedStream, ExpectedStream, Options
from reelmill.planner.lowering.levels import h264_level
from reelmill.planner.lowering.site import Coded, Lowering, encoded
from reelmill.planner.lowering.sound import FLOAT
from reelmill.planner.lowering.timing import decimal

VIDEO_ENCODERS = {
    "h264": "libx264",
    "hevc": "libx265",
    "av1": "libsvtav1",
    "vp9": "libvpx-vp9",
    "ffv1": "ffv1",
}
AUDIO_ENCODERS = {
    "aac": "aac",
    "mp3": "libmp3lame",
    "opus": "libopus",
    "flac": "flac",
    "pcm_s16le": "pcm_s16le",
}
OPUS_RATE = 48_000


@encoded.register
def encode_video(op: EncodeVideo, to: Lowering) -> Coded:
    """The encoder's options in the order that people write them, its threads pinned."""
    picture, context = to.picture(op.input), to.context
    options: list[tuple[str, str]] = [("threads", str(context.threads))]
    if op.preset is not None and op.codec != "vp9":
        options.append(("preset", op.preset))
    if op.crf is not None:
        options.append(("crf", str(op.crf)))
    if op.profile is not None:
        options.append(("profile", op.profile))
    if op.level is not None and op.codec == "h264":
        level = h264_level(op.level, int(picture.width), int(picture.height), picture.rate)
        if level != op.level:
            message = f"H.264 level {op.level} is too low for a rung; {level} is used"
            context.notice("level_raised", message)
        options.append(("level", level))
    if op.key_frame_seconds is not None:
        grid = decimal(op.key_frame_seconds)
        options.append(("force_key_frames", f"expr:gte(t,n_forced*{grid})"))
    options += _of_codec(op, context.threads)
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
    return Coded(stream, expected, picture)


def _of_codec(op: EncodeVideo, threads: int) -> Options:
    match op.codec:
        case "hevc":  # Apple's players want hvc1; open GOPs don't begin segments
            parameters = f"log-level=error:open-gop=0:pools={threads}:frame-threads=1"
            return (("tag", "hvc1"), ("x265-params", parameters))
        case "av1":
            return (("svtav1-params", f"lp={threads}"),)
        case "vp9":  # -b:v 0 is what makes CRF constant quality (libvpx-vp9, FFmpeg wiki)
            speed = op.preset if op.preset is not None and op.preset.isdigit() else "2"
            return (("b", "0"), ("row-mt", "1"), ("deadline", "good"), ("cpu-used", speed))
        case "h264" | "ffv1":
            return ()


@encoded.register
def encode_audio(op: EncodeAudio, to: Lowering) -> Coded:
    """The encoder at its rate; the resampling is a filter, so that equal ones are shared."""
    sound = to.sound(op.input)
    rate = OPUS_RATE if op.codec == "opus" else op.sample_rate or sound.sample_rate
    pad = sound.pad
    if rate != sound.sample_rate:
        pad = to.builder.chain(pad, ("aresample", (("out_sample_rate", str(rate)), FLOAT)))
    stream = EncodedStream(
        id=to.builder.encode_id(),
        kind="audio",
        pad=pad,
        encoder=AUDIO_ENCODERS[op.codec],
        options=(("b", str(op.bit_rate)),) if op.bit_rate is not None else (),
        language=sound.stream.language,
    )
    expected = ExpectedStream(
        kind="audio", codec=op.codec, sample_rate=rate, channels=sound.channels
    )
    return Coded(stream, expected, sound)


@encoded.register
def encode_image(op: EncodeImage, to: Lowering) -> Coded:
    """A baseline JPEG."""
    picture = to.picture(op.input)
    stream = EncodedStream(
        id=to.builder.encode_id(),
        kind="image",
        pad=picture.pad,
        encoder="mjpeg",
        options=(("q", str(op.quality)), ("threads", "1")),
    )
    width, height = int(picture.width), int(picture.height)
    expected = ExpectedStream(kind="image", codec="mjpeg", width=width, height=height)
    return Coded(stream, expected, picture)
