"""What this installation can do, for programs that offer it to others."""

from collections.abc import Collection, Iterable
from functools import cache
from typing import Annotated, Any, get_args

from pydantic import BaseModel, Field, JsonValue

from reelmill.model.batches import MOST_JOBS
from reelmill.model.codecs import (
    TAKES,
    AnimationCodec,
    AudioCodec,
    ImageCodec,
    SubtitleCodec,
    VideoCodec,
)
from reelmill.model.facts import Capabilities, SandboxLevel
from reelmill.recipes.convert.recipe import MOST_OPERATIONS
from reelmill.recipes.formats import EXTENSIONS, FORMATS
from reelmill.recipes.ladder.settings import RUNGS
from reelmill.recipes.operations.all import OPERATIONS
from reelmill.recipes.presets import NEWEST
from reelmill.recipes.wishes import TIERS
from reelmill.web import body
from reelmill.web.site import Site

HARDWARE = ("nvenc", "qsv", "vaapi", "videotoolbox", "amf")
PICTURES = frozenset((*get_args(VideoCodec), *get_args(ImageCodec), *get_args(AnimationCodec)))
SOUNDS, TEXTS = frozenset(get_args(AudioCodec)), frozenset(get_args(SubtitleCodec))


class FormatDocument(BaseModel):
    """What goes into an output format; the first codec of each kind is its usual one."""

    title: Annotated[str, Field(examples=["WebM"])]
    extension: Annotated[str, Field(examples=["webm"])]
    words: Annotated[list[str], Field(examples=[["webm"]])]
    """By which it is asked for."""
    video: Annotated[list[str], Field(examples=[["vp9", "av1"]])]
    audio: list[str]
    subtitles: list[str]
    copied: list[str]
    """What it takes besides, if a source has it."""


class OperationDocument(BaseModel):
    """An operation of conversions."""

    type: Annotated[str, Field(examples=["trim"])]
    words: list[str]
    """That mean it."""
    description: str
    fields: dict[str, JsonValue]
    """JSON Schema of the operation."""


class LimitsDocument(BaseModel):
    """What is taken, at most."""

    source: dict[str, JsonValue]
    """Of a file."""
    upload_bytes: int
    body_bytes: int
    batch_jobs: int
    operations: int
    queued_jobs: int
    requests_per_minute: int
    """Of a key that has no limit of its own."""


class CapabilitiesDocument(BaseModel):
    """What this installation can do."""

    version: str
    ffmpeg_version: str
    rungs: list[str]
    formats: dict[str, FormatDocument]
    operations: list[OperationDocument]
    presets: list[str]
    """The built-in ones; `/presets` has all."""
    tiers: list[str]
    encoders: list[str]
    """Of FFmpeg, each proven by an encode."""
    hardware: dict[str, list[str]]
    """Those of them that a GPU does, by its interface; none: there is no GPU that works."""
    fonts: list[str]
    """Families that text is drawn with."""
    sandbox: SandboxLevel
    limits: LimitsDocument
    host: Capabilities


def capabilities(site: Site, host: Capabilities) -> CapabilitiesDocument:
    """All of it."""
    config = site.config
    return CapabilitiesDocument(
        version=config.version,
        ffmpeg_version=host.ffmpeg_version,
        rungs=[*RUNGS],
        formats=_formats(),
        operations=_operations(),
        presets=[one.reference for one in NEWEST.values()],
        tiers=[*TIERS],
        encoders=[*host.encoders],
        hardware=hardware_of(host.encoders),
        fonts=[*host.fonts],
        sandbox=host.sandbox,
        limits=LimitsDocument(
            source=site.terms.limits.model_dump(mode="json"),
            upload_bytes=config.max_upload_bytes,
            body_bytes=body.MOST_BYTES,
            batch_jobs=MOST_JOBS,
            operations=MOST_OPERATIONS,
            queued_jobs=config.max_queued_jobs,
            requests_per_minute=config.requests_per_minute,
        ),
        host=host,
    )


@cache
def _formats() -> dict[str, FormatDocument]:
    return {
        name: FormatDocument(
            title=TAKES[name].title,
            extension=extension,
            words=[word for word, meant in FORMATS.items() if meant == name],
            video=_known(TAKES[name].video, PICTURES),
            audio=_known(TAKES[name].audio, SOUNDS),
            subtitles=_known(TAKES[name].subtitles, TEXTS),
            copied=sorted(TAKES[name].codecs - PICTURES - SOUNDS - TEXTS),
        )
        for name, extension in EXTENSIONS.items()
    }


def _known(codecs: Iterable[str], known: Collection[str]) -> list[str]:
    return [one for one in codecs if one in known]


@cache
def _operations() -> list[OperationDocument]:
    found: list[OperationDocument] = []
    for one in OPERATIONS:
        words: list[str] = [*get_args(one.model_fields["type"].annotation)]
        schema: dict[str, Any] = one.model_json_schema()
        description = " ".join((one.__doc__ or "").split())
        found.append(
            OperationDocument(type=words[0], words=words, description=description, fields=schema)
        )
    return found


def hardware_of(encoders: Iterable[str]) -> dict[str, list[str]]:
    """Those of the encoders that a GPU does, by its interface."""
    by_interface: dict[str, list[str]] = {}
    for one in encoders:
        interface = one.rpartition("_")[2]
        if interface in HARDWARE:
            by_interface.setdefault(interface, []).append(one)
    return by_interface
