"""Facts: what the inputs are, and what this host can do. Written by inspection, never by hand."""

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from reelmill.model.value import Rational, Value

FieldOrder = Literal["progressive", "tff", "bff", "unknown"]
Hdr = Literal["hdr10", "hlg", "dolby_vision"]
VideoRange = Literal["SDR", "HLG", "PQ"]
"""As HLS names the transfer functions of pictures."""
SandboxLevel = Literal["strong", "partial", "none"]
"""The wall around children: Landlock and seccomp, seccomp alone, nothing."""


class Colour(Value):
    """How samples mean colours, by FFmpeg's names (ITU-T H.273); None: the file does not say."""

    range: Literal["tv", "pc"] | None = None
    matrix: str | None = None
    primaries: str | None = None
    transfer: str | None = None


class MasteringDisplay(Value):
    """SMPTE ST 2086 and CTA-861.3 light levels, as far as the file has them (cd/m2)."""

    max_luminance: float | None = None
    min_luminance: float | None = None
    max_content_light: int | None = None
    max_average_light: int | None = None


class Stream(Value):
    """What all kinds of stream have. Times are seconds on the container's own clock."""

    index: int
    codec: str
    """FFmpeg's codec name ("h264"), or "unknown"."""
    decodable: bool = True
    default: bool = False
    forced: bool = False
    language: str | None = None
    title: str | None = None
    time_base: Rational = Fraction(1, 1)
    start_seconds: Rational | None = None
    """Presentation time of the first packet."""
    end_seconds: Rational | None = None
    """Where the last packet's presentation ends."""
    hidden_seconds: Rational = Fraction(0)
    """How much an edit list hides before the start: what only decodes it, or what was cut off."""
    ends_hidden: bool = False
    """Whether an edit list hides what comes after the end."""
    joined: bool = False
    """Whether an edit list shows parts of it one after the other, which a copy cannot."""
    bit_rate: int | None = None


class VideoStream(Stream):
    """A picture stream."""

    kind: Literal["video"] = "video"
    profile: str | None = None
    level: int | None = None
    width: int
    height: int
    """As decoded and cropped, before rotation and aspect; 0: unknown, or too big to decode."""
    coded_width: int | None = None
    coded_height: int | None = None
    """Of the bitstream, where the container crops it."""
    pix_fmt: str | None = None
    bit_depth: int = 8
    has_alpha: bool = False
    sample_aspect: Rational = Fraction(1, 1)
    rotation_degrees: int = 0
    """Clockwise turn that a player makes, 0..359, from the display matrix."""
    flipped: bool = False
    """Mirrored left to right by a player, before it turns the picture."""
    average_rate: Rational | None = None
    nominal_rate: Rational | None = None
    """A sane constant rate for this stream: what `fps` is set to where the target needs CFR."""
    variable_rate: bool = False
    field_order: FieldOrder = "unknown"
    colour: Colour = Colour()
    hdr: Hdr | None = None
    """What the decoded picture is; dolby_vision: nothing without Dolby's mapping (profile 5)."""
    dolby_vision_profile: int | None = None
    mastering: MasteringDisplay | None = None
    attached_picture: bool = False
    frame_count: int | None = None
    """As the header says; None where it does not."""
    key_frame_seconds: tuple[Rational, ...] | None = None
    """Presentation times of the key frames; only when asked for."""

    @property
    def display_width(self) -> Fraction:
        """Width in square pixels as a player shows it, upright."""
        return self._displayed[0]

    @property
    def display_height(self) -> Fraction:
        """Height in square pixels as a player shows it, upright."""
        return self._displayed[1]

    @property
    def _displayed(self) -> tuple[Fraction, Fraction]:
        width, height = self.width * self.sample_aspect, Fraction(self.height)
        return (height, width) if self.rotation_degrees % 180 == 90 else (width, height)

    @property
    def short_side(self) -> int:
        """The smaller displayed side in square pixels, rounded."""
        return round(min(self._displayed))

    @property
    def long_side(self) -> int:
        """The larger displayed side in square pixels, rounded."""
        return round(max(self._displayed))


class AudioStream(Stream):
    """A sound stream."""

    kind: Literal["audio"] = "audio"
    profile: str | None = None
    sample_rate: int
    channels: int
    channel_layout: str | None = None
    undecodable_packets: int = 0
    """Before the first that can be decoded: the rest of a frame whose beginning is elsewhere."""


class SubtitleStream(Stream):
    """A subtitle stream, text or pictures."""

    kind: Literal["subtitle"] = "subtitle"
    backward_cues: int = 0
    """How many end before they begin: players leave them out, FFmpeg shows them for weeks."""


class OtherStream(Stream):
    """Data, attachments, timecode."""

    kind: Literal["data", "attachment"]


AnyStream = Annotated[
    VideoStream | AudioStream | SubtitleStream | OtherStream, Field(discriminator="kind")
]


class Chapter(Value):
    """A named part of the timeline."""

    start_seconds: Rational
    end_seconds: Rational
    title: str | None = None


class SourceFacts(Value):
    """What one input is."""

    source: str = "main"
    """Its id in the graph."""
    container: str
    """FFmpeg's demuxer name ("mov,mp4,m4a,3gp,3g2,mj2")."""
    size_bytes: int
    start_seconds: Rational = Fraction(0)
    """First presentation time in the file; FFmpeg maps it to 0."""
    duration_seconds: Rational | None = None
    """Length of the presentation that the file holds; None: nobody knows before it is decoded."""
    duration_from: Literal["header", "packets"] | None = None
    missing_seconds: Rational | None = None
    """How much of what the header promises is not in the file, beyond `duration_seconds`.

    None: nothing seems missing. 0: bytes are missing, but nobody knows how much time they are.
    """
    bit_rate: int | None = None
    streams: tuple[AnyStream, ...] = ()
    chapters: tuple[Chapter, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()

    @property
    def picture(self) -> VideoStream | None:
        """The video stream that a player shows: the default, else the first; no cover art."""
        streams = [
            s
            for s in self.streams
            if isinstance(s, VideoStream) and not s.attached_picture and s.decodable
        ]
        return next((s for s in streams if s.default), streams[0] if streams else None)

    @property
    def sound(self) -> AudioStream | None:
        """The audio stream that a player plays: the default, else the first."""
        streams = [s for s in self.streams if isinstance(s, AudioStream) and s.decodable]
        return next((s for s in streams if s.default), streams[0] if streams else None)

    @property
    def subtitles(self) -> SubtitleStream | None:
        """The subtitles that a player shows first."""
        return next((s for s in self.streams if isinstance(s, SubtitleStream)), None)


class Capabilities(Value):
    """What this host can do; encoders count only after a test encode."""

    ffmpeg_version: str
    encoders: tuple[str, ...]
    filters: tuple[str, ...] = ()
    fonts: tuple[str, ...] = ()
    """Families of the fonts that text is drawn with."""
    glyphs: str = ""
    """The code points that they have together, as ranges: "20-7e a0-17f". Empty: nobody knows."""
    cpu_count: int = 1
    sandbox: SandboxLevel = "none"
    """Of the host that inspected."""


class Facts(Value):
    """All that planning needs to know of the world."""

    version: Literal[1] = 1
    sources: tuple[SourceFacts, ...]
    capabilities: Capabilities

    def of(self, source: str) -> SourceFacts:
        """The facts of one source by its id in the graph.

        Raises:
            KeyError: no such source.
        """
        for facts in self.sources:
            if facts.source == source:
                return facts
        raise KeyError(source)
