"""A conversion as a graph: the source's tracks through the operations, and encoded."""

from dataclasses import dataclass
from typing import Literal

from reelmill.model.codecs import TAKES, Takes
from reelmill.model.containers import Plain, PlainFormat
from reelmill.model.errors import InvalidRequestError
from reelmill.model.graph import FileOutput, Graph, QualityOutput, Source
from reelmill.model.operations import (
    ConstantRate,
    Copy,
    Deinterlace,
    EncodeVideo,
    Selection,
    Sound,
)
from reelmill.recipes.chain import MOST_RATE, Chain
from reelmill.recipes.convert.subtitles import begin_subtitles, leave_subtitles, subtitles
from reelmill.recipes.convert.tracks import other_tracks, picture, sound
from reelmill.recipes.formats import EXTENSIONS, IMAGES
from reelmill.recipes.operations.all import AnyOperation
from reelmill.recipes.operations.overlay import EmbedSubtitles
from reelmill.recipes.operations.timing import Trim
from reelmill.recipes.recipe import MAIN
from reelmill.recipes.wishes import AudioWish, VideoWish

OUTPUT, TASK = "output", "convert"


@dataclass(frozen=True)
class Wanted:
    """A conversion."""

    format: PlainFormat | None
    """None: there is no main output, only what operations make beside it."""
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
    if wanted.format in IMAGES:
        chain.image_format = wanted.format
    takes = TAKES[wanted.format] if wanted.format else Takes()
    chain.usual_codec = next(iter(takes.video), chain.usual_codec)
    if wanted.subtitles and wanted.format:
        begin_subtitles(chain, wanted.format, wanted.language)
    first, rest = _leading(wanted.operations)
    _apply(first, chain, wanted)
    if not takes.video and wanted.format:
        chain.picture = None
    if not takes.audio:
        chain.sound = None
    copied = _copies(chain, rest)
    _steady(chain, copied)
    heard = chain.sound
    _apply(rest, chain, wanted)
    if not takes.audio:  # an operation may have brought some
        chain.sound = None
    if wanted.all_audio and chain.sound != heard:
        raise InvalidRequestError("operations change one track of sound: leave out audio_tracks")
    main = _main(chain, wanted, first, copied)
    chain.outputs += _analyses(chain, main)
    outputs = (main, *chain.outputs) if main is not None else tuple(chain.outputs)
    if not outputs:
        raise InvalidRequestError("there is no output, and no operation that makes anything beside")
    sources = (Source(id=MAIN), *(Source(id=name) for name in chain.sources))
    done = {node.asked for node in chain.nodes if not isinstance(node, Selection)}
    idle = tuple(one for one in dict.fromkeys(chain.idle) if one not in done)
    return chain, Graph(sources=sources, nodes=tuple(chain.nodes), outputs=outputs, idle=idle)


def _apply(operations: tuple[AnyOperation, ...], chain: Chain, wanted: Wanted) -> None:
    """One after another; what they make says which of the request's they are."""
    for one in operations:
        chain.asked = asked_at(wanted.operations, one)
        one.apply(chain)
        if one.moves and not one.carries:
            leave_subtitles(chain, one.type)
    chain.asked = None


def asked_at(operations: tuple[AnyOperation, ...], one: AnyOperation) -> str:
    """Where the request has an operation."""
    return f"operations/{next(n for n, other in enumerate(operations) if other is one)}"


def _main(
    chain: Chain,
    wanted: Wanted,
    first: tuple[AnyOperation, ...],
    copied: frozenset[str],
) -> FileOutput | None:
    """The output itself. A picture is the first that an operation makes of its format, if one does.

    Raises:
        InvalidRequestError: nothing is left for it.
    """
    if wanted.format is None:
        return None
    path = f"{wanted.stem}.{EXTENSIONS[wanted.format]}"
    for one in chain.outputs:
        if isinstance(one, FileOutput) and one.container == Plain(format=wanted.format):
            chain.outputs.remove(one)
            return one.but(name=OUTPUT, path=path)
    format_ = wanted.format
    streams = [*picture(chain, format_, copied), *sound(chain, format_, copied)]
    if wanted.all_audio and chain.sound is not None:
        streams += other_tracks(chain, format_, first, copied)
    moved = any(one.moves for one in wanted.operations)
    streams += subtitles(chain, format_, led="video" in copied and moved)
    if not streams:
        raise InvalidRequestError("nothing is left to be written")
    return FileOutput(
        name=OUTPUT,
        task=TASK,
        path=path,
        streams=tuple(streams),
        container=Plain(format=wanted.format),
        tags=(*wanted.tags, *chain.tags.items()),
        keep=_kept(chain, wanted),
        chapters=chain.chapters or (),
    )


def _analyses(chain: Chain, main: FileOutput | None) -> list[QualityOutput]:
    """What is measured of the main output's picture.

    Raises:
        InvalidRequestError: it has none, or a copy is to be held against itself.
    """
    nodes = {node.id: node for node in chain.nodes if isinstance(node, EncodeVideo | Copy)}
    written = main.streams if main is not None and chain.picture is not None else ()
    found = next((name for name in written if name in nodes), None)
    made: list[QualityOutput] = []
    for one in chain.analyses:
        if found is None or (isinstance(nodes[found], Copy) and one.against is None):
            raise InvalidRequestError("analyze needs an output whose picture is encoded")
        name = chain.name("quality", alone=True)
        made.append(
            QualityOutput(
                name=name,
                task="measure_quality",
                path=f"{name}.json",
                encode=found,
                metrics=one.metrics,
                mode=one.mode,
                against=one.against,
            )
        )
    return made


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

    A trim works on the source itself then, which can be sought in or copied; a thumbnail too, and
    subtitles are laid beside it. How to encode is known from the start.
    """
    first = [one for one in operations if not (one.encodes or one.looks or _beside(one))]
    rest = [one for one in operations if one not in first]
    plain = [_beside(one) or one.looks for one in rest]
    count = plain.index(False) if False in plain else len(rest)
    return (*first, *rest[:count]), tuple(rest[count:])


def _beside(one: AnyOperation) -> bool:
    """Whether it changes neither picture nor sound, but needs its place in the chain."""
    return isinstance(one, Trim | EmbedSubtitles)


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
