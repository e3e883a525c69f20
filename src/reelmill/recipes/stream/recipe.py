"""Stream as a way of asking."""

from collections.abc import Collection, Mapping
from datetime import datetime
from fractions import Fraction
from typing import Annotated, ClassVar, Literal, Self

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    StringConstraints,
    model_validator,
)

from reelmill.model.facts import SourceFacts
from reelmill.model.graph import Graph
from reelmill.model.jobs import Job
from reelmill.model.operations.encode import check_preset
from reelmill.model.results import Outcome
from reelmill.model.value import Rational, Said
from reelmill.recipes.convert.papers import papers
from reelmill.recipes.recipe import Recipe, refuse
from reelmill.recipes.sources import SourceLimits
from reelmill.recipes.stream.graph import Packaging, Rendition, stream
from reelmill.recipes.wishes import Resolution
from reelmill.recipes.words import BitRate, number, resized

SHARES = {"h264": 1.0, "hevc": 0.65, "av1": 0.55, "vp9": 0.7}
"""Of the bit rate that H.264 needs for about the same picture."""
USUAL = (("1080p", 5_000_000), ("720p", 2_800_000), ("480p", 1_400_000), ("360p", 800_000))
"""Variants where none are named, as most guides for H.264 have them."""


class Variant(Said):
    """One rendition of a stream; variants larger than the source are left out."""

    model_config = ConfigDict(populate_by_name=True)

    resolution: Resolution = "720p"
    """`1280x720` is a box that it fits into, `720p` its short side; the shape is kept."""
    bit_rate: BitRate = Field(default=2_800_000, alias="bitrate", le=200_000_000)
    """Of the picture; for a moment it may be half more."""
    audio_bit_rate: BitRate = Field(default=128_000, alias="audio_bitrate", le=640_000)
    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,31}$")] | None = None

    @model_validator(mode="after")
    def _known(self) -> Self:
        resized(self.resolution)
        return self


class StreamRecipe(Recipe):
    """HLS or DASH of a source, with a playlist or manifest over all variants."""

    name: ClassVar[str] = "stream"

    type: Literal["hls", "dash"] = "hls"
    variants: tuple[Variant, ...] = Field(default=(), max_length=12)
    """None: 360p to 1080p, as far as the source goes."""
    segment_seconds: Annotated[Rational, BeforeValidator(number), Field(ge=1, le=60)] = Fraction(6)
    segments: Literal["mpegts", "fmp4"] | None = None
    """Of HLS. None: MPEG-TS for H.264, fMP4 for what it does not carry; DASH has fMP4."""
    codec: Literal["h264", "hevc", "av1", "vp9"] = "h264"
    preset: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{1,12}$")] = "medium"
    max_frame_rate: Annotated[Rational, BeforeValidator(number), Field(gt=0, le=240)] = Fraction(60)
    hdr: Literal["tone_map", "keep"] = "tone_map"
    language: str | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        names = [one.name for one in self.renditions]
        twice = next((one for one in names if names.count(one) > 1), None)
        if twice is not None:
            raise ValueError(f"two variants are named {twice}")
        if self.codec != "h264" and self.segments == "mpegts":
            raise ValueError(f"MPEG-TS segments do not carry {self.codec} here; use fmp4")
        check_preset(self.codec, self.preset)
        if self.codec == "h264" and self.hdr == "keep":
            raise ValueError("HDR is kept by hevc, av1 and vp9 only")
        return self

    @property
    def renditions(self) -> tuple[Rendition, ...]:
        """The variants with nothing left open."""
        if self.variants:
            return tuple(
                Rendition(
                    name=one.name or one.resolution.lower(),
                    resolution=one.resolution,
                    bit_rate=one.bit_rate,
                    audio_bit_rate=one.audio_bit_rate,
                )
                for one in self.variants
            )
        share = SHARES[self.codec]
        return tuple(Rendition(name, name, round(rate * share), 128_000) for name, rate in USUAL)

    def graph(self, sources: Collection[str]) -> Graph:  # noqa: ARG002 - there is the main one
        """See `Recipe.graph`."""
        segments = self.segments or ("mpegts" if self.codec == "h264" else "fmp4")
        packaging = Packaging(
            kind=self.type,
            segments=segments,
            codec=self.codec,
            preset=self.preset,
            segment_seconds=self.segment_seconds,
            max_frame_rate=self.max_frame_rate,
            hdr=self.hdr,
            language=self.language,
        )
        return stream(self.renditions, packaging)

    def check(self, facts: Mapping[str, SourceFacts], limits: SourceLimits) -> None:
        """See `Recipe.check`."""
        for one in facts.values():
            refuse(one, limits)

    def papers(
        self,
        job: Job,
        facts: Mapping[str, SourceFacts],
        outcome: Outcome,
        completed_at: datetime,
    ) -> dict[str, JsonValue]:
        """As of a conversion: every variant is an output."""
        return papers(job, facts["main"], outcome, completed_at)
