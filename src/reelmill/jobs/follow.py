"""Follows the jobs that somebody watches: one look for all of them, however many watch.

What this process does itself is heard on the bus and looked at at once; what others do is found
twice a second. Whoever watches has a place in a log, not a queue: a slow one costs nothing.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from reelmill.jobs.ports import EventBus, JobStore
from reelmill.model.events import Progress
from reelmill.model.records import Event, Standing

LOOK_SECONDS = 0.5
"""How late news of other processes may be."""
GATHER_SECONDS = 0.01
"""What is heard within this time is looked at together."""
TAIL_EVENTS = 256
"""Of each watched job, kept in memory; who is further back reads the store."""
READ_EVENTS = 500
MOST_LIVE = 500
"""Jobs that a board shows at the same time, but for those that it knows."""


@dataclass(eq=False)
class Watch:
    """A job that somebody watches.

    Attributes:
        standing: as it was at the last look; None: nobody has looked yet.
        heard: the newest snapshot of this process.
        gone: there is no such job any more.
        bells: are set when any of this changes.
    """

    job_id: str
    standing: Standing | None = None
    heard: Progress | None = None
    gone: bool = False
    bells: set[asyncio.Event] = field(default_factory=set[asyncio.Event])
    tail: deque[Event] = field(default_factory=lambda: deque[Event](maxlen=TAIL_EVENTS))

    def ring(self) -> None:
        """Something has changed."""
        for bell in self.bells:
            bell.set()


@dataclass(eq=False)
class Board:
    """Somebody who watches all jobs of a key.

    Attributes:
        key_id: whose jobs; None: everybody's.
        bell: is set when jobs were found.
        newest: jobs with higher numbers were not found yet.
        found: jobs that are to be watched, by number, until they are taken from here.
    """

    key_id: str | None
    bell: asyncio.Event
    newest: int
    found: dict[int, str] = field(default_factory=dict[int, str])


class Follower:
    """Looks at the store for all who watch in this process. For one event loop."""

    def __init__(self, jobs: JobStore, bus: EventBus) -> None:
        self._jobs, self._bus = jobs, bus
        self._watches: dict[str, Watch] = {}
        self._boards: set[Board] = set()
        self._posted: set[str] = set()
        self._wake = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None
        self.closed = False
        bus.listen(self._heard)

    def join(self, job_id: str, bell: asyncio.Event) -> Watch:
        """Watch a job, until `leave`."""
        watch = self._watches.setdefault(job_id, Watch(job_id))
        watch.bells.add(bell)
        if watch.standing is None:
            self._heard(job_id)
        else:
            bell.set()
        self._look_on()
        return watch

    def leave(self, watch: Watch, bell: asyncio.Event) -> None:
        """Watch it no more."""
        watch.bells.discard(bell)
        if not watch.bells and self._watches.get(watch.job_id) is watch:
            del self._watches[watch.job_id]

    async def board(
        self, key_id: str | None, bell: asyncio.Event, after: int | None, known: Sequence[int]
    ) -> Board:
        """Watch what jobs a key has, until `clear`.

        Args:
            key_id: whose; None: everybody's.
            bell: is set when jobs are found.
            after: find also jobs above this number that are at their end already.
            known: find also these, by number.

        Raises:
            OSError: the store does not answer.
        """
        live = await self._jobs.live(key_id, after, known, MOST_LIVE + len(known))
        board = Board(key_id, bell, live.newest, {**live.jobs})
        self._boards.add(board)
        self._look_on()
        return board

    def clear(self, board: Board) -> None:
        """Watch it no more."""
        self._boards.discard(board)

    async def events(self, watch: Watch, after: int) -> Sequence[Event]:
        """Some events of a job behind a number, in order; none: there are none yet.

        Raises:
            OSError: the store does not answer.
        """
        if watch.standing is None or after >= watch.standing.sequence:
            return ()
        if watch.tail and watch.tail[0].sequence <= after + 1:
            return [event for event in watch.tail if event.sequence > after]
        return await self._jobs.events(watch.job_id, after, READ_EVENTS)

    def close(self) -> None:
        """The process ends: whoever watches is to go."""
        self.closed = True
        for watch in self._watches.values():
            watch.ring()
        for board in self._boards:
            board.bell.set()
        self._wake.set()

    def _heard(self, job_id: str) -> None:
        if job_id in self._watches or self._boards:
            self._posted.add(job_id)
            self._wake.set()

    def _look_on(self) -> None:
        if self._looking is None:
            self._looking = asyncio.create_task(self._run())

    async def _run(self) -> None:
        clock = asyncio.get_running_loop().time
        all_at = clock() + LOOK_SECONDS
        try:
            while (self._watches or self._boards) and not self.closed:
                everything = clock() >= all_at
                if everything:
                    all_at = clock() + LOOK_SECONDS
                with suppress(OSError):  # streams wait as long as the store is away
                    await self._look(everything=everything)
                with suppress(TimeoutError):
                    async with asyncio.timeout(max(0.0, all_at - clock())):
                        await self._wake.wait()
                        await asyncio.sleep(GATHER_SECONDS)
        finally:
            self._looking = None

    async def _look(self, *, everything: bool) -> None:
        self._wake.clear()
        posted, self._posted = self._posted, set()
        if everything or not posted <= self._watches.keys():
            await self._find()
        asked = [*self._watches] if everything else [*(posted & self._watches.keys())]
        if not asked:
            return
        standings = await self._jobs.standings(asked)
        for job_id in asked:
            watch = self._watches.get(job_id)
            if watch is not None:
                await self._update(watch, standings.get(job_id))

    async def _find(self) -> None:
        """Jobs that are new, or not at their end again, for the boards."""
        for key_id in {board.key_id for board in self._boards}:
            boards = [board for board in self._boards if board.key_id == key_id]
            after = min(board.newest for board in boards)
            live = await self._jobs.live(key_id, after, (), MOST_LIVE)
            for board in boards:
                board.found |= live.jobs
                board.newest = max(board.newest, live.newest)
                board.bell.set()

    async def _update(self, watch: Watch, standing: Standing | None) -> None:
        if standing is None:
            watch.gone = True
            watch.ring()
            return
        before, heard = watch.standing, self._bus.latest(watch.job_id)
        if before is not None:
            last = watch.tail[-1].sequence if watch.tail else before.sequence
            if standing.sequence > last:
                watch.tail.extend(await self._jobs.events(watch.job_id, last))
        if (standing, heard) != (before, watch.heard):
            watch.standing, watch.heard = standing, heard
            watch.ring()
