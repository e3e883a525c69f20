"""Signals around work that looks at the event, and around what does not."""

from __future__ import annotations

import os
import signal

import pytest

from reelmill.cli.stopping import SIGNALS, Stopped, stopping
from reelmill.model.errors import CancelledError


def struck(*numbers: int, working: bool) -> None:
    """What a signal must end comes before the end of this."""
    with stopping() as state:
        state.working = working
        for number in numbers:
            os.kill(os.getpid(), number)
        assert state.event.is_set()
        raise CancelledError("it was asked to stop")


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.parametrize("working", [False, True])
def test_the_exit_code_says_which_it_was(number: signal.Signals, working: bool) -> None:
    with pytest.raises(Stopped, match=number.name) as caught:
        struck(number, working=working)
    assert caught.value.exit_code == 128 + number
    assert isinstance(caught.value.__cause__, CancelledError if working else KeyboardInterrupt)


def test_a_second_one_does_not_wait() -> None:
    with pytest.raises(Stopped) as caught:
        struck(signal.SIGTERM, signal.SIGINT, working=True)
    assert isinstance(caught.value.__cause__, KeyboardInterrupt)
    assert caught.value.exit_code == 143  # by what came first


def test_handlers_are_put_back() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    with stopping():
        assert [signal.getsignal(number) for number in SIGNALS] != before
    assert [signal.getsignal(number) for number in SIGNALS] == before
