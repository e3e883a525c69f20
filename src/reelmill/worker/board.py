"""The task board: how far each task is, from what the steps report."""

import time
from dataclasses import dataclass, field

from reelmill.ffmpeg.meters import TargetMeter
from reelmill.model.errors import ReelmillError
from reelmill.model.events import Progress, TaskProgress
from reelmill.model.results import Failure, TaskResult, TaskStatus
from reelmill.model.steps import Plan, Step, Task


def failure_of(error: ReelmillError) -> Failure:
    """An error as a value."""
    return Failure(
        code=error.code,
        message=error.message,
        retryable=error.retryable,
        output=error.output,
        detail=error.detail,
    )


@dataclass
class _Line:
    task: Task
    status: TaskStatus = "pending"
    started: float | None = None
    seconds: float | None = None
    fraction: float | None = None
    meter: TargetMeter | None = None
    size_bytes: int = 0
    failure: Failure | None = None
    made: set[str] = field(default_factory=set[str])


class TaskBoard:
    """Keeps the tasks of a plan. Fractions never fall; what is unknown stays None."""

    def __init__(self, plan: Plan) -> None:
        self._lines = {task.name: _Line(task) for task in plan.tasks}
        self._costs = {step.id: max(step.cost.cpu_seconds, 0.01) for step in plan.steps}
        self._done: dict[str, float] = {}
        for line in self._lines.values():
            if line.task.skipped is not None:
                line.status = "skipped"

    def begin(self, step: Step) -> None:
        """A step starts: its tasks run."""
        for name in step.tasks:
            line = self._lines[name]
            if line.status in ("pending", "failed"):
                line.status = "running"
                line.started = line.started or time.monotonic()

    def report(self, step: Step, meters: dict[str, TargetMeter], frames: dict[str, int]) -> None:
        """What the pipes of a running step said: packets by output, frames by measurement."""
        lengths = [m.fraction for m in meters.values() if m.fraction is not None]
        if lengths and step.id in self._costs:
            self._done[step.id] = max(self._done.get(step.id, 0.0), min(lengths))
        for name in step.tasks:
            line = self._lines[name]
            parts = [self._part(output, meters, frames, step) for output in line.task.outputs]
            known = [part for part in parts if part is not None]
            if known and line.status == "running":
                line.fraction = max(line.fraction or 0.0, sum(known) / len(parts))
            line.meter = next((meters[o] for o in line.task.outputs if o in meters), line.meter)

    @staticmethod
    def _part(
        output: str, meters: dict[str, TargetMeter], frames: dict[str, int], step: Step
    ) -> float | None:
        if output in meters:
            meter = meters[output]
            return meter.fraction if meter.has_length else float(meter.packets > 0)
        for one in step.process.measurements if step.process else ():
            if one.output == output and one.frame_count:
                return min(1.0, frames.get(output, 0) / one.frame_count)
        return None

    def made(self, output: str, size_bytes: int) -> None:
        """An output is verified; a task with all of its outputs is done."""
        for line in self._lines.values():
            if output in line.task.outputs:
                line.made.add(output)
                line.size_bytes += size_bytes
                if line.made >= set(line.task.outputs):
                    self._close(line, "completed")
                    line.fraction = 1.0

    def failed(self, output: str, error: ReelmillError) -> None:
        """An output could not be made: its task failed."""
        for line in self._lines.values():
            if output in line.task.outputs and line.status != "failed":
                line.failure = failure_of(error)
                self._close(line, "failed")

    def cancel(self) -> None:
        """Everything that is not done never will be."""
        for line in self._lines.values():
            if line.status in ("pending", "running"):
                self._close(line, "cancelled")

    @staticmethod
    def _close(line: _Line, status: TaskStatus) -> None:
        line.status = status
        if line.started is not None:
            line.seconds = time.monotonic() - line.started

    def finished(self, step: Step) -> None:
        """A step is over, however it went."""
        self._done[step.id] = 1.0

    def progress(self) -> Progress:
        """A snapshot."""
        total = sum(self._costs.values())
        done = sum(cost * self._done.get(step, 0.0) for step, cost in self._costs.items())
        return Progress(
            tasks=tuple(_snapshot(line) for line in self._lines.values()),
            fraction=round(done / total, 4) if total else None,
        )

    def results(self) -> tuple[TaskResult, ...]:
        """How each task ended."""
        return tuple(
            TaskResult(
                name=name,
                status=line.status,
                required=line.task.required,
                reason=line.task.skipped,
                duration_seconds=round(line.seconds, 3) if line.seconds is not None else None,
                output_size_bytes=line.size_bytes if line.status == "completed" else None,
                failure=line.failure,
            )
            for name, line in self._lines.items()
        )


def _snapshot(line: _Line) -> TaskProgress:
    meter = line.meter if line.status == "running" else None
    moving = meter is not None and meter.has_length and meter.packets > 0
    return TaskProgress(
        name=line.task.name,
        status=line.status,
        fraction=round(line.fraction, 4) if line.fraction is not None else None,
        frames_per_second=round(meter.frames_per_second, 1) if meter and moving else None,
        speed=round(meter.speed, 3) if meter and moving else None,
        eta_seconds=round(meter.eta_seconds, 1)
        if meter and moving and meter.eta_seconds is not None
        else None,
        size_bytes=(meter.size_bytes if meter and moving else None) or line.size_bytes or None,
        reason=line.task.skipped,
    )
