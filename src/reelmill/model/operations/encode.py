"""Operations that make bitstreams."""

from typing import ClassVar, Literal

from pydantic import Field

from reelmill.model.operations.base import Encoding
from reelmill.model.value import Rational

VideoCodec = Literal["h264", "hevc", "av1", "vp9", "ffv1"]
AudioCodec = Literal["aac", "mp3", "opus", "flac", "pcm_s16le"]


class EncodeVideo(Encoding):
    """The input as a video bitstream. Key frames stand on a grid of `key_frame_seconds`."""

    op: Literal["encode_video"] = "encode_video"
    codec: VideoCodec = "h264"
    crf: int | None = Field(default=None, ge=0, le=63)
    preset: str | None = Field(default=None, pattern=r"^[a-z0-9]+$")
    profile: str | None = Field(default=None, pattern=r"^[a-z0-9]+$")
    level: str | None = Field(default=None, pattern=r"^[0-9.]+$")
    key_frame_seconds: Rational | None = Field(default=None, gt=0)


class EncodeAudio(Encoding):
    """The input as an audio bitstream; `sample_rate` None keeps the source's."""

    op: Literal["encode_audio"] = "encode_audio"
    codec: AudioCodec = "aac"
    bit_rate: int | None = Field(default=None, ge=6000, le=640_000)
    sample_rate: int | None = Field(default=None, ge=8000, le=192_000)


class EncodeImage(Encoding):
    """One frame as a JPEG; `quality` 2 (best) to 31."""

    op: Literal["encode_image"] = "encode_image"
    chunkable: ClassVar[bool] = False
    quality: int = Field(default=3, ge=2, le=31)
