"""Verified outputs go to their final keys. Their rows, which make them visible, come after."""

from collections.abc import Iterator
from pathlib import Path

from reelmill.jobs.ports import Storage
from reelmill.model.steps import Step
from reelmill.worker.lease import Lease

LISTS = frozenset((".m3u8", ".mpd"))
"""Files that name others, and so come after them."""


def publish(storage: Storage, lease: Lease, out: Path, outputs: set[str]) -> None:
    """Store the files of some of a step's outputs; the claim is confirmed before each.

    Raises:
        LeaseLostError: it is lost; what is stored already is nobody's, and not visible.
        OSError: the storage is full or broken.
    """
    job_key = job_folder(lease.claim.job_id)
    files = [path for one in files_of(lease.claim.step, outputs, out) for path in one]
    pairs = [(path, f"{job_key}/{path.relative_to(out).as_posix()}") for path in files]
    storage.put_all(pairs, lease.confirm)


def job_folder(job_id: str) -> str:
    """The key that the results of a job stand under."""
    return f"processed/{job_id}"


def files_of(step: Step, outputs: set[str], out: Path) -> Iterator[list[Path]]:
    """The files of each output: segments before the lists that name them."""
    for wanted in step.expects:
        if wanted.output not in outputs:
            continue
        path = out / wanted.path
        if wanted.segment_seconds is None:
            yield [out / one for one in wanted.paths]
        else:
            found = [one for one in path.parent.rglob("*") if one.is_file()]
            yield sorted(found, key=lambda one: (one.suffix in LISTS, one == path, one.name))
    for one in step.process.measurements if step.process else ():
        if one.path is not None and one.output in outputs:
            yield [out / one.path]
    if step.document is not None and step.document.output in outputs:
        yield [out / step.document.path]
