"""Graph: what a request means, before anything is known of its inputs."""

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from reelmill.model.containers import Container, Plain
from reelmill.model.metrics import Metric
from reelmill.model.operations import (
    Copy,
    Encoding,
    Name,
    Node,
    Selection,
    SelectVideo,
    Tiles,
    Trim,
)
from reelmill.model.value import Rational, Value

RelativePath = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$")
]
"""A path below the job's folder, of the service's own choosing: nothing in it means anything."""


class Source(Value):
    """An input by name; where its bytes come from is the job's business."""

    id: Name


class Condition(Value):
    """A predicate on the facts of the source; all that is set must hold (sides: at least)."""

    short_side: int | None = None
    long_side: int | None = None


class Chapter(Value):
    """A named part of an output, up to the next one or the end unless it says."""

    start_seconds: Rational = Field(ge=0)
    end_seconds: Rational | None = None
    title: str = Field(default="", max_length=1000)

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.end_seconds is not None and self.end_seconds <= self.start_seconds:
            raise ValueError("a chapter ends after its start")
        return self


class _Output(Value):
    name: Name
    task: Name
    """The part of the job that the user sees this output under."""
    required: bool = True
    when: Condition | None = None


class FileOutput(_Output):
    """Encoded streams in a container.

    Streams whose source has no such stream are left out; with none left the output is skipped.
    A bitstream that stands in several outputs is encoded once.
    """

    kind: Literal["file"] = "file"
    path: RelativePath
    streams: tuple[Name, ...] = Field(min_length=1)
    container: Container
    tags: tuple[tuple[str, str], ...] = ()
    """What the file says of itself: title, artist and the like. An empty value removes one."""
    keep: tuple[Literal["tags", "chapters"], ...] = ()
    """What it takes over from the first source."""
    chapters: tuple[Chapter, ...] = Field(default=(), max_length=1000)
    """Those that it gets instead, in their order."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        starts = [one.start_seconds for one in self.chapters]
        if starts != sorted(set(starts)):
            raise ValueError("chapters stand in the order of their starts")
        return self


class SheetsOutput(_Output):
    """Numbered pictures of tiles beside each other; `path` is the first: `sheet_001.jpg`."""

    kind: Literal["sheets"] = "sheets"
    path: RelativePath
    streams: tuple[Name] = Field(min_length=1)
    container: Plain


class Storyboard(_Output):
    """WebVTT that says which tile of which sheet shows which part: `sheet_001.jpg#xywh=...`."""

    kind: Literal["storyboard"] = "storyboard"
    path: RelativePath
    of: tuple[Name] = Field(min_length=1)
    """The sheets, in the same folder."""


class PackageOutput(_Output):
    """The bitstreams of other outputs in another container; those that are skipped are left out."""

    kind: Literal["package"] = "package"
    path: RelativePath
    of: tuple[Name, ...] = Field(min_length=1)
    container: Container


class _Measured(_Output):
    """A named result, and with a `path` a file of every frame's own."""

    metrics: tuple[Metric, ...] = ()
    """None: the means of PSNR and SSIM alone."""
    mode: Literal["exact", "fast"] = "exact"
    """fast: VMAF and MS-SSIM of every fifth frame only."""
    path: RelativePath | None = None


class QualityOutput(_Measured):
    """How close an encode is to what went into it, or to another picture."""

    kind: Literal["quality"] = "quality"
    encode: Name
    against: Name | None = None
    required: bool = False


class Comparison(_Measured):
    """How close a picture is to a reference; without one, what it shows by itself.

    Both begin at their first frames, at the reference's displayed size and nominal rate.
    """

    kind: Literal["comparison"] = "comparison"
    picture: Name
    reference: Name | None = None


class MasterPlaylist(_Output):
    """The HLS multivariant playlist over media playlists, best first, with measured attributes."""

    kind: Literal["master_playlist"] = "master_playlist"
    path: RelativePath
    of: tuple[Name, ...] = Field(min_length=1)


Output = Annotated[
    FileOutput
    | SheetsOutput
    | Storyboard
    | PackageOutput
    | QualityOutput
    | Comparison
    | MasterPlaylist,
    Field(discriminator="kind"),
]


class Graph(Value):
    """Sources, operations on them, and outputs. Nodes come before those that read them."""

    version: Literal[1] = 1
    sources: tuple[Source, ...] = Field(min_length=1)
    nodes: tuple[Node, ...]
    outputs: tuple[Output, ...] = Field(min_length=1)
    idle: tuple[str, ...] = ()
    """What of the request changes nothing here, as `Operation.asked` has it."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        self._check_nodes({source.id for source in self.sources})
        self._check_outputs({node.id: isinstance(node, Encoding) for node in self.nodes})
        return self

    def _check_nodes(self, sources: set[str]) -> None:
        known: set[str] = set()
        for node in self.nodes:
            if node.id in known:
                raise ValueError(f"two nodes are named {node.id!r}")
            if isinstance(node, Selection) and node.source not in sources:
                raise ValueError(f"{node.id!r} reads the unknown source {node.source!r}")
            for name in (*node.inputs, *node.beside):
                if name not in known:
                    raise ValueError(f"{node.id!r} reads {name!r}, which does not stand before it")
            known.add(node.id)

    def _check_outputs(self, nodes: dict[str, bool]) -> None:
        lost: set[str]
        encodes = {name for name, encodes in nodes.items() if encodes}
        known: set[str] = set()
        paths: set[str] = set()
        for output in self.outputs:
            match output:
                case FileOutput(streams=reads) | SheetsOutput(streams=reads):
                    lost = {*reads} - encodes
                case QualityOutput(encode=encode, against=against):
                    lost = ({encode} - encodes) | ({against or encode} - nodes.keys())
                case Comparison(picture=picture, reference=reference):
                    lost = {picture, reference or picture} - nodes.keys()
                case PackageOutput(of=reads) | MasterPlaylist(of=reads) | Storyboard(of=reads):
                    lost = {*reads} - known
            if lost:
                raise ValueError(f"output {output.name!r} reads the unknown {min(lost)!r}")
            if output.name in known:
                raise ValueError(f"two outputs are named {output.name!r}")
            known.add(output.name)
            if output.path is not None:
                if output.path in paths:
                    raise ValueError(f"two outputs are written to {output.path!r}")
                paths.add(output.path)

    @property
    def asks_for_key_frames(self) -> bool:
        """Whether planning is better for knowing where key frames stand."""
        kinds = {node.id: node for node in self.nodes}

        def asks(node: Node) -> bool:
            if isinstance(node, Copy) and isinstance(trim := kinds[node.input], Trim):
                return isinstance(kinds[trim.input], SelectVideo)
            return isinstance(node, Tiles) and node.frames == "auto"

        return any(asks(node) for node in self.nodes)

    def node(self, name: str) -> Node:
        """The node with that id.

        Raises:
            KeyError: no such node.
        """
        for node in self.nodes:
            if node.id == name:
                return node
        raise KeyError(name)
