"""A plan, step by step: what fails is tried apart, so that only the guilty task fails."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from reelmill.ffmpeg.child import StopRequested
from reelmill.ffmpeg.meters import TargetMeter
from reelmill.jobs.decide import SPLIT_HELPS
from reelmill.model.errors import CancelledError, ReelmillError
from reelmill.model.events import Progress
from reelmill.model.results import Artifact, Outcome, Quality
from reelmill.model.steps import Notice, Plan, Step
from reelmill.worker.board import TaskBoard, failure_of
from reelmill.worker.execute import Executor
from reelmill.worker.notices import damage_notices, separated_notice

REPORT_SECONDS = 0.25


@dataclass
class _Run:
    executor: Executor
    board: TaskBoard
    on_progress: Callable[[Progress], None]
    artifacts: dict[str, Artifact] = field(default_factory=dict[str, Artifact])
    qualities: dict[str, Quality] = field(default_factory=dict[str, Quality])
    errors: dict[str, ReelmillError] = field(default_factory=dict[str, ReelmillError])
    apart: dict[str, ReelmillError] = field(default_factory=dict[str, ReelmillError])
    """Fused steps that failed and were run in parts, with why."""
    damage: int = 0
    cpu_seconds: float = 0.0
    reported: float = 0.0

    def step(self, step: Step) -> dict[str, ReelmillError]:
        """Run one step; the errors of the outputs that it did not make."""
        self.board.begin(step)
        lost = next((self.errors[name] for name in step.needs if name in self.errors), None)
        if lost is not None and not set(step.needs) & self.artifacts.keys():
            return dict.fromkeys(step.outputs, lost)
        result = self.executor.execute(
            step, self.artifacts, lambda meters, frames: self._report(step, meters, frames)
        )
        self.damage += result.damage
        self.cpu_seconds += result.cpu_seconds
        self.artifacts.update(result.artifacts)
        self.qualities.update(result.qualities)
        for name, artifact in result.artifacts.items():
            segments = artifact.segments.size_bytes if artifact.segments else 0
            self.board.made(name, artifact.size_bytes + segments)
        for name in result.qualities:
            self.board.made(name, 0)
        return result.errors

    def with_split(self, step: Step) -> None:
        """Run one step; what it did not make is made by its alternative, if that can help."""
        errors = self.step(step)
        if errors and step.split and all(e.code in SPLIT_HELPS for e in errors.values()):
            self.apart[step.id] = next(iter(errors.values()))
            parts = [part for part in step.split if set(part.outputs) & errors.keys()]
            errors = {name: error for part in parts for name, error in self.step(part).items()}
        for name, error in errors.items():
            if error.output is None and [*errors.values()].count(error) == 1:
                error.output = name  # it is about this one, not about all that the step makes
            self.errors[name] = error
            self.board.failed(name, error)
        self.board.finished(step)
        self.on_progress(self.board.progress())

    def _report(self, step: Step, meters: dict[str, TargetMeter], frames: dict[str, int]) -> None:
        now = time.monotonic()
        self.board.report(step, meters, frames)
        if now - self.reported >= REPORT_SECONDS:
            self.reported = now
            self.on_progress(self.board.progress())


def run_plan(
    plan: Plan, executor: Executor, on_progress: Callable[[Progress], None] = lambda _: None
) -> Outcome:
    """Run every step of a plan in its order; steps come after those whose outputs they read.

    A required task that fails fails the job, and what is left is not begun. An optional one
    leaves a warning.
    """
    started = time.monotonic()
    board = TaskBoard(plan)
    run = _Run(executor, board, on_progress)
    on_progress(board.progress())
    failure: ReelmillError | None = None
    required = {output for task in plan.tasks if task.required for output in task.outputs}
    try:
        for step in plan.steps:
            run.with_split(step)
            failure = next((e for name, e in run.errors.items() if name in required), None)
            if failure is not None:
                break
    except StopRequested:
        failure = CancelledError("it was asked to stop")
    if failure is not None:
        board.cancel()
    on_progress(board.progress())
    cancelled = isinstance(failure, CancelledError)
    return Outcome(
        status="cancelled" if cancelled else "failed" if failure else "completed",
        tasks=board.results(),
        artifacts=tuple(run.artifacts.values()),
        qualities=tuple(run.qualities.values()),
        warnings=(*plan.warnings, *_warnings(plan, run)),
        failure=failure_of(failure) if failure else None,
        wall_seconds=round(time.monotonic() - started, 3),
        cpu_seconds=round(run.cpu_seconds, 3),
    )


def _warnings(plan: Plan, run: _Run) -> list[Notice]:
    found = [
        Notice(code=f"{error.code}", message=f"{name}: {error.message}")
        for name, error in run.errors.items()
    ]
    found += [separated_notice(step, error.message) for step, error in run.apart.items()]
    wanted = [one for step in plan.steps for one in step.expects]
    return [*found, *damage_notices(run.damage, wanted, run.artifacts)]
