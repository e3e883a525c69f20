"""One FFmpeg process, as data: a small dataflow of inputs, filters, encoded streams and muxers.

`ffmpeg/argv.py` writes the argument list from it. Pads name where data comes from: `in0:1` is
stream 1 of input 0, `f3` the filter with that id, `dec:e0` the encoded stream `e0` decoded again
inside the same process (FFmpeg's loopback decoders).
"""

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from reelmill.model.graph import RelativePath
from reelmill.model.metrics import Metric
from reelmill.model.operations import Name
from reelmill.model.value import Rational, Value

Options = tuple[tuple[str, str], ...]
"""FFmpeg options in order, names without dash or stream specifier."""


FIRST_NUMBER = "001"


def numbered(first: str, count: int) -> tuple[str, ...]:
    """The paths of numbered files from their first, as FFmpeg's image2 muxer counts (%03d)."""
    before, number, after = first.rpartition(FIRST_NUMBER)
    if count == 1 or not number:
        return (first,)
    return tuple(f"{before}{n:03d}{after}" for n in range(1, count + 1))


class TextFile(Value):
    """A small text that a process reads, written for it beside the sources before the run."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_.-]*$")]
    """Says what is in it, so that equal names are equal files."""
    text: str

    @property
    def path(self) -> str:
        """Where the process finds it, from its own folder."""
        return f"../{TEXTS}/{self.name}"


class Input(Value):
    """One -i of a process, with what stands before it."""

    origin: Literal["source", "output", "text"] = "source"
    name: Name
    """A source of the graph, an output of another step, or what a text is for."""
    text: TextFile | None = None
    path: RelativePath | None = None
    """Of an output: its path below the attempt's out/."""
    demuxer: str | None = None
    seek_seconds: Rational | None = None
    length_seconds: Rational | None = None
    key_frames_only: bool = False
    """Whether nothing else of its picture is decoded (-skip_frame nokey)."""
    changing: bool = False
    """Whether its picture may change size on the way. The filters then stay as they were set up,
    which is for a scaler at their head to bear: set up anew, they would begin at 0 again."""
    seekable: bool = True
    """Whether decoding may begin anywhere."""
    stamped: bool = False
    """Whether packets without a time get one, as muxers want them (-fflags +genpts)."""
    decoders: tuple[tuple[int, str], ...] = ()
    """Decoders that are not FFmpeg's first choice, by stream index."""
    max_streams: int = 64
    """More make FFmpeg refuse it: each takes memory before anybody counts them."""
    forward_cues: bool = False
    """Whether cues of subtitles that end before they begin are left out."""
    words: bool = False
    """Opened a second time, for subtitles alone: the picture may then be sought in."""
    known_decoders: tuple[str, ...] = ()
    """Those of the streams that were found; no others are used. None: whatever FFmpeg finds."""


class Filter(Value):
    """One filter with one output; a pad that several read is split when the graph is written."""

    id: str
    name: str
    options: Options = ()
    inputs: tuple[str, ...]
    files: tuple[TextFile, ...] = ()
    sources: tuple[Name, ...] = ()
    """Sources of the graph that it opens by itself."""


TEXTS = "texts"
"""The folder of such files in an attempt's folder."""
DRAW_TEXT = frozenset(("ass", "subtitles"))
"""Filters that need fonts."""


class FilterGraph(Value):
    """Filters that FFmpeg schedules as one."""

    filters: tuple[Filter, ...]


class EncodedStream(Value):
    """One stream of a target: a pad through an encoder, or copied as it is."""

    id: str
    kind: Literal["video", "audio", "image", "subtitle"]
    pad: str
    encoder: str
    """An FFmpeg encoder, or "copy"."""
    options: Options = ()
    language: str | None = None


class Mux(Value):
    """One file or folder of segments that a target writes."""

    output: Name
    path: RelativePath
    format: str
    options: Options = ()
    numbered: bool = False
    """Whether it is the first of several, by the 001 in its name."""


class StillAt(Value):
    """The one frame that a target is for: the first at or after a time, or the last of all."""

    at_seconds: Rational
    last: bool


class Target(Value):
    """One output of the command: streams encoded once, written by one or (tee) several muxers."""

    id: str
    streams: tuple[EncodedStream, ...] = Field(min_length=1)
    muxes: tuple[Mux, ...] = Field(min_length=1)
    frame_limit: int | None = None
    still: StillAt | None = None
    duration_seconds: Rational | None = None
    """Planned length, for progress; None: unknown."""
    tags: Options = ()
    """What the file says of itself: title, artist and the like."""
    tags_of: Name | None = None
    """The source whose tags it keeps, too."""
    chapters_of: Name | None = None
    """The source whose chapters it keeps, or the text that has them."""


class Measurement(Value):
    """Metrics per frame, read from a pad's frame metadata: a named result of the step."""

    output: Name
    pad: str
    of: Name
    """The output whose picture is measured."""
    frame_count: int | None = None
    """Frames that must have been compared."""
    bit_depth: int = 8
    metrics: tuple[Metric, ...] = ()
    """None: the means of PSNR and SSIM alone."""
    log: RelativePath | None = None
    """Where libvmaf writes what it finds, if it is asked."""
    model: str | None = None
    """Of VMAF, if that is asked."""
    every: int = 1
    """libvmaf looks at one frame of so many."""
    path: RelativePath | None = None
    """Where the figures of all frames go."""
    rate: Rational | None = None
    pixels: int | None = None
    """Of a frame, where it is of no output."""


class Process(Value):
    """One FFmpeg process."""

    inputs: tuple[Input, ...] = Field(min_length=1)
    graphs: tuple[FilterGraph, ...] = ()
    targets: tuple[Target, ...] = ()
    measurements: tuple[Measurement, ...] = ()
    talks: bool = False
    """Whether its log is read for what a filter found out, and not for complaints alone."""

    @property
    def filters(self) -> tuple[Filter, ...]:
        """Those of all graphs."""
        return tuple(one for graph in self.graphs for one in graph.filters)

    @property
    def files(self) -> tuple[TextFile, ...]:
        """What must be written before it runs."""
        read = [one.text for one in self.inputs if one.text is not None]
        return tuple(dict.fromkeys([*read, *(f for one in self.filters for f in one.files)]))

    @property
    def sources(self) -> tuple[str, ...]:
        """Every source that it reads, by an input or by a filter."""
        inputs = [one.name for one in self.inputs if one.origin == "source"]
        return tuple(dict.fromkeys([*inputs, *(s for one in self.filters for s in one.sources)]))

    @property
    def draws_text(self) -> bool:
        """Whether it needs fonts."""
        return any(one.name in DRAW_TEXT for one in self.filters)


class Cuts(Value):
    """How silences become cuts: where they were written, and on which grids they are cut."""

    path: RelativePath
    """What the metadata filter wrote of the silences."""
    frame_seconds: Rational
    block_seconds: Rational
    """Of sound."""
    keep_seconds: Rational = Fraction(0)
    """Of a silence, at both of its ends."""


class Analysis(Value):
    """A process that runs before the step's own, in the same folder, for what it finds out.

    What it finds stands in files, which the next process reads under the same names, or in its
    log, or in a file of `cuts`: words that take the place of `{name.key}` in options of the
    filters after it.
    """

    name: Name
    process: Process
    finds: Literal["files", "loudness", "silence"] = "files"
    cuts: Cuts | None = None
    """Of silences."""
    quiet_lufs: float = -24.0
    """What passes for the loudness of sound that is too quiet to be measured."""
