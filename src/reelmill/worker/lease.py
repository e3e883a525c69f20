"""A claim while it is ours. Who loses it, or cannot prolong it, ends its own child."""

import threading
import time
from collections.abc import Callable

from reelmill.model.events import Progress
from reelmill.model.work import Claim

SILENT_SECONDS = 10.0
"""Without a beat for so long, a worker gives up: others may from 15 s on."""


class LeaseLostError(Exception):
    """The claim was cancelled or given to another, or nobody can say: what was done is void."""


class Lease:
    """Held by one attempt, in its thread; beaten and ended from the loop.

    Attributes:
        stop: set when the attempt is to end now, for whatever reason.
        look: says how far the attempt is at this moment; None: nobody knows. From any thread.
    """

    def __init__(self, claim: Claim, still_held: Callable[[Claim], bool]) -> None:
        self.claim = claim
        self.stop = threading.Event()
        self.look: Callable[[], Progress | None] = lambda: None
        self._still_held = still_held
        self._beaten = time.monotonic()
        self._lost = ""

    @property
    def progress(self) -> Progress | None:
        """How far the attempt is."""
        return self.look()

    @progress.setter
    def progress(self, snapshot: Progress) -> None:
        self.look = lambda: snapshot

    @property
    def lost(self) -> str:
        """Why it is lost; empty: it is not, as far as we know."""
        if not self._lost and time.monotonic() - self._beaten > SILENT_SECONDS:
            self.lose("no beat in time")
        return self._lost

    def beaten(self, at: float) -> None:
        """It was prolonged, by a beat that was sent at that monotonic time."""
        self._beaten = max(self._beaten, at)

    def lose(self, why: str) -> None:
        """It is not ours any more."""
        self._lost = self._lost or why
        self.stop.set()

    def confirm(self) -> None:
        """Ask the store, before something is published. For the attempt's thread.

        Raises:
            LeaseLostError: it is lost.
        """
        if not self.lost and not self._still_held(self.claim):
            self.lose("cancelled or replaced")
        if self.lost:
            raise LeaseLostError(self.lost)
