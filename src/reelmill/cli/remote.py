"""`--server URL`: the work is done by a service, and looks the same from here."""

import json as jsonlib
from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Annotated, Self

import typer
from rich.console import Console

from reelmill.cli.bars import Bars, Way
from reelmill.cli.stopping import Stopping, stopping
from reelmill.cli.told import PAPERS, in_our_words, outcome_of, progress_of
from reelmill.model.errors import InvalidRequestError, NotFoundError

if TYPE_CHECKING:
    from pydantic import JsonValue

    from reelmill.app.ladder import Result
    from reelmill.client import Client, Job
    from reelmill.client.upload import Sent

URLS = ("http://", "https://")
COMMANDS = ("run", "convert", "batch", "presets")
"""That a service can do."""
ServerOption = Annotated[
    str | None,
    typer.Option(
        "--server", metavar="URL", help="The service that does it: run, convert, batch, presets."
    ),
]
KeyOption = Annotated[
    str | None,
    typer.Option(
        "--key",
        envvar="REELMILL_API_KEY",
        help="Its key. The variable is not seen by others on this machine.",
    ),
]
REMOTE = {"detach": "needs --server: there is nobody to leave the job to"}
"""Options that only a service's job takes, and why."""
HERE = {
    "job_id": "is for runs on this machine: a service names its jobs itself",
    "original": "is for runs on this machine: a service keeps what it was sent",
}
"""Options that a service's job does not take, and why."""


@dataclass(frozen=True)
class Remote:
    """A service that is to do the work."""

    url: str
    key: str = field(repr=False)

    def refused(self, *, detach: bool) -> Mapping[str, str]:
        """Options that its jobs do not take, and why."""
        nothing = {"output": "makes no sense with --detach: nothing is fetched"}
        return {**HERE, **nothing} if detach else HERE


def remote_of(url: str, key: str | None, command: str | None) -> Remote:
    """The service that is meant.

    Raises:
        InvalidRequestError: no address, no key, or a command that is about this machine.
    """
    if command not in COMMANDS:
        known = ", ".join(COMMANDS)
        raise InvalidRequestError(f"--server is for {known}; {command} is about this machine")
    if not url.startswith(URLS):
        raise InvalidRequestError("--server is a URL: https://video.example")
    if not key:
        raise InvalidRequestError("a service wants a key: REELMILL_API_KEY, or --key")
    if not (key.isascii() and key.isprintable()):
        raise InvalidRequestError("this is no key: keys are of ASCII")
    return Remote(url, key)


def chosen(context: typer.Context, server: str | None, key: str | None) -> Remote | None:
    """The service of a command, whose --server may stand behind it or before.

    Raises:
        InvalidRequestError: what `remote_of` raises.
    """
    if server is not None:
        return remote_of(server, key, context.command.name)
    return context.find_object(Remote)


@dataclass(frozen=True)
class Wish:
    """What `run` was called with, as a service takes it."""

    source: str
    output: Path
    thumbnail: str | None
    metadata: "dict[str, JsonValue]"
    settings: "dict[str, JsonValue]"

    def check(self) -> None:
        """What need not be sent to be refused.

        Raises:
            NotFoundError: there is no such file.
            InvalidRequestError: one is a URL, the other is not.
        """
        given = [one for one in (self.source, self.thumbnail) if one is not None]
        if len({one.startswith(URLS) for one in given}) > 1:
            raise InvalidRequestError("INPUT and --thumbnail: both are files, or both are URLs")
        for one in given:
            if not one.startswith(URLS) and not Path(one).is_file():
                raise NotFoundError(f"there is no file {one}")


def run_there(
    remote: Remote, wish: Wish, console: Console, *, detach: bool, json: bool
) -> "Result | None":
    """Send it, wait for it, fetch what was made. None: it was left to the service.

    Raises:
        ReelmillError: whatever ended it, here or there. After a signal the job is cancelled.
    """
    from reelmill.client import Client

    wish.check()
    folder = wish.output / "processed"
    with in_our_words(remote.url), Client(remote.url, remote.key) as client:
        with stopping() as stop, Bars(console) as bars, Traces(client) as traces:
            client.check()
            if not detach:
                folder.mkdir(parents=True, exist_ok=True)
            job = _submit(client, wish, stop, bars, traces)
            if not detach:
                return _follow(client, job, folder, bars)
        leave(remote, job, json=json)
        return None


def leave(remote: Remote, job: "Job", *, json: bool) -> None:
    """Say which job a service goes on with, without us."""
    said = {"job_id": job.job_id, "status": job.status, "server": remote.url}
    typer.echo(jsonlib.dumps(said) if json else job.job_id)


class Traces:
    """What is with the service because of us; goes with whatever ends the command.

    Attributes:
        uploads: their ids.
        job: made of them. Only a signal cancels it.
    """

    def __init__(self, client: "Client") -> None:
        self._client = client
        self.uploads: list[str] = []
        self.job: Job | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            return
        with suppress(Exception):  # it is at its end, or the service is away: uploads expire
            if self.job is None:
                for one in self.uploads:
                    self._client.drop_upload(one)
            elif isinstance(error, KeyboardInterrupt):
                self._client.cancel(self.job.job_id)


def _submit(client: "Client", wish: Wish, stop: Stopping, bars: Bars, traces: Traces) -> "Job":
    if wish.source.startswith(URLS):
        with unbroken(stop):
            traces.job = client.submit(
                wish.source,
                thumbnail=wish.thumbnail,
                metadata=wish.metadata,
                settings=wish.settings,
            )
        return traces.job
    more: dict[str, object] = {}
    if wish.thumbnail is not None:
        more["thumbnail_upload_id"] = send(client, wish.thumbnail, stop, traces)
    way = Way("upload", bars).show
    upload_id = send(client, wish.source, stop, traces, way)
    with unbroken(stop):
        traces.job = client.create(
            upload_id, metadata=wish.metadata, settings=wish.settings, **more
        )
    return traces.job


def send(
    client: "Client",
    path: str,
    stop: Stopping,
    traces: Traces,
    on_sent: "Sent" = lambda _here, _of: None,
) -> str:
    """Bring a file to the service; the id of its upload, which is among the traces from the start.

    Raises:
        KeyboardInterrupt: a signal came.
    """
    with unbroken(stop):
        traces.uploads.append(client.begin_upload(path))
    return client.upload(path, traces.uploads[-1], on_sent=on_sent)


def _follow(client: "Client", job: "Job", folder: Path, bars: Bars) -> "Result":
    from reelmill.app.ladder import Result

    job = client.wait(job.job_id, on_progress=lambda now: bars.show(progress_of(now)))
    made = client.artifacts(job.job_id)
    place = folder / job.job_id
    client.download_all(job.job_id, place, on_received=Way("download", bars).show)
    return Result(
        job_id=job.job_id,
        folder=place,
        outcome=outcome_of(job, made),
        metadata=jsonlib.loads((place / PAPERS).read_bytes()),
    )


@contextmanager
def unbroken(stop: Stopping) -> Generator[None]:
    """A signal waits until it is known what there is to be taken back."""
    stop.working = True
    yield
    stop.working = False
    if stop.event.is_set():
        raise KeyboardInterrupt


def refuse(context: typer.Context, names: Mapping[str, str]) -> None:
    """Options that make no sense where the work is done, by name, with the reason.

    Raises:
        InvalidRequestError: one of them was given.
    """
    for name, why in names.items():
        given = context.get_parameter_source(name)
        if given is not None and given.name == "COMMANDLINE":
            raise InvalidRequestError(f"--{name.replace('_', '-')} {why}")
