"""The operations of a graph: one frozen class each, with its fields, limits and a sentence.

A node names its input nodes by id. What an operation becomes in FFmpeg is the planner's
business (planner/lowering has one function per class of this file).
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from reelmill.model.value import Rational, Value

Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
"""An id inside a graph: safe as a file name on every system."""

VideoCodec = Literal["h264", "hevc", "av1", "vp9", "ffv1"]
AudioCodec = Literal["aac", "mp3", "opus", "flac", "pcm_s16le"]


class Operation(Value):
    """A node of the graph."""

    chunkable: ClassVar[bool] = True
    """Whether the work may be cut into pieces of time and joined again."""

    id: Name

    @property
    def inputs(self) -> tuple[str, ...]:
        """The ids of the nodes that this one reads."""
        return ()


class _Unary(Operation):
    input: Name

    @property
    def inputs(self) -> tuple[str, ...]:
        return (self.input,)


class SelectVideo(Operation):
    """The picture of a source as a player shows it: upright, no cover art."""

    op: Literal["select_video"] = "select_video"
    source: Name


class SelectAudio(Operation):
    """The sound of a source: its default track, or the first in a language (ISO 639-2)."""

    op: Literal["select_audio"] = "select_audio"
    source: Name
    language: str | None = None


class Trim(_Unary):
    """The part from `start_seconds` up to `end_seconds` of its input, moved to begin at 0."""

    op: Literal["trim"] = "trim"
    start_seconds: Rational = Field(ge=0)
    end_seconds: Rational | None = Field(default=None, gt=0)
    accuracy: Literal["exact"] = "exact"


class Deinterlace(_Unary):
    """Whole frames from interlaced ones, at the same rate; nothing where it is progressive."""

    op: Literal["deinterlace"] = "deinterlace"


class ConstantRate(_Unary):
    """Frames at a constant rate from time 0: the source's nominal rate, at most `max_rate`.

    A picture that starts late holds its first frame; one that ends more than a second before
    the sound named in `hold_for` holds its last.
    """

    op: Literal["constant_rate"] = "constant_rate"
    max_rate: Rational = Field(gt=0)
    hold_for: Name | None = None


class Scale(_Unary):
    """Square pixels and even sides, with the given short side; without one, the displayed size."""

    op: Literal["scale"] = "scale"
    short_side: int | None = Field(default=None, ge=2, le=16384)


class Colour(_Unary):
    """Samples as the target wants them: `web` 4:2:0 limited range, `jpeg` full range BT.601.

    HDR is tone-mapped to BT.709 unless `hdr` says keep; transparency is laid on black.
    """

    op: Literal["colour"] = "colour"
    target: Literal["web", "jpeg"] = "web"
    hdr: Literal["tone_map", "keep"] = "tone_map"


class Still(_Unary):
    """One frame: the first at or after a share of the picture's length; 1 is the last frame."""

    op: Literal["still"] = "still"
    chunkable: ClassVar[bool] = False
    position: Rational = Field(ge=0, le=1)


class Sound(_Unary):
    """Sound that begins at 0, its gaps filled with silence, of at most `max_channels`.

    Sound that ends before the picture named in `pad_to` is padded with silence.
    """

    op: Literal["sound"] = "sound"
    max_channels: int = Field(default=2, ge=1, le=8)
    pad_to: Name | None = None


class EncodeVideo(_Unary):
    """The input as a video bitstream. Key frames stand on a grid of `key_frame_seconds`."""

    op: Literal["encode_video"] = "encode_video"
    codec: VideoCodec = "h264"
    crf: int | None = Field(default=None, ge=0, le=63)
    preset: str | None = Field(default=None, pattern=r"^[a-z0-9]+$")
    profile: str | None = Field(default=None, pattern=r"^[a-z0-9]+$")
    level: str | None = Field(default=None, pattern=r"^[0-9.]+$")
    key_frame_seconds: Rational | None = Field(default=None, gt=0)


class EncodeAudio(_Unary):
    """The input as an audio bitstream; `sample_rate` None keeps the source's."""

    op: Literal["encode_audio"] = "encode_audio"
    codec: AudioCodec = "aac"
    bit_rate: int | None = Field(default=None, ge=6000, le=640_000)
    sample_rate: int | None = Field(default=None, ge=8000, le=192_000)


class EncodeImage(_Unary):
    """One frame as a JPEG; `quality` 2 (best) to 31."""

    op: Literal["encode_image"] = "encode_image"
    chunkable: ClassVar[bool] = False
    quality: int = Field(default=3, ge=2, le=31)


Node = Annotated[
    SelectVideo
    | SelectAudio
    | Trim
    | Deinterlace
    | ConstantRate
    | Scale
    | Colour
    | Still
    | Sound
    | EncodeVideo
    | EncodeAudio
    | EncodeImage,
    Field(discriminator="op"),
]
Encode = EncodeVideo | EncodeAudio | EncodeImage
