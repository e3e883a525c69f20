"""What may be configured about a ladder. The defaults are the reference's."""

from fractions import Fraction
from typing import Literal, Self

from pydantic import Field, model_validator

from reelmill.model.operations import Name
from reelmill.model.operations.encode import check_preset
from reelmill.model.value import Rational, Value

LadderCodec = Literal["h264", "hevc", "av1", "vp9"]
Packaging = Literal["hls", "hls-fmp4", "cmaf"]


class Rung(Value):
    """One rendition, named by the short side of its picture."""

    name: Name
    short_side: int = Field(ge=90, le=4320)
    crf: int = Field(ge=0, le=51)
    profile: str
    level: str
    audio_bit_rate: int
    audio_sample_rate: int

    @property
    def long_side(self) -> int:
        """The least long side of a source that gets this rung: that of 16:9."""
        return self.short_side * 16 // 9 // 2 * 2


def _rung(side: int, crf: int, profile: str, level: str, audio_kbps: int, rate: int) -> Rung:
    return Rung(
        name=f"{side}p",
        short_side=side,
        crf=crf,
        profile=profile,
        level=level,
        audio_bit_rate=audio_kbps * 1000,
        audio_sample_rate=rate,
    )


RUNGS: dict[str, Rung] = {
    rung.name: rung
    for rung in (
        _rung(240, 24, "main", "3.0", 64, 44_100),
        _rung(360, 23, "main", "3.1", 96, 44_100),
        _rung(480, 23, "main", "3.1", 128, 48_000),
        _rung(720, 22, "high", "4.0", 128, 48_000),
        _rung(1080, 21, "high", "4.1", 192, 48_000),
        _rung(1440, 21, "high", "5.0", 192, 48_000),
        _rung(2160, 20, "high", "5.1", 192, 48_000),
    )
}
"""Every rung by name. A new one is a line here; 360p and 720p are the reference's."""

CRF_OFFSETS: dict[LadderCodec, int] = {"h264": 0, "hevc": 3, "av1": 10, "vp9": 10}
"""What is added to a rung's CRF for about the same quality: the codecs' scales differ."""

PRESETS: dict[LadderCodec, str] = {"h264": "medium", "hevc": "medium", "av1": "8", "vp9": "2"}
"""Where nothing else is asked for: x264's and x265's medium, SVT-AV1's 8, libvpx's cpu-used 2."""


class LadderSettings(Value):
    """A ladder. Without arguments: 360p and 720p H.264 with HLS in MPEG-TS, as the reference."""

    rungs: tuple[Rung, ...] = (RUNGS["360p"], RUNGS["720p"])
    codec: LadderCodec = "h264"
    preset: str | None = None
    packaging: tuple[Packaging, ...] | None = None
    """None: HLS in MPEG-TS for H.264, in fMP4 for the codecs that MPEG-TS does not carry."""
    segment_seconds: Rational = Field(default=Fraction(10), gt=0, le=60)
    max_frame_rate: Rational = Field(default=Fraction(120), gt=0)
    mp3: bool = True
    mp3_bit_rate: int = Field(default=192_000, ge=32_000, le=320_000)
    mp3_sample_rate: Literal[44_100, 48_000] = 48_000
    thumbnail_positions: tuple[int, ...] = (0, 25, 50, 75, 100)
    """In percent of the picture's length."""
    quality: bool = True
    hdr: Literal["tone_map", "keep"] = "tone_map"
    language: str | None = None
    """ISO 639-2 language of the audio track to use; None: the default track."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        check_preset(self.codec, self.preset)
        sides = [rung.short_side for rung in self.rungs]
        if len(set(sides)) != len(sides):
            raise ValueError("two rungs have one size")
        if any(not 0 <= position <= 100 for position in self.thumbnail_positions):
            raise ValueError("thumbnail positions are percentages, 0 to 100")
        if self.hdr == "keep" and self.codec == "h264":
            raise ValueError("HDR is kept by hevc, av1 and vp9 only; h264 rungs are SDR")
        if self.codec != "h264" and "hls" in (self.packaging or ()):
            raise ValueError(f"MPEG-TS segments do not carry {self.codec}; use hls-fmp4 or cmaf")
        return self

    @property
    def packages(self) -> tuple[Packaging, ...]:
        """The packaging, with the default for the codec filled in."""
        if self.packaging is not None:
            return self.packaging
        return ("hls",) if self.codec == "h264" else ("hls-fmp4",)
