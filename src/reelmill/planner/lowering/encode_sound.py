"""Audio encoders: what they are called, and the rates and channels that each of them takes."""

from reelmill.model.operations import EncodeAudio
from reelmill.model.process import EncodedStream, Options
from reelmill.model.steps import ExpectedStream
from reelmill.planner.lowering.site import Coded, Lowering, encoded
from reelmill.planner.lowering.sound import FLOAT, mixed_down

AUDIO_ENCODERS = {
    "aac": "aac",
    "mp3": "libmp3lame",
    "opus": "libopus",
    "vorbis": "libvorbis",
    "flac": "flac",
    "alac": "alac",
    "ac3": "ac3",
    "mp2": "mp2",
    "wmav2": "wmav2",
    "pcm_s16le": "pcm_s16le",
    "pcm_s24le": "pcm_s24le",
}
_MPEG1 = (32_000, 44_100, 48_000)
_MPEG2 = (16_000, 22_050, 24_000, *_MPEG1)
_MPEG4 = (8_000, 11_025, 12_000, *_MPEG2, 64_000, 88_200, 96_000)
RATES: dict[str, tuple[int, ...]] = {
    "aac": (7_350, *_MPEG4),
    "mp3": (8_000, 11_025, 12_000, *_MPEG2),
    "mp2": _MPEG2,
    "opus": (48_000,),
    "vorbis": (8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000),
    "ac3": _MPEG1,
    "wmav2": (8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000),
}
"""Those that an encoder takes; one that is not here takes any."""
MOST_CHANNELS = {"mp3": 2, "mp2": 2, "wmav2": 2, "ac3": 6, "opus": 8, "vorbis": 8, "aac": 8}

_LAYER_2 = (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384)
_LAYER_2_SLOW = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
"""MPEG-2's, below 32 kHz; kbit/s (ISO 11172-3 and 13818-3)."""


def fitting_bit_rate(codec: str, asked: int, sample_rate: int, channels: int) -> int:
    """The bit rate itself, or the nearest that the encoder takes.

    Vorbis has ranges by sample rate and channel (libvorbis, setup_*.h), narrower ones here.
    """
    match codec:
        case "opus":
            return min(asked, 256_000 * channels)
        case "mp2":
            rates = _LAYER_2 if sample_rate >= _MPEG1[0] else _LAYER_2_SLOW
            return min((1000 * one for one in rates), key=lambda one: abs(one - asked))
        case "vorbis":
            least, most = min(32_000, round(sample_rate * 1.1)), round(sample_rate * 2.5)
            return channels * min(max(asked // channels, least), most)
        case "wmav2":
            return max(asked, 24_000)
        case _:
            return asked


def fitting_rate(codec: str, sample_rate: int) -> int:
    """The rate itself, or the next that the codec has above it, or its highest."""
    rates = RATES.get(codec)
    if rates is None or sample_rate in rates:
        return sample_rate
    return next((one for one in rates if one > sample_rate), rates[-1])


FLAC_BLOCK: Options = (("n", "4096"), ("p", "0"))
"""Samples in a block of FLAC up to 192 kHz (RFC 9639, section 7), the last one shorter."""


@encoded.register
def encode_audio(op: EncodeAudio, to: Lowering) -> Coded:
    """The encoder at its rate; the resampling is a filter, so that equal ones are shared."""
    sound, context = to.sound(op.input), to.context
    wanted = op.sample_rate or sound.sample_rate
    rate = fitting_rate(op.codec, wanted)
    if rate != wanted and op.sample_rate is not None:
        message = f"{op.codec} has no {wanted} Hz; {rate} Hz is used"
        context.notice("sample_rate_changed", message)
    pad, channels = sound.pad, min(sound.channels, MOST_CHANNELS.get(op.codec, sound.channels))
    if channels != sound.channels:
        layout = mixed_down(channels)
        pad = to.builder.chain(
            pad, ("aformat", (("sample_fmts", "fltp"), ("channel_layouts", layout)))
        )
        message = f"{sound.channels} channels mixed down to {layout}, as {op.codec} takes no more"
        context.notice("audio_downmixed", message)
    if rate != sound.sample_rate:
        pad = to.builder.chain(pad, ("aresample", (("out_sample_rate", str(rate)), FLOAT)))
    if op.codec == "flac":  # else all blocks are as long as the first, which filters leave short
        pad = to.builder.chain(pad, ("asetnsamples", FLAC_BLOCK))
    options: Options = ()
    if op.bit_rate is not None:
        bit_rate = fitting_bit_rate(op.codec, op.bit_rate, rate, channels)
        options = (("b", str(bit_rate)),)
        if bit_rate != op.bit_rate:
            message = f"{op.codec} does not take {op.bit_rate} bits/s here; {bit_rate} are used"
            context.notice("bit_rate_changed", message)
    stream = EncodedStream(
        id=to.builder.encode_id(),
        kind="audio",
        pad=pad,
        encoder=AUDIO_ENCODERS[op.codec],
        options=options,
        language=sound.stream.language,
    )
    expected = ExpectedStream(kind="audio", codec=op.codec, sample_rate=rate, channels=channels)
    return Coded(stream, expected, sound.end)
