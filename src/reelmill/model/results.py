"""What came of an attempt: artifacts, measurements and how each task ended."""

from typing import Literal

from pydantic import Field

from reelmill.model.facts import VideoRange
from reelmill.model.graph import RelativePath
from reelmill.model.metrics import Metric
from reelmill.model.operations import Name
from reelmill.model.steps import Notice
from reelmill.model.value import Rational, Value

TaskStatus = Literal["pending", "running", "completed", "failed", "skipped", "cancelled"]


class Segments(Value):
    """What was measured of a folder of HLS segments (RFC 8216, section 4.3.4.2)."""

    count: int
    size_bytes: int
    longest_seconds: float
    peak_bit_rate: int
    average_bit_rate: int


class Rendition(Value):
    """One track of a presentation whose tracks are apart: a media playlist with its fragments."""

    kind: Literal["video", "audio"]
    path: RelativePath
    codecs: str | None = None
    width: int | None = None
    height: int | None = None
    frame_rate: Rational | None = None
    video_range: VideoRange | None = None
    channels: int | None = None
    segments: Segments


class Artifact(Value):
    """A verified output: a file, or a playlist with its segments."""

    output: Name
    path: RelativePath
    size_bytes: int
    """Of the file itself; segments are counted in `segments`."""
    file_count: int = 1
    """Numbered files, of which `path` is the first; `size_bytes` is that of all."""
    duration_seconds: float | None = None
    bit_rate: int | None = None
    width: int | None = None
    height: int | None = None
    frame_rate: Rational | None = None
    sample_rate: int | None = None
    codecs: str | None = None
    """As RFC 6381 names them: "avc1.4d401f,mp4a.40.2"."""
    video_range: VideoRange | None = None
    segments: Segments | None = None
    renditions: tuple[Rendition, ...] = ()
    """Of a presentation: its tracks, each picture before the sound that goes with it."""


class Pooled(Value):
    """A metric over all frames that were looked at."""

    mean: float
    min: float
    harmonic_mean: float
    """As libvmaf has it: of each value and 1, so that frames of 0 do not end it."""


class Quality(Value):
    """How close a picture is to another, or what it shows by itself: over all frames."""

    output: Name
    psnr: float | None = None
    """Decibels, from the mean squared error over all planes; 100 where nothing differs."""
    ssim: float | None = None
    frame_count: int
    metrics: dict[Metric, Pooled] = Field(default_factory=dict[Metric, Pooled])
    """Those that were asked for, frame by frame."""
    model: str | None = None
    """Of VMAF, as libvmaf calls it."""
    approximate: str | None = None
    """What was left out, and what that costs."""


class Failure(Value):
    """Why something ended badly: the words of model/errors.py."""

    code: str
    message: str
    retryable: bool = False
    output: str | None = None
    detail: str = ""


class TaskResult(Value):
    """How one task ended."""

    name: Name
    status: TaskStatus
    required: bool = True
    reason: str | None = None
    """Why it was skipped."""
    duration_seconds: float | None = None
    output_size_bytes: int | None = None
    failure: Failure | None = None


class Outcome(Value):
    """Everything that came of running a plan."""

    status: Literal["completed", "failed", "cancelled"]
    tasks: tuple[TaskResult, ...]
    artifacts: tuple[Artifact, ...] = ()
    qualities: tuple[Quality, ...] = ()
    warnings: tuple[Notice, ...] = ()
    failure: Failure | None = None
    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    """Of the children, user and system."""

    def artifact(self, output: str) -> Artifact | None:
        """The artifact of an output, if it was made."""
        return next((one for one in self.artifacts if one.output == output), None)
