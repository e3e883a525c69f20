"""A conversion as a graph: the source's tracks through the operations, and encoded."""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from reelmill.model.codecs import TAKES
from reelmill.model.containers import Plain, PlainFormat
from reelmill.model.errors import InvalidRequestError
from reelmill.model.graph import FileOutput, Graph, Source
from reelmill.model.operations import (
    BurnSubtitles,
    Channels,
    Colour,
    ConstantRate,
    Copy,
    Deinterlace,
    EncodeAnimation,
    EncodeAudio,
    EncodeImage,
    EncodeSubtitles,
    FrameRate,
    Scale,
    SelectAudio,
    SelectSubtitles,
    Sound,
    Still,
)
from reelmill.recipes.chain import MOST_RATE, PIX_FMTS, Chain
from reelmill.recipes.formats import ANIMATIONS, EXTENSIONS, STILLS
from reelmill.recipes.operations.all import AnyOperation
from reelmill.recipes.operations.timing import Trim
from reelmill.recipes.recipe import MAIN
from reelmill.recipes.wishes import AudioWish, VideoWish
from reelmill.recipes.words import resized

OUTPUT, TASK = "output", "convert"
MOST_TRACKS = 16
"""Of sound or subtitles that are kept side by side."""
USUAL_AUDIO_BIT_RATE = 128_000


@dataclass(frozen=True)
class Wanted:
    """A conversion."""

    format: PlainFormat
    stem: str
    operations: tuple[AnyOperation, ...]
    video: VideoWish
    audio: AudioWish
    all_audio: bool
    language: str | None
    subtitles: bool
    keep_metadata: bool
    tags: tuple[tuple[str, str], ...]


def convert(wanted: Wanted) -> tuple[Chain, Graph]:
    """The chain as it was in the end, and the graph.

    Raises:
        InvalidRequestError: operations that contradict each other or the format.
    """
    chain = Chain.of(MAIN, language=wanted.language, track=0 if wanted.all_audio else None)
    chain.video, chain.audio = wanted.video, wanted.audio
    first, rest = _leading(wanted.operations)
    for one in first:
        one.apply(chain)
    takes = TAKES[wanted.format]
    if not takes.video:
        chain.picture = None
    if not takes.audio:
        chain.sound = None
    copied = _copies(chain, rest)
    _steady(chain, copied)
    heard = chain.sound
    for one in rest:
        one.apply(chain)
    if not takes.audio:  # an operation may have brought some
        chain.sound = None
    if wanted.all_audio and chain.sound != heard:
        raise InvalidRequestError("operations change one track of sound: leave out audio_tracks")
    streams = [*_picture(chain, wanted, copied), *_sound(chain, wanted, copied)]
    if wanted.all_audio and chain.sound is not None:
        streams += _other_tracks(chain, wanted, first, copied)
    streams += _subtitles(chain, wanted)
    if not streams:
        raise InvalidRequestError("nothing is left to be written")
    output = FileOutput(
        name=OUTPUT,
        task=TASK,
        path=f"{wanted.stem}.{EXTENSIONS[wanted.format]}",
        streams=tuple(streams),
        container=Plain(format=wanted.format),
        tags=(*wanted.tags, *chain.tags.items()),
        keep=_kept(chain, wanted),
        chapters=chain.chapters or (),
    )
    sources = (Source(id=MAIN), *(Source(id=name) for name in chain.sources))
    return chain, Graph(sources=sources, nodes=tuple(chain.nodes), outputs=(output, *chain.outputs))


def _kept(chain: Chain, wanted: Wanted) -> tuple[Literal["tags", "chapters"], ...]:
    """What the file takes over: no chapters where they would stand at other times."""
    if not wanted.keep_metadata:
        return ()
    still = chain.chapters is None and not any(one.moves for one in wanted.operations)
    return ("tags", "chapters") if still else ("tags",)


def _leading(
    operations: tuple[AnyOperation, ...],
) -> tuple[tuple[AnyOperation, ...], tuple[AnyOperation, ...]]:
    """What stands before any change, and the rest.

    A trim works on the source itself then, which can be sought in or copied. How to encode is
    known from the start.
    """
    first = [one for one in operations if not one.encodes and not isinstance(one, Trim)]
    rest = [one for one in operations if one.encodes or isinstance(one, Trim)]
    count = next((n for n, one in enumerate(rest) if not isinstance(one, Trim)), len(rest))
    return (*first, *rest[:count]), tuple(rest[count:])


def _copies(chain: Chain, rest: tuple[AnyOperation, ...]) -> frozenset[str]:
    """Which of the two are copied.

    Raises:
        InvalidRequestError: something would have to change them.
    """
    copied = {
        kind
        for kind, wish in (("video", chain.video), ("audio", chain.audio))
        if wish.codec == "copy"
    }
    if copied and rest:
        what = " and ".join(sorted(copied))
        raise InvalidRequestError(
            f"{what} cannot be copied, as {rest[0].type} changes it; name a codec instead"
        )
    return frozenset(copied)


def _steady(chain: Chain, copied: frozenset[str]) -> None:
    """One clock for both, from 0: whole frames at a constant rate, and sound without gaps."""
    if chain.picture is not None and "video" not in copied:
        chain.on_picture(Deinterlace)
        hold = None if "audio" in copied else chain.sound
        chain.on_picture(ConstantRate, max_rate=MOST_RATE, hold_for=hold)
    if chain.sound is not None and "audio" not in copied:
        beside = None if "video" in copied else chain.picture
        chain.on_sound(Sound, max_channels=8, pad_to=beside)


def _picture(chain: Chain, wanted: Wanted, copied: frozenset[str]) -> list[str]:
    if chain.picture is None:
        return []
    if "video" in copied:
        return [chain.add(Copy, input=chain.picture)]
    if wanted.format in STILLS:
        chain.on_picture(Still, position=Fraction(0))
    codec = chain.video.codec or TAKES[wanted.format].video[0]
    if chain.video.frame_rate is not None:
        chain.on_picture(FrameRate, rate=chain.video.frame_rate)
    kind, size = resized(chain.video.resolution) if chain.video.resolution else (Scale, {})
    chain.on_picture(kind, **size)
    chain.on_picture(
        Colour,
        target="jpeg" if wanted.format == "image" else "web",
        hdr=chain.video.hdr or "tone_map",
        pix_fmt=chain.video.pix_fmt or PIX_FMTS.get(codec),
    )
    if wanted.format in STILLS:
        return [chain.add(EncodeImage, input=chain.picture, codec=codec)]
    if wanted.format in ANIMATIONS:
        return [chain.add(EncodeAnimation, input=chain.picture, codec=codec)]
    beside = chain.audio.bit_rate or USUAL_AUDIO_BIT_RATE
    audio_bit_rate = beside if chain.sound is not None else 0
    encode = chain.video.encode("video", chain.picture, codec, audio_bit_rate=audio_bit_rate)
    chain.nodes.append(encode)
    return [encode.id]


def _sound(chain: Chain, wanted: Wanted, copied: frozenset[str]) -> list[str]:
    if chain.sound is None:
        return []
    if "audio" in copied:
        return [chain.add(Copy, input=chain.sound)]
    wish = chain.audio
    if wish.channels is not None:
        chain.on_sound(Channels, channels=wish.channels)
    codec = wish.codec or TAKES[wanted.format].audio[0]
    sized = {"bit_rate": wish.bit_rate or USUAL_AUDIO_BIT_RATE} if chain.video.target_size else {}
    said = {"bit_rate": wish.bit_rate, "sample_rate": wish.sample_rate, **sized}
    return [chain.add(EncodeAudio, input=chain.sound, codec=codec, **said)]


def _other_tracks(
    chain: Chain, wanted: Wanted, first: tuple[AnyOperation, ...], copied: frozenset[str]
) -> list[str]:
    """The tracks behind the first, as far as there are any, trimmed and encoded like it."""
    made: list[str] = []
    picture = None if "video" in copied else chain.picture
    for number in range(1, MOST_TRACKS):
        one = replace(chain, picture=None)  # the same nodes, another sound
        one.sound = one.add(SelectAudio, source=MAIN, track=number)
        for trim in first:
            if isinstance(trim, Trim):
                trim.apply(one)
        if "audio" not in copied:
            one.on_sound(Sound, max_channels=8, pad_to=picture)
        made += _sound(one, wanted, copied)
    return made


def _subtitles(chain: Chain, wanted: Wanted) -> list[str]:
    """Text that the format takes, where nothing moves it in time."""
    takes = [one for one in TAKES[wanted.format].subtitles if one in KEPT]
    moved = any(one.moves for one in wanted.operations)
    drawn = any(isinstance(one, BurnSubtitles) and one.source == MAIN for one in chain.nodes)
    only = not TAKES[wanted.format].video and not TAKES[wanted.format].audio
    if not takes or not wanted.subtitles or ((moved or drawn) and not only):
        return []
    tracks = 1 if only else MOST_TRACKS
    chosen = [chain.add(SelectSubtitles, source=MAIN, track=number) for number in range(tracks)]
    kept = () if only else TAKES[wanted.format].subtitles
    return [chain.add(EncodeSubtitles, input=one, codec=takes[0], kept=kept) for one in chosen]


KEPT = ("mov_text", "subrip", "webvtt", "ass")
"""Subtitles that there are encoders for."""
