"""What the ending of one step means for the others: before and after, as data."""

from reelmill.model.documents import MasterPlaylistDocument
from reelmill.model.results import Failure, TaskStatus
from reelmill.model.states import Consequences, StepState, TaskState, consequences
from reelmill.model.steps import Step, Task
from reelmill.model.work import StepStatus

WHY = Failure(code="command_failed", message="no")

ENCODE = Step(
    id="encode",
    executor="ffmpeg",
    outputs=("mp4", "hls", "quality"),
    tasks=("transcode", "hls", "measure"),
)
MASTER = Step(
    id="master",
    executor="document",
    document=MasterPlaylistDocument(
        output="master", path="master.m3u8", variants=(("hls", "360p/playlist.m3u8"),)
    ),
    outputs=("master",),
    tasks=("list",),
)
CLOSE = Step(
    id="close",
    executor="close",
    outputs=("metadata",),
    tasks=("end",),
    after=("mp4", "hls", "quality", "master"),
)
TASKS = (
    Task(name="transcode", outputs=("mp4",)),
    Task(name="hls", outputs=("hls",)),
    Task(name="measure", outputs=("quality",), required=False),
    Task(name="list", outputs=("master",)),
    Task(name="speak", skipped="not configured"),
    Task(name="end", outputs=("metadata",)),
)


def state(
    step: Step, status: StepStatus, made: tuple[str, ...] = (), failed: tuple[str, ...] = ()
) -> StepState:
    return StepState(step=step, status=status, made=made, failures=dict.fromkeys(failed, WHY))


def follow(*steps: StepState, **statuses: TaskStatus) -> Consequences:
    tasks = [
        TaskState(
            task=task, status=statuses.get(task.name, "skipped" if task.skipped else "pending")
        )
        for task in TASKS
    ]
    return consequences(steps, tuple(tasks))


def test_what_reads_nothing_can_run_at_once() -> None:
    found = follow(state(ENCODE, "waiting"), state(MASTER, "waiting"), state(CLOSE, "waiting"))
    assert (found.ready, found.lost, found.tasks, found.end) == ((0,), {}, {}, None)


def test_tasks_run_with_their_step() -> None:
    found = follow(state(ENCODE, "running"), state(MASTER, "waiting"), state(CLOSE, "waiting"))
    assert found.tasks == {"transcode": "running", "hls": "running", "measure": "running"}
    assert found.ready == ()


def test_dependents_are_ready_when_what_they_read_is_made() -> None:
    done = state(ENCODE, "completed", made=("mp4", "hls", "quality"))
    found = follow(done, state(MASTER, "waiting"), state(CLOSE, "waiting"))
    assert found.ready == (1,)
    assert found.tasks == {"transcode": "completed", "hls": "completed", "measure": "completed"}
    assert found.end is None


def test_the_last_step_comes_when_all_is_settled_made_or_not() -> None:
    encoded = state(ENCODE, "failed", made=("mp4", "hls"), failed=("quality",))
    listed = state(MASTER, "completed", made=("master",))
    found = follow(encoded, listed, state(CLOSE, "waiting"))
    assert found.ready == (2,)
    assert found.tasks["measure"] == "failed"
    assert found.end is None
    closed = follow(encoded, listed, state(CLOSE, "completed", made=("metadata",)))
    assert closed.end == "completed"
    assert closed.failure is None
    assert closed.task_failures == {"measure": WHY}


def test_a_required_failure_ends_the_job() -> None:
    encoded = state(ENCODE, "failed", made=("mp4",), failed=("hls", "quality"))
    found = follow(encoded, state(MASTER, "waiting"), state(CLOSE, "waiting"))
    assert found.end == "failed"
    assert found.failure == WHY
    assert found.ready == ()


def test_a_step_is_lost_when_nothing_that_it_reads_was_made() -> None:
    optional = tuple(task.but(required=False) for task in TASKS)
    tasks = tuple(TaskState(task=task, status="pending") for task in optional)
    steps = (
        state(ENCODE, "failed", made=("mp4", "quality"), failed=("hls",)),
        state(MASTER, "waiting"),
        state(CLOSE, "waiting"),
    )
    found = consequences(steps, tasks)
    assert found.lost == {1: WHY}
    assert found.ready == (2,)  # what it waits for is settled by that
    assert found.tasks["list"] == "failed"


def test_parts_take_over_what_a_step_did_not_make() -> None:
    part = Step(id="apart", executor="ffmpeg", outputs=("hls",), tasks=("hls",))
    fused = state(ENCODE, "completed", made=("mp4", "quality"))
    found = follow(fused, state(MASTER, "waiting"), state(CLOSE, "waiting"), state(part, "waiting"))
    assert found.ready == (3,)
    assert found.tasks == {"transcode": "completed", "measure": "completed"}
    assert found.end is None


def test_who_waits_for_time_is_not_ready() -> None:
    late = state(ENCODE, "waiting").but(delayed=True)
    assert follow(late, state(MASTER, "waiting"), state(CLOSE, "waiting")).ready == ()


def test_a_plan_that_waits_for_what_nobody_makes_ends() -> None:
    found = follow(state(MASTER, "waiting"), state(CLOSE, "waiting"))
    assert found.lost.keys() == {0, 1}
    assert found.end == "failed"
    assert found.failure is not None
    assert found.failure.code == "internal"


def test_what_ended_stays_as_it_is() -> None:
    found = follow(
        state(ENCODE, "running"),
        state(MASTER, "waiting"),
        state(CLOSE, "waiting"),
        transcode="completed",
        hls="cancelled",
    )
    assert found.tasks == {"measure": "running"}
