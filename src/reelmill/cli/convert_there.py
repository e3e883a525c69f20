"""`reelmill --server URL convert`: files are sent, a service converts, the result comes here."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from reelmill.cli.bars import Bars, Way
from reelmill.cli.remote import URLS, Remote, Traces, leave, send, unbroken
from reelmill.cli.stopping import Stopping, stopping
from reelmill.cli.told import in_our_words, outcome_of, progress_of
from reelmill.model.errors import NotFoundError

if TYPE_CHECKING:
    from reelmill.app.placing import Converted
    from reelmill.client import Client, Job

Fields = dict[str, Any]


@dataclass(frozen=True)
class Wish:
    """What `convert` was called with."""

    source: str
    output: Path | None
    folder: Path
    operations: list[Fields]
    video: Fields
    audio: Fields
    preset: str | None
    overwrite: bool

    def check(self) -> None:
        """What need not be sent to be refused. Of presets, a service knows more than we do.

        Raises:
            InvalidRequestError: an operation is wrong, or contradicts another.
            NotFoundError: there is no such file.
            ConflictError: the output is there already.
        """
        from reelmill.app.convert import conversion
        from reelmill.app.operations import read_operations
        from reelmill.app.placing import refuse_existing

        refuse_existing(self.output, overwrite=self.overwrite)
        settings = {"video": self.video, "audio": self.audio}
        if self.preset is None:
            conversion(self.output, self.operations, settings)
        chain = read_operations(self.operations)
        for word in (self.source, *(word for one in chain for _, word in one.references)):
            if not word.startswith(URLS) and not Path(word).is_file():
                raise NotFoundError(f"there is no file {word}")

    @property
    def wanted(self) -> Fields | None:
        """The output, as a service takes it."""
        if self.output is None:
            return None
        more = {"video": self.video, "audio": self.audio}
        return {"path": self.output.name, **{name: one for name, one in more.items() if one}}


def convert_there(
    remote: Remote, wish: Wish, console: Console, *, detach: bool, json: bool
) -> "Converted | None":
    """Send it, wait for it, fetch what was made. None: it was left to the service.

    Raises:
        ReelmillError: whatever ended it, here or there. After a signal the job is cancelled.
    """
    from reelmill.client import Client

    wish.check()
    with in_our_words(remote.url), Client(remote.url, remote.key) as client:
        with stopping() as stop, Bars(console) as bars, Traces(client) as traces:
            client.check()
            job = _submit(client, wish, stop, bars, traces)
            if not detach:
                return _follow(client, job, wish, bars)
        leave(remote, job, json=json)
        return None


def _submit(client: "Client", wish: Wish, stop: Stopping, bars: Bars, traces: Traces) -> "Job":
    from reelmill.app.operations import read_operations, with_sources

    chain = read_operations(wish.operations)
    beside = dict.fromkeys(word for one in chain for _, word in one.references)
    words = {word: word for word in beside}
    for word in _files(beside):
        words[word] = f"upload:{send(client, word, stop, traces)}"
    source = wish.source
    for word in _files([source]):
        way = Way("upload", bars).show
        source = f"upload:{send(client, word, stop, traces, way)}"
    with unbroken(stop):
        traces.job = client.convert(
            source, wish.wanted, with_sources(chain, words), preset=wish.preset
        )
    return traces.job


def _files(words: Iterable[str]) -> list[str]:
    return [one for one in words if not one.startswith(URLS)]


def _follow(client: "Client", job: "Job", wish: Wish, bars: Bars) -> "Converted":
    from reelmill.app.placing import on_the_way, put_in_place

    job = client.wait(job.job_id, on_progress=lambda now: bars.show(progress_of(now)))
    told = outcome_of(job, client.artifacts(job.job_id))
    root = wish.folder if wish.output is None else wish.output.parent
    with on_the_way(root) as place:
        made = place / "made"
        client.download_all(job.job_id, made, on_received=Way("download", bars).show)
        return put_in_place(told, made, root, wish.output, overwrite=wish.overwrite)
