"""Operations that make bitstreams."""

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from reelmill.model.codecs import AnimationCodec, AudioCodec, ImageCodec, SubtitleCodec, VideoCodec
from reelmill.model.operations.base import Encoding, Name
from reelmill.model.value import Rational

MOST_CRF: dict[str, int] = {"h264": 51, "hevc": 51, "av1": 63, "vp9": 63}
"""The codecs that have a constant quality, and its worst."""
PRESETS = (
    *("ultrafast", "superfast", "veryfast", "faster", "fast"),
    *("medium", "slow", "slower", "veryslow", "placebo"),
)
NUMBERED: dict[str, int] = {"av1": 13, "vp9": 8}
"""The codecs whose presets may be numbers too, and the fastest."""
_SUBSAMPLED = "yuv420p", "yuv420p10le", "yuv422p", "yuv422p10le"
PROFILES: dict[str, dict[str, tuple[str, ...]]] = {
    "h264": {
        **dict.fromkeys(("baseline", "main", "high"), ("yuv420p",)),
        "high10": ("yuv420p", "yuv420p10le"),
        "high422": _SUBSAMPLED,
        "high444": (*_SUBSAMPLED, "yuv444p", "yuv444p10le"),
    },
    "hevc": {"main": ("yuv420p",), "main10": ("yuv420p", "yuv420p10le")},
    "prores": {
        **dict.fromkeys(("proxy", "lt", "standard", "hq"), ("yuv422p10le",)),
        **dict.fromkeys(("4444", "4444xq"), ("yuv444p10le",)),
    },
    "dnxhd": {
        **dict.fromkeys(("dnxhr_lb", "dnxhr_sq", "dnxhr_hq"), ("yuv422p",)),
        "dnxhr_hqx": ("yuv422p10le",),
        "dnxhr_444": ("yuv444p10le",),
    },
}
"""By codec, with the pixel formats of each; the other codecs choose theirs by the pixels."""
H264_LEVELS = (
    *("1", "1.0", "1.1", "1.2", "1.3", "2", "2.0", "2.1", "2.2", "3", "3.0", "3.1", "3.2"),
    *("4", "4.0", "4.1", "4.2", "5", "5.0", "5.1", "5.2", "6", "6.0", "6.1", "6.2"),
)
TWO_PASSES = frozenset(("h264", "hevc", "vp9", "mpeg4", "mpeg2video"))


def check_preset(codec: str, preset: str | None) -> None:
    """Whether a codec's encoder has such a preset.

    Raises:
        ValueError: it has none; which ones it has.
    """
    most = NUMBERED.get(codec, -1)
    if preset in (None, *PRESETS) or (preset.isdecimal() and int(preset) <= most):
        return
    numbers = f", or 0 to {most}" if most > 0 else ""
    raise ValueError(f"a preset of {codec} is one of {', '.join(PRESETS)}{numbers}")


QUANTIZED = ("mpeg4", "mpeg2video", "wmv2")
"""Codecs without a CRF: a constant quality is a fixed quantizer (FFmpeg, -qscale)."""


class EncodeVideo(Encoding):
    """The input as a video bitstream. Key frames stand on a grid of `key_frame_seconds`.

    Its size comes from a constant quality (`crf`, or of old codecs
    the `quantizer`), a `bit_rate`, or the `size_bytes` that it
    shares with a bitstream of `beside_bit_rate`; with `two_pass` the picture is looked at before.
    """

    op: Literal["encode_video"] = "encode_video"
    codec: VideoCodec = "h264"
    crf: int | None = Field(default=None, ge=0, le=63)
    quantizer: int | None = Field(default=None, ge=2, le=31)
    bit_rate: int | None = Field(default=None, ge=10_000, le=800_000_000)
    max_bit_rate: int | None = Field(default=None, ge=10_000, le=800_000_000)
    size_bytes: int | None = Field(default=None, ge=10_000)
    beside_bit_rate: int = Field(default=0, ge=0)
    two_pass: bool = False
    preset: str | None = Field(default=None, pattern=r"^[a-z0-9]+$")
    tune: str | None = Field(default=None, pattern=r"^[a-z]+$")
    profile: str | None = Field(default=None, pattern=r"^[a-z0-9_:]+$")
    level: str | None = Field(default=None, pattern=r"^[0-9.]+$")
    gop_frames: int | None = Field(default=None, ge=1, le=3000)
    key_frame_seconds: Rational | None = Field(default=None, gt=0)
    threads: int | None = Field(default=None, ge=1, le=64)
    """None: as the operator has it."""

    @model_validator(mode="after")
    def _one_size(self) -> Self:
        asked = [self.crf, self.quantizer, self.bit_rate, self.size_bytes]
        if sum(one is not None for one in asked) > 1:
            raise ValueError("crf, quantizer, bit_rate and size_bytes exclude each other")
        if self.quantizer is not None and self.codec not in QUANTIZED:
            raise ValueError(f"a quantizer is for {', '.join(QUANTIZED)}: {self.codec} has a crf")
        if self.crf is not None and self.crf > MOST_CRF.get(self.codec, -1):
            known = MOST_CRF.get(self.codec)
            what = (
                "has no crf: say a bit rate or a size"
                if known is None
                else f"takes a crf of at most {known}"
            )
            raise ValueError(f"{self.codec} {what}")
        if self.two_pass and self.bit_rate is None and self.size_bytes is None:
            raise ValueError("two passes need a bit rate or a size to aim at")
        if self.two_pass and self.codec not in TWO_PASSES:
            raise ValueError(f"{self.codec} is not encoded in two passes")
        return self

    @model_validator(mode="after")
    def _known_words(self) -> Self:
        """The encoder would find out only when it runs."""
        check_preset(self.codec, self.preset)
        known = PROFILES.get(self.codec, {})
        if self.profile is not None and self.profile not in known:
            words = f"only {', '.join(known)}" if known else "nor any other: leave it out"
            raise ValueError(f"{self.codec} has no profile {self.profile}, {words}")
        if self.level is not None and self.codec == "h264" and self.level not in H264_LEVELS:
            raise ValueError(f"H.264 has no level {self.level}, only {', '.join(H264_LEVELS)}")
        return self


class EncodeAudio(Encoding):
    """The input as an audio bitstream; `sample_rate` None keeps the source's."""

    op: Literal["encode_audio"] = "encode_audio"
    codec: AudioCodec = "aac"
    bit_rate: int | None = Field(default=None, ge=6000, le=640_000)
    sample_rate: int | None = Field(default=None, ge=8000, le=192_000)


class EncodeImage(Encoding):
    """One frame as a picture; `quality` 2 (best) to 31, of a JPEG or WebP."""

    op: Literal["encode_image"] = "encode_image"
    chunkable: ClassVar[bool] = False
    codec: ImageCodec = "mjpeg"
    quality: int = Field(default=3, ge=2, le=31)


class EncodeAnimation(Encoding):
    """The input as a moving picture for pages, with a palette of its own if it is a GIF.

    `loops` 0 is for ever; `quality` 0 to 100, of a WebP; `colours` and `dither` of a GIF.
    """

    op: Literal["encode_animation"] = "encode_animation"
    chunkable: ClassVar[bool] = False
    codec: AnimationCodec = "gif"
    loops: int = Field(default=0, ge=0, le=1000)
    quality: int = Field(default=75, ge=0, le=100)
    colours: int = Field(default=256, ge=4, le=256)
    dither: Literal["bayer", "floyd_steinberg", "sierra2_4a", "none"] = "sierra2_4a"


class EncodeSubtitles(Encoding):
    """Subtitles as text in another format, timed as they were; those `kept` stay as they are."""

    op: Literal["encode_subtitles"] = "encode_subtitles"
    chunkable: ClassVar[bool] = False
    codec: SubtitleCodec = "subrip"
    kept: tuple[str, ...] = ()
    """Codecs that the container takes, so that nothing of them is lost."""
    language: str | None = None
    """ISO 639-2; None: what the source says."""
    end_with: Name | None = None
    """The picture or sound whose end they do not outlast."""

    @property
    def beside(self) -> tuple[str, ...]:
        """What it looks at."""
        return () if self.end_with is None else (self.end_with,)


class Copy(Encoding):
    """The bitstream of a source as it is: nothing is decoded, nothing lost.

    Behind a trim it begins at the key frame before, so what is copied can begin earlier.
    """

    op: Literal["copy"] = "copy"
    chunkable: ClassVar[bool] = False
