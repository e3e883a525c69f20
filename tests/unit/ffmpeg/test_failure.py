from dataclasses import replace

import pytest

from reelmill.ffmpeg.child import Finished
from reelmill.ffmpeg.failure import MEANINGS, error_of
from reelmill.model.errors import CommandFailedError, ReelmillError, StorageFullError


def ended(code: int, *log: str) -> Finished:
    return Finished(exit_code=code, log=log, damage=0, cpu_seconds=1.0, wall_seconds=1.0)


def test_a_good_end_is_no_error() -> None:
    assert error_of(ended(0, "[warning] something")) is None


@pytest.mark.parametrize(
    ("code", "means"),
    [
        (69, "input_truncated"),
        (183, "input_unreadable"),
        (228, "storage_full"),
        (229, "resource_exceeded"),
        (243, "sandbox_denied"),
        (244, "resource_exceeded"),
        (251, "input_unreadable"),
        (1, "command_failed"),
        (234, "command_failed"),
        (137, "command_failed"),
        (139, "command_failed"),
    ],
)
def test_an_exit_code_has_its_meaning(code: int, means: str) -> None:
    error = error_of(ended(code, "one", "two"))

    assert error is not None
    assert (error.code, error.detail) == (means, "one\ntwo")


def test_every_meaning_is_an_error_of_ours() -> None:
    assert all(issubclass(kind, ReelmillError) for kind, _ in MEANINGS.values())


def test_a_full_disk_is_one_even_where_ffmpeg_ends_well() -> None:
    error = error_of(replace(ended(0), no_space=True))

    assert isinstance(error, StorageFullError)
    assert error.retryable


def test_a_signal_is_named_by_its_number() -> None:
    error = error_of(ended(139))

    assert isinstance(error, CommandFailedError)
    assert error.message == "ended by signal 11"


def test_other_failures_repeat_the_first_error_of_the_log() -> None:
    error = error_of(ended(1, "[a] [error] first", "[b] [error] Bad option", "[warning] later"))

    assert error is not None
    assert error.message == "FFmpeg ended with 1: first"
    other = error_of(ended(1))
    assert other is not None
    assert other.message == "FFmpeg ended with 1: no reason given"


def test_only_the_end_of_a_long_log_is_kept() -> None:
    error = error_of(ended(1, *(f"line {number}" for number in range(40))))

    assert error is not None
    assert error.detail.splitlines() == [f"line {number}" for number in range(28, 40)]
