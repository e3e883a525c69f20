"""One step: run it, then believe nothing before it is verified."""

import math
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from errno import EDQUOT, ENOSPC
from pathlib import Path

from reelmill.ffmpeg.argv import arguments
from reelmill.ffmpeg.child import Finished, run
from reelmill.ffmpeg.failure import error_of, made_nothing
from reelmill.ffmpeg.fonts import prepare_fonts
from reelmill.ffmpeg.manifests import settle
from reelmill.ffmpeg.meters import QualityMeter, TargetMeter
from reelmill.ffmpeg.sandbox.profile import ChildLimits, Profile, profile_of
from reelmill.ffmpeg.watchdog import Watchdog
from reelmill.model.errors import (
    InputTruncatedError,
    InternalError,
    InvalidRequestError,
    OutputInvalidError,
    ReelmillError,
    ResourceExceededError,
    StorageFullError,
)
from reelmill.model.process import TEXTS, Measurement, Process
from reelmill.model.results import Artifact, Quality
from reelmill.model.steps import Step
from reelmill.worker.documents import write_document
from reelmill.worker.figures import gathered
from reelmill.worker.findings import filled, findings
from reelmill.worker.verify import verify

SPARE_BYTES, ARENA_BYTES = 2 << 30, 1 << 30
"""Address space beside what may be resident: libraries and stacks, and glibc's arenas by CPU,
which are reserved and hardly used (mallopt(3), M_ARENA_MAX)."""
SPARE_CPU_SECONDS = 10
"""The kernel's limit comes after the watchdog's, which looks once a second."""
LEAST_FILE_BYTES = 4 << 30
"""An output may always be this big, and sixteen times its estimate."""
MOST_BACKWARD = 10
"""Packets out of order that a splice may leave, 0.2 s of sound; more is sound played twice."""
Report = Callable[[dict[str, TargetMeter], dict[str, int]], None]
"""Called while a step runs, with the meters of its outputs and the frames measured so far."""


@dataclass(frozen=True)
class Limits:
    """When a child is ended by force."""

    stall_seconds: float = 120.0
    least_seconds: float = 4 * 3600.0
    """A step may take this long, or three times its estimate if that is more."""
    memory_bytes: int = 8 << 30


@dataclass
class StepResult:
    """What came of a step: verified outputs, measurements, and an error for each one missing."""

    artifacts: dict[str, Artifact] = field(default_factory=dict[str, Artifact])
    qualities: dict[str, Quality] = field(default_factory=dict[str, Quality])
    errors: dict[str, ReelmillError] = field(default_factory=dict[str, ReelmillError])
    damage: int = 0
    """Lines in which FFmpeg complained of the input, while ending well."""
    cpu_seconds: float = 0.0
    log: tuple[str, ...] = ()
    """The last lines that the child said."""


@dataclass(frozen=True)
class Executor:
    """Runs steps in one attempt's folder: sources in in/, results in out/.

    Attributes:
        ffmpeg: the program.
        folder: the attempt's folder.
        stop: ends the running child when set.
    """

    ffmpeg: Path
    folder: Path
    limits: Limits = Limits()
    stop: threading.Event = field(default_factory=threading.Event)

    @property
    def out(self) -> Path:
        """Where outputs are written."""
        return self.folder / "out"

    def execute(self, step: Step, made: Mapping[str, Artifact], report: Report) -> StepResult:
        """Run one step to its end and verify what it made.

        Raises:
            StopRequested: the attempt was told to stop; the child is gone.
        """
        try:
            if step.document is not None:
                artifact = write_document(step.document, made, self.out)
                return StepResult(artifacts={artifact.output: artifact})
            return self._run(step, step.running(), report)
        except ReelmillError as error:
            return StepResult(errors=dict.fromkeys(step.outputs, error))
        except OSError as error:
            return StepResult(errors=dict.fromkeys(step.outputs, storage_error(error)))

    def _run(self, step: Step, process: Process, report: Report) -> StepResult:
        """What looks at the sources before, then the process that it tells something."""
        found: dict[str, str] = {}
        cpu_seconds = 0.0
        for one in step.first:
            looked, _ = self._child(step, filled(one.process, found), _unheard)
            cpu_seconds += looked.cpu_seconds
            if (error := error_of(looked)) is not None:
                return StepResult(errors=dict.fromkeys(step.outputs, error), log=looked.log)
            found |= findings(one, looked.log, self.out)
        process = filled(process, found)
        finished, measured = self._child(step, process, report)
        result = self._judged(step, process, finished, measured)
        result.cpu_seconds += cpu_seconds
        return result

    def _child(
        self, step: Step, process: Process, report: Report
    ) -> tuple[Finished, dict[str, QualityMeter]]:
        """Run one process to its end; what its measurements said.

        Raises:
            ReelmillError: it was ended by force.
        """
        targets = {target.id: TargetMeter(target) for target in process.targets}
        measured = {one.output: QualityMeter(one) for one in process.measurements}
        served = {m.output: targets[t.id] for t in process.targets for m in t.muxes}

        def told() -> int:
            report(served, {name: meter.frames for name, meter in measured.items()})
            return sum(m.packets for m in targets.values()) + sum(
                m.frames for m in measured.values()
            )

        for target in process.targets:
            for mux in target.muxes:
                (self.out / mux.path).parent.mkdir(parents=True, exist_ok=True)
        sources = {one.name: f"../in/{one.name}" for one in process.inputs}
        for file in process.files:
            (self.folder / TEXTS).mkdir(exist_ok=True)
            (self.folder / TEXTS / file.name).write_text(file.text, encoding="utf-8")
        profile = self._profile(step, process)
        finished = run(
            lambda pipes: [str(self.ffmpeg), *arguments(process, sources, pipes)],
            cwd=self.out,
            pipes={name: meter.feed for name, meter in (targets | measured).items()},
            profile=profile,
            watchdog=Watchdog(
                folder=self.out,
                reported=told,
                stall_seconds=self.limits.stall_seconds,
                limit_seconds=max(self.limits.least_seconds, 3 * step.longest[0]),
                memory_bytes=self.limits.memory_bytes,
            ),
            stop=self.stop,
        )
        told()
        most = profile.limits.cpu_seconds
        if finished.exit_code and most is not None and finished.cpu_seconds >= most:
            raise ResourceExceededError(f"more than {most} s of CPU time used")
        return finished, measured

    def _profile(self, step: Step, process: Process) -> Profile:
        """Its own sources to read, out/ to write, and nothing else."""
        made = [self.out / (one.path or "") for one in process.inputs if one.origin == "output"]
        texts = [self.folder / TEXTS / file.name for file in process.files]
        paths = [*(self.folder / "in" / name for name in process.sources), *made, *texts]
        cpus = os.cpu_count() or 1
        cpu_seconds = max(self.limits.least_seconds * cpus, 3 * step.longest[1])
        limits = ChildLimits(
            address_space_bytes=self.limits.memory_bytes + SPARE_BYTES + cpus * ARENA_BYTES,
            cpu_seconds=math.ceil(cpu_seconds) + SPARE_CPU_SECONDS,
            file_bytes=max(LEAST_FILE_BYTES, 16 * step.cost.size_bytes),
        )
        found = (path.resolve() for path in paths)
        fonts = prepare_fonts(self.folder.resolve() / TEXTS) if process.draws_text else None
        return profile_of(
            self.ffmpeg, sources=found, out=self.out.resolve(), limits=limits, fonts=fonts
        )

    def _judged(
        self,
        step: Step,
        process: Process,
        finished: Finished,
        measured: Mapping[str, QualityMeter],
    ) -> StepResult:
        damage = max(0, finished.damage - step.undecodable_packets)
        result = StepResult(cpu_seconds=finished.cpu_seconds, damage=damage, log=finished.log)
        error = error_of(finished)
        silences = any(one.finds == "silence" for one in step.first)
        if silences and not finished.no_space and made_nothing(finished):
            error = InvalidRequestError(  # how long it is was not known before
                "nothing is left: what is asked for begins after its end, without its silences"
            )
        if error is None and damage and step.damaged == "refuse":
            error = InputTruncatedError(
                "the source is damaged: parts of it could not be decoded",
                detail="\n".join(finished.log[-12:]),
            )
        if error is None and finished.backward > MOST_BACKWARD:
            error = OutputInvalidError(
                "time ran backward in it: the source changes on the way in a manner that FFmpeg's"
                " filters do not bear",
                detail="\n".join(finished.log[-12:]),
            )
        if error is not None:
            result.errors = dict.fromkeys(step.outputs, error)
            return result
        for wanted in step.expects:
            try:
                fine = step.damaged == "finish"
                if wanted.format == "dash":
                    settle(self.out / wanted.path)
                artifact = verify(wanted, self.out, shorter_is_fine=fine)
                result.artifacts[wanted.output] = artifact
            except ReelmillError as problem:
                problem.detail = "\n".join(finished.log[-12:])
                result.errors[wanted.output] = problem
        for one in process.measurements:
            try:
                self._measured(one, measured[one.output], result, exact=step.damaged == "refuse")
            except ReelmillError as problem:
                result.errors[one.output] = problem
        return result

    def _measured(
        self, one: Measurement, meter: QualityMeter, result: StepResult, *, exact: bool
    ) -> None:
        quality = meter.quality()
        frames = one.frame_count
        # what two sources' headers say of their lengths is less sure than what was just encoded
        doubt = 2 if one.of != one.output else max(2, (frames or 0) // 50)
        # framesync repeats frames silently where one side is short: the count must be right
        if quality is None or (exact and frames and abs(quality.frame_count - frames) > doubt):
            message = f"{meter.frames} frames were compared, planned were {frames}"
            raise OutputInvalidError(message, output=one.output)
        result.qualities[one.output], artifact = gathered(one, meter, quality, self.out)
        if artifact is not None:
            result.artifacts[one.output] = artifact


def _unheard(meters: Mapping[str, TargetMeter], frames: Mapping[str, int]) -> None:
    """What looks at the sources before makes no outputs to tell of."""


def storage_error(error: OSError) -> ReelmillError:
    """An error of the file system in our words."""
    if error.errno in (ENOSPC, EDQUOT):
        return StorageFullError("no room left on the disk")
    return InternalError(f"the file system said: {error.strerror or error}")
