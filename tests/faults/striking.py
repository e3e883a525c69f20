"""The command in a process that strikes itself: kill -9 at a chosen place, or a moved clock.

STRIKE is `before:NAME` or `after:NAME` of a place in PLACES, or `clock:SECONDS`.
"""

import importlib
import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from reelmill.adapters.sql import database
from reelmill.cli.main import main

PLACES = {
    "publish": ("reelmill.worker.perform", "publish"),
    "rename": ("reelmill.adapters.storage.local", "LocalStorage._move"),
    "papers": ("reelmill.worker.perform", "papers"),
    "probe": ("reelmill.ffmpeg.inspector", "probe"),
    "commit": ("reelmill.adapters.sql.job_store", "SqlJobStore.finish"),
    "post": ("reelmill.adapters.fetch.fetcher", "HttpFetcher.post"),
    "accept": ("reelmill.adapters.sql.job_store", "SqlJobStore.accept"),
    "batch": ("reelmill.adapters.sql.batches", "SqlBatchStore.accept"),
    "batched": ("reelmill.adapters.sql.batches", "add_job"),
    "ended": ("reelmill.adapters.sql.opened", "end_batch"),
}


def strike_at(when: str, place: str) -> None:
    """Die before or after a function, the first time that it is called."""
    module, path = PLACES[place]
    holder: Any = importlib.import_module(module)
    *outer, name = path.split(".")
    for part in outer:
        holder = getattr(holder, part)
    real: Callable[..., Any] = getattr(holder, name)

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def struck(*args: Any, **words: Any) -> Any:
        if when == "before":
            die()
        done = real(*args, **words)
        if hasattr(done, "__await__"):
            return finished(done)
        die()
        return done

    async def finished(done: Any) -> Any:
        value = await done
        die()
        return value

    setattr(holder, name, struck)


def move_clock(seconds: float) -> None:
    """Whoever asks the database's clock gets another time."""
    real = database.utc_now
    moved = timedelta(seconds=seconds)
    database.Database.__init__.__defaults__ = (lambda: real() + moved,)


if __name__ == "__main__":
    when, _, what = os.environ["STRIKE"].partition(":")
    if when == "clock":
        move_clock(float(what))
    else:
        strike_at(when, what)
    sys.exit(main())
