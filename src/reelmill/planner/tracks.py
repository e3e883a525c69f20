"""What is known of a picture or a sound on its way through the graph."""

from dataclasses import dataclass
from fractions import Fraction

from reelmill.model.facts import AudioStream, Colour, Hdr, SubtitleStream, VideoStream


@dataclass(frozen=True)
class Picture:
    """A video pad. Times are seconds on FFmpeg's clock, where the file begins at 0."""

    pad: str
    stream: VideoStream
    width: Fraction
    height: Fraction
    """Displayed size: square pixels, upright."""
    square: bool
    rate: Fraction | None
    """The constant rate; None while timestamps are the source's own."""
    start: Fraction
    end: Fraction | None
    colour: Colour
    pix_fmt: str
    interlaced: bool
    alpha: bool
    hdr: Hdr | None
    tagged: bool = False
    """Whether its frames say their colour themselves, gaps and all."""
    shift: Fraction = Fraction(0)
    """How far the source was moved to put its first picture on the grid of the rate."""
    pictures: int | None = None
    """How many are made of it, where that is what an operation is for."""
    source: str = ""
    """The source that it comes from."""
    origin: Fraction = Fraction(0)
    """The source's own time at 0, for what is drawn by it: subtitles."""

    @property
    def frame_seconds(self) -> Fraction:
        """How long a frame usually stands."""
        return 1 / (self.rate or self.stream.nominal_rate or Fraction(25))

    @property
    def frame_count(self) -> int | None:
        """Frames to expect; None where the rate is not constant or the end unknown."""
        if self.rate is None or self.end is None:
            return None
        return max(1, round((self.end - self.start) * self.rate))


@dataclass(frozen=True)
class Sound:
    """An audio pad, on the same clock."""

    pad: str
    stream: AudioStream
    sample_rate: int
    channels: int
    start: Fraction
    end: Fraction | None
    changing: bool = False
    """Whether rate and channels may change on the way."""
    steady: bool = False
    """Whether it begins at 0 and has no gaps, so that its samples can be counted."""
    layout: str | None = None
    """Which channel is which, where that was changed."""


@dataclass(frozen=True)
class Subtitles:
    """A subtitle pad, and what of its source is shown when: FFmpeg has no filters for subtitles."""

    pad: str
    stream: SubtitleStream
    start: Fraction
    end: Fraction | None
    """None: that of the source."""
    begin: Fraction = Fraction(0)
    """The source's time at 0."""
    factor: Fraction = Fraction(1)
    """How much faster than the source."""


Track = Picture | Sound | Subtitles
