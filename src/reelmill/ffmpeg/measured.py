"""What was found in a finished output."""

from reelmill.model.facts import VideoRange
from reelmill.model.value import Rational, Value


class MeasuredStream(Value):
    """One stream of an output."""

    kind: str
    codec: str
    codec_string: str | None = None
    """RFC 6381."""
    width: int | None = None
    height: int | None = None
    pix_fmt: str | None = None
    frame_rate: Rational | None = None
    frame_count: int | None = None
    sample_rate: int | None = None
    channels: int | None = None
    video_range: VideoRange | None = None
    duration_seconds: Rational | None = None


class MeasuredFile(Value):
    """One file that was written."""

    size_bytes: int
    duration_seconds: Rational | None = None
    bit_rate: int | None = None
    streams: tuple[MeasuredStream, ...] = ()
