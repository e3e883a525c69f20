"""The sources of a job that are elsewhere: brought into the storage, and looked at."""

import math
import time
from collections.abc import Callable
from pathlib import Path

from reelmill.ffmpeg.child import StopRequested
from reelmill.jobs.compile import Terms, recipe_for
from reelmill.jobs.ports import Fetcher, Inspector, Storage
from reelmill.jobs.submit import FETCH, source_keys
from reelmill.model.errors import CancelledError, StorageFullError
from reelmill.model.events import Progress, TaskProgress
from reelmill.model.jobs import SourceRef
from reelmill.model.records import JobProgram
from reelmill.model.work import Ending
from reelmill.worker.lease import Lease

LOOK_SECONDS = 0.25
"""Between two looks at the room on the disk."""


def bring(
    fetcher: Fetcher,
    storage: Storage,
    inspector: Inspector,
    lease: Lease,
    record: JobProgram,
    terms: Terms,
    room_bytes: Callable[[], int | None],
) -> Ending:
    """Fetch all sources of a job that are elsewhere.

    Raises:
        ReelmillError: what `Fetcher.fetch`, `Inspector.probe` and `Recipe.check` raise.
        StopRequested: the attempt is to end now.
        LeaseLostError: the claim was lost.
        OSError: the disk is full or broken.
    """
    brought = {name: ref for name, ref in record.sources.items() if ref.kind != "url"}
    wanted = {name: ref.location for name, ref in record.sources.items() if ref.kind == "url"}
    recipe = recipe_for(record)
    with storage.workplace() as place:
        here: dict[str, Path] = {name: place / "out" / name for name in wanted}
        for name, url in wanted.items():
            download = Download(room_bytes)
            lease.look = download.progress
            most_bytes = recipe.most_bytes(name, terms.limits)
            try:
                got = fetcher.fetch(url, here[name], most_bytes, download.tell, lease.stop)
            except CancelledError as error:
                raise StopRequested from error
            brought[name] = SourceRef(
                kind="stored", location="", size_bytes=got.size_bytes, sha256=got.sha256
            )
        facts = {name: inspector.probe(path, name) for name, path in here.items()}
        recipe.check(facts, terms.limits)
        keys = source_keys(record.job_id, facts, record.filename)
        storage.put_all([(path, keys[name]) for name, path in here.items()], lease.confirm)
    placed = {name: brought[name].but(location=keys[name]) for name in wanted}
    return Ending(outcome="completed", made=FETCH.outputs, sources={**brought, **placed})


class Download:
    """How far a download is, for whoever looks: also while nothing comes."""

    def __init__(self, room_bytes: Callable[[], int | None]) -> None:
        self._room_bytes = room_bytes
        self._looked = -math.inf
        self._began = time.monotonic()
        self._here: tuple[int, int | None] = (0, None)

    def tell(self, here: int, total: int | None) -> None:
        """Some bytes came.

        Raises:
            StorageFullError: there is no room for those that are to come.
        """
        now = time.monotonic()
        self._here = here, total
        if now - self._looked >= LOOK_SECONDS:
            self._looked = now
            self._check_room(here, total)

    def progress(self) -> Progress:
        """What is here at this moment. The time left is by the rate so far, silences included."""
        here, total = self._here
        seconds = time.monotonic() - self._began
        left = round((total - here) * seconds / here, 1) if total is not None and here else None
        task = TaskProgress(
            name=FETCH.tasks[0],
            status="running",
            fraction=min(1.0, here / total) if total else None,
            eta_seconds=left,
            size_bytes=here,
        )
        return Progress(tasks=(task,))

    def _check_room(self, here: int, total: int | None) -> None:
        room_bytes = self._room_bytes()
        if room_bytes is not None and room_bytes < (total or here) - here:
            error = StorageFullError("there is no room on the disk for the source")
            error.needed_bytes = total or here
            raise error
