"""What the ending of one step means for the others, for the tasks and for the job: pure rules."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from reelmill.model.operations import Name
from reelmill.model.results import Failure, TaskStatus
from reelmill.model.steps import Step, Task
from reelmill.model.value import Value
from reelmill.model.work import StepStatus

STUCK = Failure(code="internal", message="it waits for something that nobody makes")
"""A plan of ours that cannot be done: the job must end all the same."""


class StepState(Value):
    """A step and how far it is."""

    step: Step
    status: StepStatus
    delayed: bool = False
    """Whether it waits for time to pass, not for others."""
    made: tuple[Name, ...] = ()
    failures: dict[str, Failure] = Field(default_factory=dict)
    """By output, those that will not be made."""


class TaskState(Value):
    """A task and how far it is."""

    task: Task
    status: TaskStatus


class Consequences(Value):
    """What changes in a job; indices are those of the lists that were given."""

    ready: tuple[int, ...] = ()
    """Steps that can run now."""
    lost: dict[int, Failure] = Field(default_factory=dict[int, Failure])
    """Steps that never can: nothing of what they read was made."""
    tasks: dict[str, TaskStatus] = Field(default_factory=dict)
    """New states by name."""
    task_failures: dict[str, Failure] = Field(default_factory=dict)
    end: Literal["completed", "failed"] | None = None
    """Once there is nothing left to hope for."""
    failure: Failure | None = None


def consequences(steps: tuple[StepState, ...], tasks: tuple[TaskState, ...]) -> Consequences:
    """What follows from the states of a job's steps.

    A required task that fails fails the job at once. A step is ready when everything that it
    reads is settled, made or not, and lost when not one of the outputs that it needs was made.
    """
    made = {name for one in steps for name in one.made}
    failed = {name: why for one in steps for name, why in one.failures.items()}
    ready: list[int] = []
    lost: dict[int, Failure] = {}
    changed = True
    while changed:  # a lost step may take others along
        changed = False
        for index, one in enumerate(steps):
            if one.status != "waiting" or one.delayed or index in lost or index in ready:
                continue
            if not {*one.step.needs, *one.step.after} <= made | failed.keys():
                continue
            if one.step.needs and not made & set(one.step.needs):
                lost[index] = failed[one.step.needs[0]]
                failed |= dict.fromkeys(one.step.outputs, lost[index])
                changed = True
            else:
                ready.append(index)
    if not ready and not any(one.status in ("ready", "running") or one.delayed for one in steps):
        for index, one in enumerate(steps):
            if one.status == "waiting" and index not in lost:
                lost[index] = STUCK
                failed |= dict.fromkeys(one.step.outputs, STUCK)
    running = {name for one in steps if one.status == "running" for name in one.step.tasks}
    states: dict[str, TaskStatus] = {
        one.task.name: _task_status(one, made, failed, running) for one in tasks
    }
    by_name = {one.task.name: one.task for one in tasks}
    wrong = {
        name: next(failed[output] for output in by_name[name].outputs if output in failed)
        for name, status in states.items()
        if status == "failed" and set(by_name[name].outputs) & failed.keys()
    }
    fatal = next((why for name, why in wrong.items() if by_name[name].required), None)
    over = all(
        one.status in ("completed", "failed", "cancelled") or index in lost
        for index, one in enumerate(steps)
    )
    changes: dict[str, TaskStatus] = {
        one.task.name: states[one.task.name] for one in tasks if states[one.task.name] != one.status
    }
    return Consequences(
        ready=() if fatal else tuple(ready),
        lost=lost,
        tasks=changes,
        task_failures=wrong,
        end="failed" if fatal else "completed" if over else None,
        failure=fatal,
    )


def _task_status(
    one: TaskState, made: set[str], failed: Mapping[str, Failure], running: set[str]
) -> TaskStatus:
    if one.status in ("completed", "skipped", "cancelled"):
        return one.status
    outputs = set(one.task.outputs)
    if outputs and outputs <= made:
        return "completed"
    if outputs & failed.keys():
        return "failed"
    if one.task.name in running:
        return "running"
    return "pending"
