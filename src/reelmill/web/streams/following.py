"""What follows of a job, or of all jobs of a key, as it happens."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import suppress
from dataclasses import replace
from typing import Any

from reelmill.jobs.follow import Follower, Watch
from reelmill.model.jobs import FINAL
from reelmill.web.streams.cursor import Cursor
from reelmill.web.streams.messages import HEARTBEAT, Message, messages_of, snapshot

PROGRESS_SECONDS = 0.5
"""Between two snapshots of a job."""


class Tail:
    """Somebody's place in the log of a job.

    Attributes:
        sequence: of the last event that was told.
        over: nothing more will be.
        due: when a snapshot that came too soon may be told; None: there is none.
    """

    def __init__(self, follower: Follower, watch: Watch, sequence: int) -> None:
        self.watch, self.sequence = watch, sequence
        self.over = False
        self.due: float | None = None
        self._follower = follower
        self._begun = False
        self._told: dict[str, Any] | None = None
        self._told_at = 0.0

    async def news(self) -> list[Message]:
        """What is new, in order; nothing when nothing is, or when the store is away."""
        if self.watch.gone:
            self.over = True
            return [Message("removed", self.watch.job_id, self.sequence)]
        standing = self.watch.standing
        if standing is None:
            return []
        if not self._begun:
            # Who claims to know more than there is knows another log. Only now: later, what was
            # told may be newer than the look.
            self._begun, self.sequence = True, min(self.sequence, standing.sequence)
        events = ()
        with suppress(OSError):
            events = await self._follower.events(self.watch, self.sequence)
        if events:
            told = messages_of(events, self.watch)
            self.sequence = told[-1].sequence
            self.over = told[-1].final
            return told
        if standing.status in FINAL:
            self.over = self.sequence >= standing.sequence
            return []
        return self._progress()

    def _progress(self) -> list[Message]:
        if self.watch.standing is None or self.sequence < self.watch.standing.sequence:
            return []
        self.due = None
        now = snapshot(self.watch.standing, self.watch)
        if now == self._told:
            return []
        if time.monotonic() < self._told_at + PROGRESS_SECONDS:
            self.due = self._told_at + PROGRESS_SECONDS
            return []
        self._told, self._told_at = now, time.monotonic()
        return [Message("progress", self.watch.job_id, self.sequence, now)]


class Pulse:
    """When the next heartbeat is due."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._next = time.monotonic() + seconds

    def beat(self) -> bool:
        """Whether it is time."""
        if time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + self._seconds
        return True

    async def wait(self, bell: asyncio.Event, *due: float | None) -> None:
        """Until the bell is rung, something is due, or it is time to beat."""
        first = min(self._next, *(one for one in due if one is not None), self._next)
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, first - time.monotonic())):
                await bell.wait()


async def follow_job(
    follower: Follower, job_id: str, after: int, heartbeat_seconds: float
) -> AsyncGenerator[Message]:
    """The events of a job behind a number, and snapshots between them, to its end."""
    bell = asyncio.Event()
    watch = follower.join(job_id, bell)
    tail, pulse = Tail(follower, watch, after), Pulse(heartbeat_seconds)
    try:
        while not follower.closed and not tail.over:
            bell.clear()
            news = await tail.news()
            for message in news:
                yield replace(message, cursor=str(message.sequence))
            if pulse.beat():
                yield replace(HEARTBEAT, job_id=job_id, sequence=tail.sequence)
            if not news:
                await pulse.wait(bell, tail.due)
    finally:
        follower.leave(watch, bell)


async def follow_all(
    follower: Follower, key_id: str | None, cursor: Cursor, heartbeat_seconds: float
) -> AsyncGenerator[Message]:
    """The same of all jobs of a key, new ones too; each job's own events in order.

    Args:
        follower: finds them.
        key_id: whose jobs; None: everybody's.
        cursor: where to go on; moves with what is told.
        heartbeat_seconds: between heartbeats.

    Raises:
        OSError: the store does not answer.
    """
    bell = asyncio.Event()
    board = await follower.board(key_id, bell, cursor.newest, [*cursor.seen])
    tails: dict[int, Tail] = {}
    pulse = Pulse(heartbeat_seconds)
    try:
        while not follower.closed:
            bell.clear()
            found, board.found = board.found, {}
            for number, job_id in found.items():
                if number not in tails:
                    cursor.seen.setdefault(number, 0)
                    watch = follower.join(job_id, bell)
                    tails[number] = Tail(follower, watch, cursor.seen.get(number, 0))
            cursor.newest = board.newest
            idle = True
            for number, tail in [*tails.items()]:
                for message in await tail.news():
                    idle = False
                    cursor.move(number, message)
                    yield replace(message, cursor=cursor.text())
                if tail.over:
                    follower.leave(tails.pop(number).watch, bell)
            if pulse.beat():
                yield replace(HEARTBEAT, cursor=cursor.text())
            if idle:
                await pulse.wait(bell, *(tail.due for tail in tails.values()))
    finally:
        follower.clear(board)
        for tail in tails.values():
            follower.leave(tail.watch, bell)
