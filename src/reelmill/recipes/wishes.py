"""How the streams of an output are to be encoded, where a user says."""

from typing import Annotated, ClassVar, Literal, Self, cast

from pydantic import BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from reelmill.model.codecs import AudioCodec, VideoCodec
from reelmill.model.operations import EncodeVideo
from reelmill.model.operations.picture import PixelFormat
from reelmill.model.value import Rational, Said
from reelmill.recipes.words import BitRate, SizeBytes, amount, codec_of, number, resized

USUAL_CRF = {"h264": 23, "hevc": 28, "av1": 35, "vp9": 31}
"""The encoders' own idea of the middle."""
TIERS = {
    "fast": {"preset": "veryfast", "crf_offset": 3},
    "balanced": {"preset": "medium", "crf_offset": 0},
    "high": {"preset": "slow", "crf_offset": -4},
}
"""Encode tiers of the reference: how long it may take, and what is added to the usual CRF."""

Resolution = Annotated[
    str,
    StringConstraints(pattern=r"^([1-9][0-9]{0,4}x[1-9][0-9]{0,4}|[0-9a-z]{2,5})$", to_lower=True),
    Field(examples=["1280x720", "720p"]),
]
Tune = Literal["film", "animation", "grain", "stillimage", "fastdecode", "zerolatency"]


class Wish(Said):
    """What is said of a stream; None: whatever suits the container and the source."""

    model_config = ConfigDict(populate_by_name=True)

    size_fields: ClassVar[tuple[str, ...]] = ()
    """What says how much is spent, and last how: one of them takes the place of all."""

    def over(self, other: Self | None) -> Self:
        """This wish, with what another says besides: the later word counts."""
        said = {} if other is None else {name: getattr(other, name) for name in other.said}
        instead = () if said.keys().isdisjoint(self.size_fields[:-1]) else self.size_fields
        return self.but(**{**dict.fromkeys(instead), **said})

    @property
    def said(self) -> set[str]:
        """The fields that are not left open."""
        return {
            name
            for name in type(self).model_fields
            if getattr(self, name) is not None and name in self.model_fields_set
        }


ColourRange = Annotated[
    Literal["limited", "full"],
    BeforeValidator(lambda given: {"tv": "limited", "pc": "full"}.get(str(given), given)),
]


class VideoWish(Wish):
    """How the picture is encoded."""

    size_fields: ClassVar[tuple[str, ...]] = (
        *("crf", "quantizer", "bit_rate", "target_size", "two_pass"),
    )

    codec: Annotated[Literal[VideoCodec, "copy"] | None, BeforeValidator(codec_of)] = None
    crf: int | None = Field(default=None, ge=0, le=63)
    quantizer: int | None = Field(default=None, ge=2, le=31)
    """In place of a crf, of mpeg4, mpeg2video and wmv2."""
    bit_rate: BitRate | None = Field(default=None, alias="bitrate", ge=10_000, le=800_000_000)
    """Beside a crf: the most that it may take."""
    max_bit_rate: BitRate | None = Field(
        default=None, alias="max_bitrate", ge=10_000, le=800_000_000
    )
    target_size: SizeBytes | None = None
    """Of the whole file."""
    tier: Literal["fast", "balanced", "high"] | None = None
    preset: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{1,12}$")] | None = None
    tune: Tune | None = None
    profile: Annotated[str, StringConstraints(pattern=r"^[a-z0-9_]{1,20}$")] | None = None
    level: Annotated[str, StringConstraints(pattern=r"^[0-9](\.[0-9])?$")] | None = None
    two_pass: bool | None = None
    pix_fmt: PixelFormat | None = None
    gop: int | None = Field(default=None, ge=1, le=3000)
    """Frames from one key frame to the next, at most."""
    resolution: Resolution | None = None
    """`1280x720` fits into that box, `720p` is the short side; the shape is kept."""
    frame_rate: Annotated[Rational, BeforeValidator(number), Field(ge=1, le=240)] | None = Field(
        default=None, alias="fps"
    )
    hdr: Literal["tone_map", "keep"] | None = None
    color_range: ColourRange | None = None
    """None: limited, as players expect."""
    threads: int | None = Field(default=None, ge=1, le=64)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.resolution is not None:
            resized(self.resolution)
        sizes = [self.crf, self.quantizer, self.bit_rate, self.target_size]
        if self.target_size is not None and sum(one is not None for one in sizes) > 1:
            raise ValueError("target_size goes without crf, quantizer and bitrate")
        if self.quantizer is not None and (self.crf is not None or self.bit_rate is not None):
            raise ValueError("a quantizer goes without crf and bitrate")
        if self.codec == "copy" and self.said - {"codec"}:
            other = ", ".join(sorted(self.said - {"codec"}))
            raise ValueError(f"a copy is not encoded: leave out {other}")
        if self.codec is not None and self.codec != "copy":
            self.encode("check", "check", self.codec, audio_bit_rate=0)
        return self

    def encode(self, node: str, of: str, usual: str, *, audio_bit_rate: int) -> EncodeVideo:
        """The operation that this wish means.

        Args:
            node: its id.
            of: what it encodes.
            usual: the codec where none is said.
            audio_bit_rate: what else shares a wanted size (bits/s).

        Raises:
            ValueError: settings that contradict each other or the codec.
        """
        name = usual if self.codec in (None, "copy") else self.codec
        tier = TIERS[self.tier or "balanced"]
        crf = self.crf
        sized = (self.quantizer, self.bit_rate, self.target_size)
        if crf is None and not any(sized):
            crf = USUAL_CRF.get(name)
            crf = crf + int(tier["crf_offset"]) if crf is not None else None
        return EncodeVideo(
            id=node,
            input=of,
            codec=cast("VideoCodec", name),
            crf=crf,
            quantizer=self.quantizer,
            bit_rate=self.bit_rate if crf is None else None,
            max_bit_rate=self.max_bit_rate or (self.bit_rate if crf is not None else None),
            size_bytes=self.target_size,
            beside_bit_rate=audio_bit_rate if self.target_size else 0,
            two_pass=bool(self.two_pass),
            preset=self.preset or str(tier["preset"]),
            tune=self.tune,
            profile=self.profile,
            level=self.level,
            gop_frames=self.gop,
            threads=self.threads,
        )


class AudioWish(Wish):
    """How the sound is encoded."""

    codec: Annotated[Literal[AudioCodec, "copy"] | None, BeforeValidator(codec_of)] = None
    bit_rate: BitRate | None = Field(default=None, alias="bitrate", le=640_000)
    channels: int | None = Field(default=None, ge=1, le=8)
    sample_rate: Annotated[int, BeforeValidator(amount), Field(ge=8000, le=192_000)] | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.codec == "copy" and self.said - {"codec"}:
            other = ", ".join(sorted(self.said - {"codec"}))
            raise ValueError(f"a copy is not encoded: leave out {other}")
        return self
