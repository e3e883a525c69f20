"""Lowering: every output by a step of its own, as people would write the commands by hand.

A bitstream is encoded by the first output that holds it; later ones copy it from there.
"""

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from reelmill.model.containers import Cmaf, Container, Hls
from reelmill.model.documents import MasterPlaylistDocument, StoryboardDocument
from reelmill.model.errors import InvalidRequestError
from reelmill.model.graph import (
    Comparison,
    Condition,
    FileOutput,
    MasterPlaylist,
    Output,
    PackageOutput,
    QualityOutput,
    SheetsOutput,
    Storyboard,
)
from reelmill.model.process import Target, numbered
from reelmill.model.steps import Step
from reelmill.planner.chapters import given_chapters, kept_chapters
from reelmill.planner.containers import TAGGED, check_codecs, mux, muxer_of
from reelmill.planner.context import Context
from reelmill.planner.dataflow import ProcessBuilder
from reelmill.planner.expect import expectation
from reelmill.planner.homes import Home, copied, still_of, uncovered
from reelmill.planner.lowering import Lowering, is_there
from reelmill.planner.lowering.compare import Pair, aligned, measured, observed
from reelmill.planner.lowering.looks import arrangement, by_key_frames, tiles_of
from reelmill.planner.two_pass import in_two_passes


@dataclass
class Lowered:
    """The steps of a graph, and why some outputs have none."""

    steps: list[Step] = field(default_factory=list[Step])
    skipped: dict[str, str] = field(default_factory=dict[str, str])


def lower(context: Context) -> Lowered:
    """One step per output that the facts call for.

    Raises:
        UnsupportedMediaError: a container that does not take the codec, or a missing encoder.
        InvalidRequestError: a picture where sound belongs, or the reverse.
    """
    return _Lowerer(context).lower()


@dataclass
class _Lowerer:
    context: Context
    lowered: Lowered = field(default_factory=Lowered)
    homes: dict[str, Home] = field(default_factory=dict[str, Home])
    files: dict[str, FileOutput] = field(default_factory=dict[str, FileOutput])
    sheets: dict[str, SheetsOutput] = field(default_factory=dict[str, SheetsOutput])
    packages: dict[str, PackageOutput] = field(default_factory=dict[str, PackageOutput])

    def lower(self) -> Lowered:
        for output in self.context.graph.outputs:
            reason = self._reason_to_skip(output)
            if reason is not None:
                self.lowered.skipped[output.name] = reason
            else:
                self.lowered.steps.append(self._step(output))
        return self.lowered

    def _reason_to_skip(self, output: Output) -> str | None:
        if output.when is not None and (reason := self._unmet(output.when)) is not None:
            return reason
        match output:
            case FileOutput(streams=streams) | SheetsOutput(streams=streams):
                if not any(is_there(name, self.context) for name in streams):
                    return "the source has no such stream"
            case Comparison(picture=picture, reference=reference):
                if not all(is_there(one, self.context) for one in (picture, reference) if one):
                    return "there is no picture to look at"
            case QualityOutput(encode=encode):
                return None if encode in self.homes else "what it measures is not made"
            case PackageOutput(of=of) | MasterPlaylist(of=of) | Storyboard(of=of):
                if all(name in self.lowered.skipped for name in of):
                    return "there is nothing to package"
        return None

    def _unmet(self, condition: Condition) -> str | None:
        picture = self.context.facts.of(self.context.graph.sources[0].id).picture
        if picture is None:
            return "the source has no picture"
        if picture.short_side < (condition.short_side or 0) or picture.long_side < (
            condition.long_side or 0
        ):
            size = f"{picture.long_side}x{picture.short_side}"
            return f"the source is {size}, and is never scaled up"
        return None

    def _step(self, output: Output) -> Step:
        match output:
            case FileOutput(name=name, streams=streams):
                self.files[name] = output
                return self._written(output, [s for s in streams if is_there(s, self.context)])
            case SheetsOutput(name=name, streams=(stream,)):
                self.sheets[name] = output
                return self._written(output, [stream])
            case Storyboard():
                return self._storyboard(output)
            case PackageOutput(name=name, of=of):
                self.packages[name] = output
                streams = [s for name in of if name in self.files for s in self.files[name].streams]
                held = [name for name in dict.fromkeys(streams) if name in self.homes]
                return self._written(output, held)
            case QualityOutput():
                return self._quality(output)
            case Comparison():
                return self._comparison(output)
            case MasterPlaylist(name=name, path=path, of=of):
                made = {**self.files, **self.packages}
                variants = tuple((v, made[v].path) for v in of if v in made)
                document = MasterPlaylistDocument(output=name, path=path, variants=variants)
                return _step(output, executor="document", resource="io", document=document)

    def _storyboard(self, output: Storyboard) -> Step:
        sheets = self.sheets[output.of[0]]
        op = tiles_of(sheets.streams[0], self.context)
        picture = Lowering.alone(self.context).picture(op.input)
        layout = arrangement(op, picture)
        document = StoryboardDocument(
            output=output.name,
            path=output.path,
            of=sheets.name,
            sheets=tuple(one.rpartition("/")[2] for one in numbered(sheets.path, layout.sheets)),
            count=layout.count,
            interval_seconds=layout.interval_seconds,
            duration_seconds=layout.length_seconds,
            columns=op.columns,
            rows=op.rows,
            spacing=op.spacing,
            tile_width=layout.tile_width,
            tile_height=layout.tile_height,
        )
        return _step(output, executor="document", resource="io", document=document)

    def _written(self, output: FileOutput | SheetsOutput | PackageOutput, names: list[str]) -> Step:
        """A target of the named encodes: copied where another output has them already."""
        builder = ProcessBuilder()
        lowering = Lowering(self.context, builder)
        held: list[Home] = []
        for index, name in enumerate(names):
            if name in self.homes:
                held.append(copied(self.homes[name], builder))
                continue
            coded = lowering.encode(name)
            still = still_of(name, self.context)
            home = Home(
                *(output.name, output.path, coded.stream, index, coded.expected),
                *(coded.end, coded.doubt, still, coded.pictures, coded.hidden),
            )
            held.append(home)
            if not isinstance(output.container, Hls | Cmaf):
                self.homes[name] = home
        check_codecs(output.container, tuple(one.expected.codec for one in held), output.name)
        held = [_fitted(home, output.container) for home in held]
        timed = _timed(output, held)
        ends = [home.end for home in timed if home.end is not None]
        still = next((home.still for home in held if home.still is not None), None)
        length = max(ends) if len(ends) == len(timed) else None
        if length is not None and length <= 0:
            raise InvalidRequestError("nothing is left: it is cut from after its end")
        length = length if still is None else None
        if length is not None:
            length += uncovered(output.container, held, self.context)
        kinds = tuple(home.stream.kind for home in held)
        pictures = next((home.pictures for home in held if home.pictures is not None), None)
        made = mux(output.container, output.name, output.path, kinds)
        if isinstance(output, SheetsOutput):
            made = made.but(options=(), numbered=True)
        target = Target(
            id=builder.target_id(),
            streams=tuple(home.stream for home in held),
            muxes=(made,),
            frame_limit=1 if still is not None and not still.last else pictures,
            duration_seconds=length,
            still=still,
            **_said(output, self.context, length, builder),
        )
        builder.targets.append(target)
        doubt = max(home.doubt for home in held)
        expects = expectation(output, tuple(home.expected for home in held), length, doubt)
        if isinstance(output, SheetsOutput):
            expects = expects.but(file_count=pictures or 1)
            if by_key_frames(tiles_of(names[0], self.context), self.context):
                builder.inputs = [one.but(key_frames_only=True) for one in builder.inputs]
        process = builder.build()
        nodes = [self.context.graph.node(name) for name in names]
        passes, targets = in_two_passes(process, nodes)
        first = (*builder.first, *passes)
        process = process.but(targets=targets)
        return _step(output, executor="ffmpeg", first=first, process=process, expects=(expects,))

    def _quality(self, output: QualityOutput) -> Step:
        builder = ProcessBuilder()
        home = self.homes[output.encode]
        of = self.context.graph.node(output.encode).inputs[0]
        to = Lowering(self.context, builder)
        if output.against is None:
            reference = to.picture(of)
            coded = f"in{builder.input(home.input)}:{home.index}"
            pair = Pair(replace(reference, pad=coded), reference)
        else:
            before = Lowering.alone(self.context).picture(of)
            coded = f"in{builder.input(home.input)}:{home.index}"
            pair = aligned(replace(before, pad=coded), to.picture(output.against), to)
        builder.measurements.append(measured(output, pair, home.output, to))
        first = tuple(builder.first)
        return _step(output, executor="ffmpeg", first=first, process=builder.build())

    def _comparison(self, output: Comparison) -> Step:
        builder = ProcessBuilder()
        to = Lowering(self.context, builder)
        if output.reference is None:
            found = observed(output, to)
        else:
            pair = aligned(to.picture(output.picture), to.picture(output.reference), to)
            found = measured(output, pair, output.name, to)
        builder.measurements.append(found)
        first = tuple(builder.first)
        return _step(output, executor="ffmpeg", first=first, process=builder.build())


def _fitted(home: Home, container: Container) -> Home:
    """A bitstream in a container: tags are for those that have them.

    AVI sets the picture back by the sound encoder's delay, with empty frames that nobody counted.
    """
    if muxer_of(container) == "avi":
        home = replace(home, expected=home.expected.but(frame_count=None))
    if muxer_of(container) in TAGGED:
        return home
    options = tuple(one for one in home.stream.options if one[0] != "tag")
    return replace(home, stream=home.stream.but(options=options))


def _said(
    output: FileOutput | SheetsOutput | PackageOutput,
    context: Context,
    length: Fraction | None,
    builder: ProcessBuilder,
) -> dict[str, Any]:
    """What a file says of itself."""
    if not isinstance(output, FileOutput):
        return {}
    main = context.graph.sources[0].id
    chapters = kept_chapters(output, main, context)
    if (given := given_chapters(output, length, context)) is not None:
        builder.input(given)
        chapters = given.name
    return {
        "tags": output.tags,
        "tags_of": main if "tags" in output.keep else None,
        "chapters_of": chapters,
    }


def _timed(output: FileOutput | SheetsOutput | PackageOutput, held: list[Home]) -> list[Home]:
    """The bitstreams that an output is as long as: an HLS playlist counts its picture only."""
    held = [home for home in held if home.stream.kind != "subtitle"] or held
    pictures = [home for home in held if home.stream.kind == "video"]
    return pictures if pictures and isinstance(output.container, Hls) else held


def _step(output: Output, **content: object) -> Step:
    return Step.model_validate(
        {
            "id": output.name,
            "outputs": (output.name,),
            "tasks": (output.task,),
            "required": output.required,
            **content,
        }
    )
