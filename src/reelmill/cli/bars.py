"""Progress for eyes: a bar per task on a terminal, a line now and then in a log."""

import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, TaskID, TextColumn
from rich.progress import Progress as RichProgress

if TYPE_CHECKING:
    from reelmill.model.events import Progress, TaskProgress

LINE_SECONDS = 5.0
"""In a log, a running task is heard of this often."""
MARKS = {"completed": "[green]done[/]", "failed": "[red]failed[/]", "cancelled": "stopped"}


class Bars:
    """Shows snapshots of progress; a context manager."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._rich = RichProgress(
            TextColumn("{task.description:<22}"),
            BarColumn(bar_width=28),
            TextColumn("{task.fields[share]:>5}"),
            TextColumn("{task.fields[note]}"),
            console=console,
            disable=not console.is_terminal,
        )
        self._ids: dict[str, TaskID] = {}
        self._said: dict[str, tuple[str, float]] = {}

    def __enter__(self) -> Self:
        self._rich.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._rich.stop()

    def show(self, progress: "Progress") -> None:
        """The state of every task now."""
        for task in progress.tasks:
            if self._console.is_terminal:
                self._bar(task)
            else:
                self._line(task)

    def _bar(self, task: "TaskProgress") -> None:
        if task.name not in self._ids:
            self._ids[task.name] = self._rich.add_task(task.name, total=1.0, share="", note="")
        self._rich.update(
            self._ids[task.name], completed=task.fraction or 0.0, share=share(task), note=note(task)
        )

    def _line(self, task: "TaskProgress") -> None:
        status, said = self._said.get(task.name, ("pending", 0.0))
        now = time.monotonic()
        again = task.status == "running" and now - said >= LINE_SECONDS
        if task.status != status or again:
            self._said[task.name] = (task.status, now)
            words = (f"{task.name:<22}", f"{share(task):>5}", note(task) or task.status)
            self._console.print(" ".join(words), highlight=False)


class Way:
    """Bytes on their way, shown as a task."""

    def __init__(self, name: str, bars: Bars) -> None:
        self._name, self._bars = name, bars
        self._first: tuple[float, int] | None = None

    def show(self, here: int, of: int) -> None:
        """So many bytes are there, of so many."""
        from reelmill.model.events import Progress, TaskProgress

        now = time.monotonic()
        since, first = self._first = self._first or (now, here)
        rate = (here - first) / (now - since) if now > since else 0.0
        task = TaskProgress(
            name=self._name,
            status="running" if here < of else "completed",
            fraction=here / of if of else 1.0,
            eta_seconds=(of - here) / rate if rate else None,
            size_bytes=here,
        )
        self._bars.show(Progress(tasks=(task,)))


def share(task: "TaskProgress") -> str:
    """Percent; nothing where it is not known."""
    return f"{task.fraction:.0%}" if task.fraction is not None else ""


def note(task: "TaskProgress") -> str:
    """Frames a second, speed and time left, or how the task ended."""
    if task.status == "skipped":
        return f"[dim]skipped: {escape(task.reason or '')}[/]"
    if task.status in MARKS:
        return MARKS[task.status]
    words: list[str] = []
    if task.frames_per_second is not None and not task.name.startswith("extract_audio"):
        words.append(f"{task.frames_per_second:.0f} fps")
    if task.speed is not None:
        words.append(f"{task.speed:.2f}x")
    if task.eta_seconds is not None:
        words.append(f"{clock(task.eta_seconds)} left")
    return "  ".join(words)


def clock(seconds: float) -> str:
    """Minutes and seconds, hours where there are any."""
    whole = round(seconds)
    hours, rest = divmod(whole, 3600)
    minutes = f"{rest // 60}:{rest % 60:02d}"
    return f"{hours}:{minutes:0>5}" if hours else minutes
