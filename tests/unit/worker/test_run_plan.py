"""run_plan with an executor that fails as it is told: the one edge that is made up here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from reelmill.ffmpeg.child import StopRequested
from reelmill.model.errors import (
    CommandFailedError,
    ReelmillError,
    StalledError,
    StorageFullError,
)
from reelmill.model.events import Progress
from reelmill.model.results import Artifact, Outcome, Quality
from reelmill.model.steps import Plan, Step
from reelmill.planner.plan import plan
from reelmill.worker.execute import Executor, Report, StepResult
from reelmill.worker.run_plan import run_plan
from tests.unit.planner.films import facts
from tests.unit.planner.graphs import (
    AUDIO,
    HLS,
    MASTER,
    MP4,
    PCM,
    PICTURE,
    QUALITY,
    TRACK,
    VIDEO,
    WAV,
    graph,
    still,
)

GRAPH = graph(PICTURE, TRACK, VIDEO, AUDIO, PCM, MP4, HLS, WAV, QUALITY, *still(1), MASTER)


@dataclass(frozen=True)
class Scripted(Executor):
    """Makes everything but what is said to fail; a failing output takes its step with it."""

    ffmpeg: Path = Path("ffmpeg")
    folder: Path = Path("nowhere")
    fails: Mapping[str, ReelmillError] = field(default_factory=dict[str, ReelmillError])
    stops_at: str = ""
    damage: int = 0
    ran: list[tuple[str, ...]] = field(default_factory=list[tuple[str, ...]])

    def execute(self, step: Step, made: Mapping[str, Artifact], report: Report) -> StepResult:
        report({}, {})
        self.ran.append(step.outputs)
        if self.stops_at in step.outputs:
            raise StopRequested
        assert set(step.needs) & made.keys() or not step.needs
        for name, error in self.fails.items():
            if name in step.outputs:
                return StepResult(errors=dict.fromkeys(step.outputs, error))
        measured = {m.output for m in step.process.measurements} if step.process else set[str]()
        return StepResult(
            artifacts={
                name: Artifact(output=name, path=name, size_bytes=100)
                for name in step.outputs
                if name not in measured
            },
            qualities={
                name: Quality(output=name, psnr=40, ssim=0.99, frame_count=250) for name in measured
            },
            damage=self.damage,
            cpu_seconds=1.5,
        )


def whole() -> Plan:
    return plan(GRAPH, facts())


def statuses(outcome: Outcome) -> dict[str, str]:
    return {task.name: task.status for task in outcome.tasks}


def test_everything_goes_well() -> None:
    executor = Scripted()
    seen: list[Progress] = []

    outcome = run_plan(whole(), executor, seen.append)

    assert outcome.status == "completed"
    assert set(statuses(outcome).values()) == {"completed"}
    assert [len(step) for step in executor.ran] == [5, 1]
    assert [one.output for one in outcome.qualities] == ["quality"]
    assert outcome.cpu_seconds == 3.0
    assert (outcome.failure, outcome.warnings) == (None, ())
    assert seen[-1].fraction == 1


@pytest.mark.parametrize("kind", [CommandFailedError, StalledError])
def test_after_a_failure_the_split_fails_only_the_guilty_task(kind: type[ReelmillError]) -> None:
    executor = Scripted(fails={"wav": kind("no", output="wav")})

    outcome = run_plan(whole(), executor)

    assert [set(step) for step in executor.ran] == [
        {"mp4", "hls", "wav", "quality", "thumb"},
        *({"mp4"}, {"hls"}, {"wav"}, {"quality"}, {"thumb"}),
    ]
    assert statuses(outcome) == {
        "transcode": "completed",
        "package": "completed",
        "sound": "failed",
        "measure": "completed",
        "thumbnails": "completed",
        "playlist": "cancelled",
    }
    assert outcome.status == "failed"
    assert outcome.failure is not None
    assert (outcome.failure.code, outcome.failure.output) == (kind.code, "wav")


def test_an_optional_task_that_fails_leaves_a_warning() -> None:
    executor = Scripted(fails={"quality": CommandFailedError("no", output="quality")})

    outcome = run_plan(whole(), executor)

    assert (outcome.status, outcome.failure) == ("completed", None)
    assert statuses(outcome)["measure"] == "failed"
    assert statuses(outcome)["playlist"] == "completed"
    assert [(one.code, one.message) for one in outcome.warnings] == [
        ("command_failed", "quality: no"),
        ("steps_separated", "mp4 was run in separate steps, as one process failed: no"),
    ]


def test_a_full_disk_is_not_tried_again_apart() -> None:
    executor = Scripted(fails={"wav": StorageFullError("no room")})

    outcome = run_plan(whole(), executor)

    assert len(executor.ran) == 1
    assert outcome.failure is not None
    assert (outcome.failure.code, outcome.failure.retryable) == ("storage_full", True)
    assert statuses(outcome)["playlist"] == "cancelled"


def test_a_required_failure_begins_nothing_more() -> None:
    executor = Scripted(fails={"mp4": CommandFailedError("no", output="mp4")})

    outcome = run_plan(plan(GRAPH, facts(), passes=()), executor)

    assert executor.ran == [("mp4",)]
    assert statuses(outcome)["transcode"] == "failed"
    assert set(statuses(outcome).values()) == {"failed", "cancelled"}


def test_what_needs_a_lost_output_fails_with_it_and_does_not_run() -> None:
    made = plan(GRAPH, facts(), passes=())
    optional = made.but(tasks=tuple(task.but(required=False) for task in made.tasks))
    executor = Scripted(fails={"mp4": CommandFailedError("no", output="mp4")})

    outcome = run_plan(optional, executor)

    assert ("hls",) not in executor.ran
    assert statuses(outcome) == {
        "transcode": "failed",
        "package": "failed",
        "sound": "completed",
        "measure": "failed",
        "thumbnails": "completed",
        "playlist": "failed",
    }
    assert outcome.status == "completed"


def test_a_stop_cancels_what_is_left() -> None:
    outcome = run_plan(plan(GRAPH, facts(), passes=()), Scripted(stops_at="wav"))

    assert outcome.status == "cancelled"
    assert statuses(outcome)["transcode"] == "completed"
    assert statuses(outcome)["sound"] == "cancelled"
    assert outcome.failure is not None
    assert outcome.failure.code == "cancelled"


def test_damage_that_was_lived_with_is_told() -> None:
    outcome = run_plan(whole(), Scripted(damage=3))

    (warning,) = outcome.warnings
    assert warning.code == "input_damaged"
    assert "6 parts" in warning.message  # three of each of two steps


def test_the_notices_of_the_plan_are_among_the_warnings() -> None:
    made = plan(graph(PICTURE, VIDEO.but(level="3.0"), MP4.but(streams=("video",))), facts())

    assert [one.code for one in run_plan(made, Scripted()).warnings] == ["level_raised"]
