"""Variants as a graph: one decode, an encode for each, a playlist or manifest over them."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from reelmill.model.containers import Cmaf, Container, Hls, Plain
from reelmill.model.graph import (
    Condition,
    FileOutput,
    Graph,
    MasterPlaylist,
    PackageOutput,
    Source,
)
from reelmill.model.operations import (
    Colour,
    ConstantRate,
    Deinterlace,
    EncodeAudio,
    EncodeVideo,
    KeepAspect,
    Sound,
)
from reelmill.recipes.chain import Chain
from reelmill.recipes.recipe import MAIN
from reelmill.recipes.words import RESOLUTIONS, resized

MANIFEST, MASTER, PACKAGE = "manifest.mpd", "master.m3u8", "package"
BURST = Fraction(3, 2)
"""How far above its bit rate a variant may go for a while (as HLS authoring rules allow)."""


@dataclass(frozen=True)
class Rendition:
    """A variant with nothing left open."""

    name: str
    resolution: str
    bit_rate: int
    audio_bit_rate: int


@dataclass(frozen=True)
class Packaging:
    """How variants are packed."""

    kind: str
    """hls or dash."""
    segments: str
    codec: str
    preset: str
    segment_seconds: Fraction
    max_frame_rate: Fraction
    hdr: str
    language: str | None


def stream(renditions: tuple[Rendition, ...], packaging: Packaging) -> Graph:
    """The graph; variants larger than the source are left out by their conditions."""
    chain = Chain.of(MAIN, language=packaging.language)
    track = chain.sound
    chain.on_picture(Deinterlace)
    chain.on_picture(ConstantRate, max_rate=packaging.max_frame_rate, hold_for=track)
    chain.on_sound(Sound, max_channels=2, pad_to=chain.picture)
    outputs = [_variant(chain, one, packaging) for one in renditions]
    names = tuple(one.name for one in outputs)
    seconds = packaging.segment_seconds
    if packaging.kind == "dash":
        package = PackageOutput(
            name=PACKAGE,
            task="package",
            path=MANIFEST,
            of=names,
            container=Cmaf(segment_seconds=seconds),
        )
        made = (*outputs, package)
        listed: tuple[str, ...] = (PACKAGE,)
    else:
        made, listed = tuple(outputs), names
    master = MasterPlaylist(name="master", task="package", path=MASTER, of=listed)
    return Graph(sources=(Source(id=MAIN),), nodes=tuple(chain.nodes), outputs=(*made, master))


def _variant(chain: Chain, one: Rendition, packaging: Packaging) -> FileOutput:
    assert chain.picture is not None  # noqa: S101 - a chain begins with both
    kind, size = resized(one.resolution)
    picture = chain.add(kind, input=chain.picture, **size)
    if packaging.kind == "dash":
        picture = chain.add(KeepAspect, input=picture, of=chain.picture)
    coloured = chain.add(Colour, input=picture, hdr=packaging.hdr)
    video = chain.add(
        EncodeVideo,
        input=coloured,
        codec=packaging.codec,
        bit_rate=one.bit_rate,
        max_bit_rate=ceil(one.bit_rate * BURST),
        preset=packaging.preset,
        key_frame_seconds=packaging.segment_seconds,
    )
    audio = chain.add(EncodeAudio, input=chain.sound, bit_rate=one.audio_bit_rate)
    container, path = _container(one, packaging)
    return FileOutput(
        name=f"variant_{one.name}",
        task=f"encode_{one.name}",
        path=path,
        streams=(video, audio),
        container=container,
        when=_condition(one.resolution),
    )


def _container(one: Rendition, packaging: Packaging) -> tuple[Container, str]:
    if packaging.kind == "dash":
        return Plain(format="mp4"), f"{one.name}/video.mp4"
    hls = Hls.model_validate(
        {"segment_seconds": packaging.segment_seconds, "segments": packaging.segments}
    )
    return hls, f"{one.name}/playlist.m3u8"


def _condition(resolution: str) -> Condition:
    """The source is at least as large: nothing is scaled up."""
    width, sign, height = resolution.lower().partition("x")
    if not sign:
        return Condition(short_side=RESOLUTIONS[resolution.lower()])
    return Condition(long_side=max(int(width), int(height)), short_side=None)
