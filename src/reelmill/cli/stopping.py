"""Ctrl-C, TERM and a closed terminal: what is under way ends, and the exit code says by what."""

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType

from reelmill.model.errors import CancelledError

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(CancelledError):  # noqa: N818 - a request, not an error
    """A signal ended the command.

    Attributes:
        exit_code: 128 and the signal's number, as the shell has it.
    """

    def __init__(self, number: int) -> None:
        super().__init__(f"stopped by {signal.Signals(number).name}")
        self.exit_code = 128 + number


class Stopping:
    """What the signals do: an event once work is under way, an exception before."""

    def __init__(self) -> None:
        self.event = threading.Event()
        self.working = False
        """Whether somebody looks at the event. Reading a source does not."""
        self.number: int | None = None

    def on_signal(self, number: int, _frame: FrameType | None) -> None:
        """The first one asks, a second one does not wait."""
        again, self.number = self.number is not None, self.number or number
        self.event.set()
        if again or not self.working:
            raise KeyboardInterrupt


@contextmanager
def stopping() -> Generator[Stopping]:
    """Signals end what runs inside.

    Raises:
        Stopped: one of them came.
    """
    state = Stopping()
    before = {number: signal.signal(number, state.on_signal) for number in SIGNALS}
    try:
        yield state
    except (KeyboardInterrupt, CancelledError) as error:
        raise Stopped(state.number or signal.SIGINT) from error
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
