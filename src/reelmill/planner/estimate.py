"""How long a step takes and how big its outputs are, by the table alone."""

from dataclasses import dataclass, field
from fractions import Fraction

from reelmill.model.experience import Basis, SizeBasis
from reelmill.model.process import EncodedStream, Measurement, Process, Target
from reelmill.model.steps import Cost, ExpectedStream, Step
from reelmill.planner.context import Context
from reelmill.planner.rates import (
    DECODE_CPU,
    FILTER_CPU,
    METRIC_CPU,
    MS_SSIM_CPU,
    PARALLEL,
    SCALE_CPU,
    START_CPU,
    START_SECONDS,
    VMAF_CPU,
    density,
)
from reelmill.planner.sizes import Coding, coding

NOTHING = Cost(wall_seconds=0.01, cpu_seconds=0.01, size_bytes=1024)
"""Of a step that runs no process."""
MUXED = 1.02
"""What a container adds."""


@dataclass
class Bill:
    """CPU seconds, by what they are for."""

    seconds: dict[str, float] = field(default_factory=dict[str, float])

    def add(self, kind: str, seconds: float) -> None:
        """Some more."""
        self.seconds[kind] = self.seconds.get(kind, 0.0) + seconds

    @property
    def total(self) -> float:
        """Of all kinds, and of the start."""
        return START_CPU + sum(self.seconds.values())

    @property
    def most(self) -> str:
        """The kind that takes most."""
        return max(self.seconds, key=lambda kind: self.seconds[kind], default="nothing")


def basis_of(step: Step, context: Context) -> Basis | None:
    """CPU, wall and bytes of one step; None: it runs no process."""
    process = step.process
    if process is None:
        return None
    bill, sizes, cpus = Bill(), list[SizeBasis](), 1.0
    for target in process.targets:
        coded = [*_coded(step, target, context)]
        for one in coded:
            bill.add(one.encoder, one.cpu_seconds)
            cpus = max(cpus, one.cpus)
        size_bytes = sum(one.size_bytes for one in coded) * MUXED
        if size_bytes > 0:
            largest = max(coded, key=lambda one: one.size_bytes)
            sizes += [
                SizeBasis(output=mux.output, kind=largest.kind, size_bytes=size_bytes)
                for mux in target.muxes
            ]
    _add_decoding(bill, process, context)
    for one in step.first:
        _add_looking(bill, one.process, step, context)
    bill.add("measure", sum(_measuring(one, step, context) for one in process.measurements))
    workers = max(1.0, min(cpus, context.facts.capabilities.cpu_count * PARALLEL))
    return Basis(
        kind=bill.most,
        density=density(context.facts.sources[0]),
        wall_seconds=START_SECONDS + bill.total / workers,
        cpu_seconds=bill.total,
        sizes=tuple(sizes),
    )


def _coded(step: Step, target: Target, context: Context) -> list[Coding]:
    expected = {e.output: e.streams for e in step.expects}
    wanted = expected.get(target.muxes[0].output, ())
    length = _length(target, context)
    facts = context.facts.sources[0]
    pairs: list[tuple[EncodedStream, ExpectedStream]] = [*zip(target.streams, wanted, strict=False)]
    return [coding(stream, one, length, facts) for stream, one in pairs]


def _add_looking(bill: Bill, process: Process, step: Step, context: Context) -> None:
    """What runs before: a first pass, or sound that is listened to."""
    bill.add("start", START_CPU)
    expected = {e.output: e.streams for e in step.expects}
    facts = context.facts.sources[0]
    for target in process.targets:
        length = _length(target, context)
        kind = target.streams[0].kind
        wanted = [s for s in expected.get(target.muxes[0].output, ()) if s.kind == kind]
        if kind == "audio":
            listened = ExpectedStream(kind="audio", codec="pcm_s16le")
            bill.add("sound", coding(target.streams[0], listened, length, facts).cpu_seconds)
            continue
        for stream, one in zip(target.streams, wanted, strict=False):
            bill.add(stream.encoder, coding(stream, one, length, facts).cpu_seconds)
        _add_decoding(bill, process, context)


def _length(target: Target, context: Context) -> float:
    """Seconds that it lasts, or the source, where only the run will tell."""
    return float(target.duration_seconds or context.facts.sources[0].duration_seconds or 0)


def _add_decoding(bill: Bill, process: Process, context: Context) -> None:
    """Decoding once per input, scaling once per scaler; nothing where all pictures are copied."""
    streams = [stream for target in process.targets for stream in target.streams]
    pictures = [one for one in streams if one.kind in ("video", "image")]
    looked_at = bool(process.measurements) or not streams
    if not looked_at and all(one.encoder == "copy" for one in pictures):
        return
    for one in process.inputs:
        if one.origin != "source" or (picture := context.facts.of(one.name).picture) is None:
            continue
        length = context.facts.of(one.name).duration_seconds or Fraction(0)
        if one.seek_seconds is not None:
            length = min(length, one.length_seconds or Fraction(2))  # to the next key frames
        frames = float(length * (picture.nominal_rate or 25))
        megapixels = picture.width * picture.height * frames / 1e6
        scalers = sum(f.name in ("scale", "zscale") for f in process.filters)
        bill.add("decode", DECODE_CPU * megapixels)
        bill.add("scale", SCALE_CPU * min(scalers, 4) * megapixels)
        filtered = sum(FILTER_CPU.get(f.name, 0.0) for f in process.filters)
        bill.add("filter", filtered * megapixels)


def _measuring(one: Measurement, step: Step, context: Context) -> float:
    """CPU seconds of a measurement."""
    rate = METRIC_CPU
    rate += VMAF_CPU / one.every if one.log is not None else 0.0
    rate += MS_SSIM_CPU / one.every if "ms_ssim" in one.metrics else 0.0
    megapixels = _compared(one.of, step)
    if one.pixels is not None and not megapixels:
        length = float(context.facts.sources[0].duration_seconds or 0)
        megapixels = one.pixels * (one.frame_count or length * 25) / 1e6
    return rate * megapixels


def _compared(measured: str, step: Step) -> float:
    """Million pixels of an output's picture."""
    for one in step.expects:
        for stream in one.streams if one.output == measured else ():
            if stream.kind == "video":
                pixels = (stream.width or 0) * (stream.height or 0)
                return pixels * (stream.frame_count or 0) / 1e6
    return 0.0
