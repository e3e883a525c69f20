"""Lowering: every output by a step of its own, as people would write the commands by hand.

A bitstream is encoded by the first output that holds it; later ones copy it from there.
"""

from dataclasses import dataclass, field, replace
from fractions import Fraction

from reelmill.model.graph import (
    Cmaf,
    Condition,
    FileOutput,
    Hls,
    MasterPlaylist,
    Matroska,
    Mp3,
    Mp4,
    Output,
    PackageOutput,
    QualityOutput,
    Wav,
)
from reelmill.model.operations import Still
from reelmill.model.steps import (
    EncodedStream,
    Expectation,
    ExpectedStream,
    Input,
    MasterPlaylistDocument,
    Measurement,
    Step,
    StillAt,
    Target,
)
from reelmill.planner.containers import check_codecs, mux, muxer_of
from reelmill.planner.context import Context
from reelmill.planner.dataflow import ProcessBuilder
from reelmill.planner.lowering.dispatch import Lowering, is_there
from reelmill.planner.lowering.timing import moment

FRAMES_OF_DOUBT = 2
"""Frames by which an output may differ in length: rounding at both ends."""
AUDIO_DOUBT_SECONDS = Fraction(1, 10)
"""Encoder delay and padding of the last audio frame."""


@dataclass(frozen=True)
class Home:
    """Where a bitstream was first written."""

    output: str
    path: str
    format: str
    stream: EncodedStream
    index: int
    expected: ExpectedStream
    end: Fraction | None
    still: StillAt | None = None
    fresh: bool = True

    @property
    def input(self) -> Input:
        """The output as an input of another step."""
        demuxer = {"mp4": "mov"}.get(self.format, self.format)
        return Input(origin="output", name=self.output, path=self.path, demuxer=demuxer)


@dataclass
class Lowered:
    """The steps of a graph, and why some outputs have none."""

    steps: list[Step] = field(default_factory=list[Step])
    skipped: dict[str, str] = field(default_factory=dict[str, str])


def lower(context: Context) -> Lowered:
    """One step per output that the facts call for.

    Raises:
        UnsupportedMediaError: a container that does not take the codec.
        InvalidRequestError: a picture where sound belongs, or the reverse.
    """
    return _Lowerer(context).lower()


@dataclass
class _Lowerer:
    context: Context
    lowered: Lowered = field(default_factory=Lowered)
    homes: dict[str, Home] = field(default_factory=dict[str, Home])
    files: dict[str, FileOutput] = field(default_factory=dict[str, FileOutput])

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
            case FileOutput(streams=streams):
                if not any(is_there(name, self.context) for name in streams):
                    return "the source has no such stream"
            case QualityOutput(encode=encode):
                return None if encode in self.homes else "what it measures is not made"
            case PackageOutput(of=of) | MasterPlaylist(of=of):
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
            case FileOutput():
                return self._file(output)
            case PackageOutput():
                return self._package(output)
            case QualityOutput():
                return self._quality(output)
            case MasterPlaylist(name=name, path=path, of=of):
                variants = tuple((v, self.files[v].path) for v in of if v in self.files)
                document = MasterPlaylistDocument(output=name, path=path, variants=variants)
                return _step(output, "document", document=document)

    def _file(self, output: FileOutput) -> Step:
        self.files[output.name] = output
        names = [name for name in output.streams if is_there(name, self.context)]
        return self._written(output, names)

    def _package(self, output: PackageOutput) -> Step:
        members = [self.files[name] for name in output.of if name in self.files]
        names = [name for member in members for name in member.streams if name in self.homes]
        return self._written(output, list(dict.fromkeys(names)))

    def _written(self, output: FileOutput | PackageOutput, names: list[str]) -> Step:
        """A target of the named encodes: copied where another output has them already."""
        builder = ProcessBuilder()
        lowering = Lowering(self.context, builder)
        held = [
            self._copied(self.homes[name], builder)
            if name in self.homes
            else self._encoded(name, index, output, lowering)
            for index, name in enumerate(names)
        ]
        expected = tuple(home.expected for home in held)
        check_codecs(output.container, tuple(one.codec for one in expected), output.name)
        if isinstance(output.container, Mp4 | Matroska | Mp3 | Wav):
            self.homes.update(
                {name: home for name, home in zip(names, held, strict=True) if home.fresh}
            )
        ends = [home.end for home in held if home.end is not None]
        still = next((home.still for home in held if home.still is not None), None)
        length = max(ends) if len(ends) == len(held) and still is None else None
        target = Target(
            id=builder.target_id(),
            streams=tuple(home.stream for home in held),
            muxes=(mux(output.container, output.name, output.path),),
            frame_limit=1 if still is not None and not still.last else None,
            duration_seconds=length,
            still=still,
        )
        builder.targets.append(target)
        expects = (_expectation(output, expected, length),)
        return _step(output, "ffmpeg", process=builder.build(), expects=expects)

    def _encoded(
        self, name: str, index: int, output: FileOutput | PackageOutput, lowering: Lowering
    ) -> Home:
        stream, expected, track = lowering.encode(name)
        return Home(
            output=output.name,
            path=output.path,
            format=muxer_of(output.container).format,
            stream=stream,
            index=index,
            expected=expected,
            end=track.end,
            still=self._still_of(name),
        )

    def _copied(self, home: Home, builder: ProcessBuilder) -> Home:
        where = builder.input(home.input)
        stream = home.stream.but(
            id=builder.encode_id(),
            pad=f"in{where}:{home.index}",
            encoder="copy",
            options=tuple(option for option in home.stream.options if option[0] == "tag"),
        )
        return replace(home, stream=stream, fresh=False)

    def _still_of(self, encode: str) -> StillAt | None:
        """When the frame of a still is taken, if the encode is of one."""
        name = encode
        while inputs := self.context.graph.node(name).inputs:
            name = inputs[0]
            node = self.context.graph.node(name)
            if isinstance(node, Still):
                before = Lowering(self.context, ProcessBuilder()).picture(node.input)
                at, last = moment(node, before)
                return StillAt(at_seconds=at, last=last)
        return None

    def _quality(self, output: QualityOutput) -> Step:
        builder = ProcessBuilder()
        home = self.homes[output.encode]
        encode = self.context.graph.node(output.encode)
        reference = Lowering(self.context, builder).picture(encode.inputs[0])
        coded = f"in{builder.input(home.input)}:{home.index}"
        psnr = builder.filter("psnr", (), (coded, reference.pad))
        ssim = builder.filter("ssim", (), (psnr, reference.pad))
        builder.measurements.append(Measurement(output=output.name, pad=ssim))
        return _step(output, "ffmpeg", process=builder.build())


def _step(self, output: Output) -> Step:
        match output:
            case FileOutput():
                return self._file(output)
            case PackageOutput():
                return self._package(output)
            case QualityOutput():
                return self._quality(output)
            case MasterPlaylist(name=name, path=path, of=of):
                variants = tuple((v, self.files[v].path) for v in of if v in self.files)
                document = MasterPlaylistDocument(output=name, path=path, variants=variants)
                return _step(output, "document", document=document)

    def _file(self, output: FileOutput) -> Step:
        self.files[output.name] = output
        names = [name for name in output.streams if is_there(name, self.context)]
        return self._written(output, names)

    def _package(self, output: PackageOutput) -> Step:
        members = [self.files[name] for name in output.of if name in self.files]
        names = [name for member in members for name in member.streams if name in self.homes]
        return self._written(output, list(dict.fromkeys(names)))

    def _written(self, output: FileOutput | PackageOutput, names: list[str]) -> Step:
        """A target of the named encodes: copied where another output has them already."""
        builder = ProcessBuilder()
        lowering = Lowering(self.context, builder)
        held = [
            self._copied(self.homes[name], builder)
            if name in self.homes
            else self._encoded(name, index, output, lowering)
            for index, name in enumerate(names)
        ]
        expected = tuple(home.expected for home in held)
        check_codecs(output.container, tuple(one.codec for one in expected), output.name)
        if isinstance(output.container, Mp4 | Matroska | Mp3 | Wav):
            self.homes.update(
                {name: home for name, home in zip(names, held, strict=True) if home.fresh}
            )
        ends = [home.end for home in held if home.end is not None]
        still = next((home.still for home in held if home.still is not None), None)
        length = max(ends) if len(ends) == len(held) and still is None else None
        target = Target(
            id=builder.target_id(),
            streams=tuple(home.stream for home in held),
            muxes=(mux(output.container, output.name, output.path),),
            frame_limit=1 if still is not None and not still.last else None,
            duration_seconds=length,
            still=still,
        )
        builder.targets.append(target)
        expects = (_expectation(output, expected, length),)
        return _step(output, "ffmpeg", process=builder.build(), expects=expects)

    def _encoded(
        self, name: str, index: int, output: FileOutput | PackageOutput, lowering: Lowering
    ) -> Home:
        stream, expected, track = lowering.encode(name)
        return Home(
            output=output.name,
            path=output.path,
            format=muxer_of(output.container).format,
            stream=stream,
            index=index,
            expected=expected,
            end=track.end,
            still=self._still_of(name),
        )

    def _copied(self, home: Home, builder: ProcessBuilder) -> Home:
        where = builder.input(home.input)
        stream = home.stream.but(
            id=builder.encode_id(),
            pad=f"in{where}:{home.index}",
            encoder="copy",
            options=tuple(option for option in home.stream.options if option[0] == "tag"),
        )
        return replace(home, stream=stream, fresh=False)

    def _still_of(self, encode: str) -> StillAt | None:
        """When the frame of a still is taken, if the encode is of one."""
        name = encode
        while inputs := self.context.graph.node(name).inputs:
            name = inputs[0]
            node = self.context.graph.node(name)
            if isinstance(node, Still):
                before = Lowering(self.context, ProcessBuilder()).picture(node.input)
                at, last = moment(node, before)
                return StillAt(at_seconds=at, last=last)
        return None

    def _quality(self, output: QualityOutput) -> Step:
        builder = ProcessBuilder()
        home = self.homes[output.encode]
        encode = self.context.graph.node(output.encode)
        reference = Lowering(self.context, builder).picture(encode.inputs[0])
        coded = f"in{builder.input(home.input)}:{home.index}"
        psnr = builder.filter("psnr", (), (coded, reference.pad))
        ssim = builder.filter("ssim", (), (psnr, reference.pad))
        builder.measurements.append(Measurement(output=output.name, pad=ssim))
        return _step(output, "ffmpeg", process=builder.build())


def _demuxer(muxer: str) -> str:
    return {"mp4": "mov"}.get(muxer, muxer)


def _step(output: Output, executor: str, **content: object) -> Step:
    return Step.model_validate(
        {
            "id": output.name,
            "executor": executor,
            "outputs": (output.name,),
            "tasks": (output.task,),
            "required": output.required,
            **content,
        }
    )


def _expectation(
    output: FileOutput | PackageOutput, streams: tuple[ExpectedStream, ...], length: Fraction | None
) -> Expectation:
    rates = [one.frame_rate for one in streams if one.frame_rate is not None]
    doubt = max([AUDIO_DOUBT_SECONDS, *(FRAMES_OF_DOUBT / rate for rate in rates)])
    container = output.container
    return Expectation(
        output=output.name,
        path=output.path,
        format=muxer_of(container).format,
        streams=streams,
        duration_seconds=length,
        tolerance_seconds=doubt if length is not None else None,
        segment_seconds=container.segment_seconds if isinstance(container, Hls | Cmaf) else None,
    )
