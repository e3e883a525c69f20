"""What is told of a job: an event of its log, or a snapshot of how far it is."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from reelmill.jobs.follow import Watch
from reelmill.model.events import TaskProgress
from reelmill.model.jobs import FINAL
from reelmill.model.records import Event, Standing
from reelmill.web.documents.job import moment

STATUS_OF = {
    "job.queued": "pending",
    "job.started": "validating",
    "job.processing": "processing",
    **{f"job.{end}": end for end in FINAL},
}
ENDS = frozenset(f"job.{end}" for end in FINAL)


@dataclass(frozen=True)
class Message:
    """One thing that is told.

    Attributes:
        name: `status`, `task`, `step`, `artifact`: an event; `completed`, `failed`, `cancelled`:
            the one that a job ended with; `progress`; `removed`; `heartbeat`.
        job_id: what it is about.
        sequence: of the event; of the last event before it, where it is none.
        data: what is told of it.
        failure: why, where something failed: `code`, `message`, `retryable`.
        numbered: whether it is an event.
        cursor: what to come back with to hear only what follows it.
    """

    name: str
    job_id: str = ""
    sequence: int = 0
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    failure: dict[str, Any] | None = None
    numbered: bool = False
    cursor: str = ""

    @property
    def final(self) -> bool:
        """Whether nothing follows it."""
        return self.name in FINAL or self.name == "removed"


HEARTBEAT = Message("heartbeat")


def messages_of(events: Sequence[Event], watch: Watch) -> list[Message]:
    """Events in a row, up to the one that the job ended with.

    An end that was followed by a retry is history: it is told as a `status`.
    """
    told: list[Message] = []
    retried = max((one.sequence for one in events if one.kind == "job.retried"), default=0)
    whole = watch.standing is None or events[-1].sequence >= watch.standing.sequence
    for event in events:
        final = event.kind in ENDS and event.sequence > retried and whole
        told.append(_of_event(event, watch, final=final))
        if final:
            break
    return told


def _of_event(event: Event, watch: Watch, *, final: bool) -> Message:
    data = {**event.data}
    failure = None
    if "code" in data:
        failure = {name: data.pop(name, False) for name in ("code", "message", "retryable")}
    family, _, what = event.kind.partition(".")
    if family == "job":
        family = what if final else "status"
        data["status"] = STATUS_OF.get(event.kind) or data.get("status", "pending")
    elif family == "task":
        data["status"] = what
    if final and watch.standing is not None:
        data |= snapshot(watch.standing.but(status=what), watch)
    about = {"event": event.kind, "at": moment(event.at)}
    return Message(family, watch.job_id, event.sequence, {**about, **data}, failure, numbered=True)


def snapshot(standing: Standing, watch: Watch) -> dict[str, Any]:
    """How far a job is, as its newest snapshot says; what nobody knows is null."""
    tasks = watch.heard.tasks if watch.heard is not None else standing.progress.tasks
    running = [one for one in tasks if one.status == "running"]
    if standing.status in FINAL:
        running = []
    rest = [one.eta_seconds for one in running if one.eta_seconds is not None]
    return {
        "status": standing.status,
        "percentage": _percentage(standing),
        "stage": standing.stage or standing.status,
        "fps": _frames_per_second(running, standing.stage),
        "eta_seconds": max(rest) if rest else None,
        "quality": {one.output: {"psnr": one.psnr, "ssim": one.ssim} for one in standing.qualities}
        or None,
        "tasks": [_moving(one) for one in running],
    }


def _moving(task: TaskProgress) -> dict[str, Any]:
    return {
        "name": task.name,
        "percentage": None if task.fraction is None else round(task.fraction * 100, 1),
        "fps": task.frames_per_second,
        "speed": task.speed,
        "eta_seconds": task.eta_seconds,
    }


def _percentage(standing: Standing) -> float | None:
    if standing.status == "completed":
        return 100.0
    if standing.fraction is None:
        return 0.0 if standing.status == "pending" else None
    return min(99.9, round(standing.fraction * 100, 1))


def _frames_per_second(running: Sequence[TaskProgress], stage: str | None) -> float | None:
    known = [one for one in running if one.frames_per_second is not None]
    best = next((one for one in known if one.name == stage), known[0] if known else None)
    return best.frames_per_second if best is not None else None
