from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmill.ffmpeg.meters import TargetMeter
from reelmill.model.errors import CommandFailedError
from reelmill.model.steps import Plan, Step
from reelmill.planner.plan import plan
from reelmill.worker.board import TaskBoard
from tests.unit.planner.films import facts, film, picture
from tests.unit.planner.graphs import AUDIO, HLS, MP4, PICTURE, QUALITY, TRACK, VIDEO, graph, small


def made() -> tuple[Plan, Step]:
    whole = plan(graph(PICTURE, TRACK, VIDEO, AUDIO, MP4, HLS), facts())
    return whole, whole.steps[0]


def statuses(board: TaskBoard) -> dict[str, str]:
    return {task.name: task.status for task in board.progress().tasks}


def meters(step: Step) -> dict[str, TargetMeter]:
    return {m.output: TargetMeter(t) for t in step.running().targets for m in t.muxes}


def test_a_task_waits_runs_and_is_done_with_all_its_outputs() -> None:
    whole, step = made()
    board = TaskBoard(whole)
    assert statuses(board) == {"transcode": "pending", "package": "pending"}

    board.begin(step)
    assert statuses(board) == {"transcode": "running", "package": "running"}

    board.made("mp4", 1000)
    board.made("hls", 1200)
    board.finished(step)
    assert statuses(board) == {"transcode": "completed", "package": "completed"}
    assert board.progress().fraction == 1
    assert [one.output_size_bytes for one in board.results()] == [1000, 1200]


def test_a_task_fails_with_its_first_failure() -> None:
    whole, step = made()
    board = TaskBoard(whole)
    board.begin(step)

    board.failed("mp4", CommandFailedError("no", output="mp4"))
    board.failed("mp4", CommandFailedError("again"))

    result = board.results()[0]
    assert (result.status, result.output_size_bytes) == ("failed", None)
    assert result.failure is not None
    assert (result.failure.code, result.failure.message) == ("command_failed", "no")


def test_what_is_not_done_is_cancelled() -> None:
    whole, step = made()
    board = TaskBoard(whole)
    board.begin(step)
    board.made("mp4", 1)

    board.cancel()

    assert statuses(board) == {"transcode": "completed", "package": "cancelled"}


def test_a_skipped_task_says_why() -> None:
    whole = plan(graph(PICTURE, TRACK, VIDEO, MP4.but(streams=("video",)), AUDIO), facts())
    skipped = whole.tasks[0].but(outputs=(), skipped="there is no sound")
    board = TaskBoard(whole.but(tasks=(skipped,)))

    board.cancel()

    (result,) = board.results()
    assert (result.status, result.reason) == ("skipped", "there is no sound")
    assert board.progress().tasks[0].reason == "there is no sound"


def test_a_failed_task_runs_again_with_the_split() -> None:
    whole, step = made()
    board = TaskBoard(whole)
    board.begin(step)
    board.failed("mp4", CommandFailedError("no"))

    board.begin(step)
    board.made("mp4", 5)

    assert statuses(board)["transcode"] == "completed"


def test_a_running_task_tells_its_speed_and_size() -> None:
    whole, step = made()
    board, live = TaskBoard(whole), meters(step)
    board.begin(step)

    live["mp4"].feed(b"2.5 4000\n")
    board.report(step, live, {})

    task = board.progress().tasks[0]
    assert (task.fraction, task.size_bytes) == (0.25, 4000)
    assert task.speed is not None
    assert task.eta_seconds is not None
    assert task.frames_per_second is not None


def test_before_the_first_packet_nothing_is_guessed() -> None:
    whole, step = made()
    board = TaskBoard(whole)
    board.begin(step)

    board.report(step, meters(step), {})

    task = board.progress().tasks[0]
    assert (task.speed, task.eta_seconds, task.size_bytes) == (None, None, None)


def test_a_measurement_goes_by_its_frames() -> None:
    steady = small()
    known = facts(film(picture()))
    whole = plan(graph(PICTURE, *steady, QUALITY.but(encode="video_p360")), known)
    step = whole.steps[0]
    counted = step.running().measurements[0].but(frame_count=100)
    step = step.but(process=step.running().but(measurements=(counted,)))
    board = TaskBoard(whole)
    board.begin(step)

    board.report(step, meters(step), {"quality": 25})

    assert {task.name: task.fraction for task in board.progress().tasks}["measure"] == 0.25


@given(st.lists(st.tuples(st.sampled_from(("mp4", "hls")), st.floats(0, 12)), max_size=20))
def test_fractions_never_fall(reports: list[tuple[str, float]]) -> None:
    whole, step = made()
    board = TaskBoard(whole)
    board.begin(step)
    seen: list[float] = []

    for output, seconds in reports:
        live = meters(step)  # a retry begins again with fresh meters
        live[output].feed(b"%.3f 10\n" % seconds)
        board.report(step, live, {})
        seen.append(board.progress().tasks[0].fraction or 0.0)
    board.made("mp4", 1)
    seen.append(board.progress().tasks[0].fraction or 0.0)

    assert seen == sorted(seen)
    assert seen[-1] == 1


def test_the_job_is_as_far_as_its_steps_by_their_cost() -> None:
    whole = plan(graph(PICTURE, TRACK, VIDEO, AUDIO, MP4, HLS), facts(), passes=())
    board = TaskBoard(whole)
    first, second = whole.steps

    board.finished(first)

    share = first.cost.cpu_seconds / (first.cost.cpu_seconds + second.cost.cpu_seconds)
    assert board.progress().fraction == pytest.approx(share, abs=1e-3)
    assert Fraction(0) < share < 1
