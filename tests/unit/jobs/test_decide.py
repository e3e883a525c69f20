"""What follows a failed attempt, as a table."""

import pytest

from reelmill.jobs.decide import MOST_ATTEMPTS, decide
from reelmill.model.results import Failure
from reelmill.model.steps import Step
from reelmill.model.work import Claim

PARTS = tuple(
    Step(id=f"part_{name}", executor="ffmpeg", outputs=(name,), tasks=(name,))
    for name in ("mp4", "mp3")
)
FUSED = Step(
    id="fused", executor="ffmpeg", outputs=("mp4", "mp3"), tasks=("mp4", "mp3"), split=PARTS
)


def claim(step: Step, attempt: int = 1, failures: int = 0) -> Claim:
    return Claim(number=1, attempt=attempt, failures=failures, job_id="job", step=step, sources={})


def failed(code: str, *outputs: str, retryable: bool = False) -> dict[str, Failure]:
    return {name: Failure(code=code, message="no", retryable=retryable) for name in outputs}


def test_nothing_failed() -> None:
    assert decide(claim(FUSED), {}) == ("completed", 0.0, ())


@pytest.mark.parametrize("code", ["command_failed", "output_invalid", "stalled"])
def test_a_fused_step_is_done_in_parts(code: str) -> None:
    assert decide(claim(FUSED), failed(code, "mp4", "mp3")) == ("separated", 0.0, PARTS)
    assert decide(claim(FUSED), failed(code, "mp3")) == ("separated", 0.0, PARTS[1:])


@pytest.mark.parametrize("code", ["command_failed", "output_invalid"])
def test_a_part_has_no_parts(code: str) -> None:
    assert decide(claim(PARTS[0]), failed(code, "mp4")) == ("failed", 0.0, ())


def test_what_time_may_mend_waits_longer_each_time() -> None:
    gone = failed("fetch_failed", "mp4", "mp3", retryable=True)
    answers = [decide(claim(FUSED, failures=count), gone) for count in range(4)]
    assert answers == [
        ("again", 300.0, ()),
        ("again", 600.0, ()),
        ("again", 1200.0, ()),
        ("failed", 0.0, ()),
    ]


def test_a_full_disk_is_everybodys_and_waited_for_without_end() -> None:
    full = failed("storage_full", "mp4", "mp3", retryable=True)
    answers = [decide(claim(FUSED, attempt=n + 1).but(waits=n), full) for n in range(20)]
    assert {outcome for outcome, _, _ in answers} == {"no_room"}
    assert [delay for _, delay, _ in answers[:8]] == [5, 10, 20, 40, 80, 160, 300, 300]
    mixed = full | failed("command_failed", "mp3")
    assert decide(claim(FUSED), mixed)[0] == "no_room"


@pytest.mark.parametrize("code", ["stalled", "internal"])
def test_some_errors_get_one_more_attempt_soon(code: str) -> None:
    why = failed(code, "mp4", retryable=True)
    assert decide(claim(PARTS[0]), why) == ("again", 5.0, ())
    assert decide(claim(PARTS[0], attempt=2, failures=1), why) == ("failed", 0.0, ())


@pytest.mark.parametrize(
    "code", ["input_truncated", "input_unreadable", "media_limit", "timeout", "cancelled"]
)
def test_what_would_fail_again_is_not_tried_again(code: str) -> None:
    assert decide(claim(FUSED), failed(code, "mp4", "mp3")) == ("failed", 0.0, ())


def test_there_is_a_last_attempt() -> None:
    gone = failed("fetch_failed", "mp4", retryable=True)
    last = claim(FUSED, attempt=MOST_ATTEMPTS)
    assert decide(last, gone) == ("failed", 0.0, ())
    assert decide(last.but(waits=1), gone)[0] == "again"  # to wait for room was no attempt
