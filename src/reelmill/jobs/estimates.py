"""How long, how big and with what a plan would run (reference R0, estimate)."""

from collections.abc import Mapping
from typing import Literal

from reelmill.model.facts import Capabilities, SourceFacts
from reelmill.model.process import EncodedStream, Process
from reelmill.model.steps import Plan, Step
from reelmill.model.value import Value

BASE_BYTES = 120_000_000
"""What FFmpeg takes before it holds any frame."""
FRAMES = {"libx264": 60, "libx265": 50, "libsvtav1": 100, "libvpx-vp9": 45}
"""That an encoder holds at once, its look-ahead included, at its middle presets."""
USUAL_FRAMES, DECODER_FRAMES = 8, 16
BYTES_PER_PIXEL = 1.5
LIGHT, HEAVY = 0.5, 2.0
"""CPU seconds per second of source, up to and from which work is called so."""


class Estimated(Value):
    """What comes out, and when."""

    duration_seconds: float
    """Of the work."""
    output_size_bytes: int


class Resources(Value):
    """What it needs."""

    cpu_cores: int
    memory_gb: float
    gpu_required: bool = False


class Factors(Value):
    """What it was estimated from."""

    complexity: Literal["low", "medium", "high"]
    operations: int
    cpu_seconds: float
    processes: int
    calibrated_by: int
    """Finished steps of its kind that the seconds were held against; 0: none, from a table alone.
    Where there are several kinds, of that which is known least."""


class Estimate(Value):
    """An estimate of a job."""

    estimated: Estimated
    resources: Resources
    factors: Factors


def estimate(
    plan: Plan, facts: Mapping[str, SourceFacts], host: Capabilities, operations: int
) -> Estimate:
    """What a plan takes, by its own cost and the pictures that it holds at once."""
    lengths = [float(one.duration_seconds or 0) for one in facts.values()]
    share = plan.cost.cpu_seconds / max(max(lengths, default=0.0), 1.0)
    running = [step for step in plan.steps if step.process is not None]
    encodes = any(one.kind == "video" and one.encoder != "copy" for one in _streams(running))
    return Estimate(
        estimated=Estimated(
            duration_seconds=plan.cost.wall_seconds, output_size_bytes=plan.cost.size_bytes
        ),
        resources=Resources(
            cpu_cores=host.cpu_count if encodes else 1,
            memory_gb=round(max((_memory_bytes(s, facts) for s in running), default=0) / 10**9, 2),
        ),
        factors=Factors(
            complexity="low" if share < LIGHT else "high" if share > HEAVY else "medium",
            operations=operations,
            cpu_seconds=plan.cost.cpu_seconds,
            processes=len(running),
            calibrated_by=plan.cost.calibrated_by,
        ),
    )


def _streams(steps: list[Step]) -> list[EncodedStream]:
    return [s for step in steps for target in step.running().targets for s in target.streams]


def _memory_bytes(step: Step, facts: Mapping[str, SourceFacts]) -> float:
    return BASE_BYTES + _decoded(step.running(), facts) + _encoded(step)


def _decoded(process: Process, facts: Mapping[str, SourceFacts]) -> float:
    pictures = [facts[one.name].picture for one in process.inputs if one.name in facts]
    return sum(DECODER_FRAMES * BYTES_PER_PIXEL * p.width * p.height for p in pictures if p)


def _encoded(step: Step) -> float:
    total = 0.0
    expected = {e.output: e.streams for e in step.expects}
    for target in step.running().targets:
        wanted = expected.get(target.muxes[0].output, ())
        for stream, one in zip(target.streams, wanted, strict=False):
            if stream.encoder != "copy":
                frames = FRAMES.get(stream.encoder, USUAL_FRAMES)
                total += frames * BYTES_PER_PIXEL * (one.width or 0) * (one.height or 0)
    return total
