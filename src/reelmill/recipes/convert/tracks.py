"""The picture and the sound of a conversion, encoded as wished, where the format takes it."""

from dataclasses import replace
from fractions import Fraction

from reelmill.model.codecs import TAKES
from reelmill.model.containers import PlainFormat
from reelmill.model.errors import InvalidRequestError
from reelmill.model.operations import (
    Channels,
    Colour,
    Copy,
    EncodeAnimation,
    EncodeAudio,
    EncodeImage,
    FrameRate,
    Scale,
    SelectAudio,
    Sound,
    Still,
)
from reelmill.recipes.chain import PIX_FMTS, Chain
from reelmill.recipes.formats import ANIMATIONS, STILLS
from reelmill.recipes.operations.all import AnyOperation
from reelmill.recipes.operations.timing import Trim
from reelmill.recipes.recipe import MAIN
from reelmill.recipes.words import resized

MOST_TRACKS = 16
"""Of sound that are kept side by side."""
USUAL_AUDIO_BIT_RATE = 128_000
FULL_RANGE = ("h264", "hevc", "av1", "vp9")
"""Codecs whose encoders (FFmpeg 9) do not turn full range into limited by themselves."""


def picture(chain: Chain, format_: PlainFormat, copied: frozenset[str]) -> list[str]:
    """The picture, if there is one: copied, a still, an animation, or a video.

    Raises:
        InvalidRequestError: full range of a codec that does not keep it.
    """
    if chain.picture is None:
        return []
    if "video" in copied:
        return [chain.add(Copy, input=chain.picture)]
    if format_ in STILLS:
        chain.on_picture(Still, position=Fraction(0))
    codec = chain.video.codec or TAKES[format_].video[0]
    if chain.video.color_range == "full" and codec not in FULL_RANGE and format_ not in STILLS:
        raise InvalidRequestError(f"{codec} keeps no full range: {', '.join(FULL_RANGE)} do")
    if chain.video.frame_rate is not None:
        chain.on_picture(FrameRate, rate=chain.video.frame_rate)
    kind, size = resized(chain.video.resolution) if chain.video.resolution else (Scale, {})
    chain.on_picture(kind, **size)
    chain.on_picture(
        Colour,
        target="jpeg" if format_ == "image" else "web",
        hdr=chain.video.hdr or "tone_map",
        range="pc" if chain.video.color_range == "full" else "tv",
        pix_fmt=chain.video.pix_fmt or PIX_FMTS.get(codec),
    )
    if format_ in STILLS:
        return [chain.add(EncodeImage, input=chain.picture, codec=codec)]
    if format_ in ANIMATIONS:
        return [chain.add(EncodeAnimation, input=chain.picture, codec=codec)]
    beside = chain.audio.bit_rate or USUAL_AUDIO_BIT_RATE
    audio_bit_rate = beside if chain.sound is not None else 0
    encode = chain.video.encode("video", chain.picture, codec, audio_bit_rate=audio_bit_rate)
    chain.nodes.append(encode)
    return [encode.id]


def sound(chain: Chain, format_: PlainFormat, copied: frozenset[str]) -> list[str]:
    """The sound, if there is any."""
    if chain.sound is None:
        return []
    if "audio" in copied:
        return [chain.add(Copy, input=chain.sound)]
    wish = chain.audio
    if wish.channels is not None:
        chain.on_sound(Channels, channels=wish.channels)
    codec = wish.codec or TAKES[format_].audio[0]
    sized = {"bit_rate": wish.bit_rate or USUAL_AUDIO_BIT_RATE} if chain.video.target_size else {}
    said = {"bit_rate": wish.bit_rate, "sample_rate": wish.sample_rate, **sized}
    return [chain.add(EncodeAudio, input=chain.sound, codec=codec, **said)]


def other_tracks(
    chain: Chain,
    format_: PlainFormat,
    first: tuple[AnyOperation, ...],
    copied: frozenset[str],
) -> list[str]:
    """The tracks behind the first, as far as there are any, trimmed and encoded like it."""
    made: list[str] = []
    beside = None if "video" in copied else chain.picture
    for number in range(1, MOST_TRACKS):
        # The same nodes, another sound.
        one = replace(chain, picture=None, subtitles=[], embedded=[])
        one.sound = one.add(SelectAudio, source=MAIN, track=number)
        for trim in first:
            if isinstance(trim, Trim):
                trim.apply(one)
        if "audio" not in copied:
            one.on_sound(Sound, max_channels=8, pad_to=beside)
        made += sound(one, format_, copied)
    return made
