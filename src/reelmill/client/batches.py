"""Batches: conversions that are asked for together (docs/api.md, "Many conversions at once")."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from reelmill.client.calls import answered, post, said
from reelmill.client.effects import Ask, Call, Pause
from reelmill.client.job import FINAL

PATH = "/batch"


@dataclass(frozen=True)
class Batch:
    """The state of a batch at one moment.

    Attributes:
        document: all that the service said of it.
    """

    document: Mapping[str, Any] = field(repr=False)

    @property
    def batch_id(self) -> str:
        """Its id."""
        return str(self.document["batch_id"])

    @property
    def status(self) -> str:
        """pending, processing; at the end the best that came of any job."""
        return str(self.document["status"])

    @property
    def final(self) -> bool:
        """Whether all its jobs are at their end."""
        return self.status in FINAL

    @property
    def percent(self) -> int:
        """How far it is."""
        return int(self.document["progress_percent"])

    @property
    def counts(self) -> dict[str, int]:
        """Its jobs by status."""
        return dict(self.document["counts"])

    @property
    def jobs(self) -> list[dict[str, Any]]:
        """In the order in which they were asked for; a refused one has only `index` and `error`."""
        return list(self.document.get("jobs", ()))


def create(
    jobs: Iterable[Mapping[str, Any]], options: Mapping[str, Any], idempotency_key: str
) -> Call[Batch]:
    """A batch as it is right after it was made."""
    body = {"jobs": [*jobs], **said(options)}
    answer = yield from post(PATH, body, idempotency_key)
    return (yield from get(answer.json()["batch_id"]))


def get(batch_id: str) -> Call[Batch]:
    """A batch as it is now."""
    answer = yield from answered(Ask("GET", f"{PATH}/{batch_id}"))
    return Batch(answer.json())


def listed(**filters: str) -> Call[list[Batch]]:
    """Batches, newest first, without their jobs."""
    answer = yield from answered(Ask("GET", PATH, params=filters))
    return [Batch(one) for one in answer.json()["batches"]]


def cancel(batch_id: str) -> Call[Batch]:
    """End what is not at its end; asked twice, it is the same."""
    answer = yield from answered(Ask("DELETE", f"{PATH}/{batch_id}"))
    return Batch(answer.json())


def wait(batch_id: str, on_progress: Callable[[Batch], object], look_seconds: float) -> Call[Batch]:
    """The batch, when all its jobs are at their end."""
    while True:
        batch = yield from get(batch_id)
        on_progress(batch)
        if batch.final:
            return batch
        yield Pause(look_seconds)
