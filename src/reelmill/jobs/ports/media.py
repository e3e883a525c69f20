"""What looks at files, and what brings them."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from reelmill.model.facts import Capabilities, SourceFacts
from reelmill.model.value import Value


class Inspector(Protocol):
    """Looks at files that nobody trusts."""

    def probe(self, path: Path, source: str, *, key_frames: bool = False) -> SourceFacts:
        """What a file is; with `key_frames` also where those stand, which takes reading it all.

        Raises:
            NotFoundError, InputUnreadableError, UnsupportedMediaError: as their names say.
        """
        ...

    def capabilities(self) -> Capabilities:
        """What this host can do.

        Raises:
            FfmpegUnavailableError: there is no FFmpeg here.
        """
        ...


class Fetched(Value):
    """A file that came from elsewhere."""

    size_bytes: int
    sha256: str
    """In hexadecimal."""


class Fetcher(Protocol):
    """Brings files from other machines. No child ever does: they have no network."""

    def check(self, url: str) -> None:
        """Refuse what would not be fetched, as far as its text and its addresses tell now.

        Raises:
            UrlBlockedError: see `fetch`.
        """
        ...

    def fetch(
        self,
        url: str,
        into: Path,
        most_bytes: int,
        tell: Callable[[int, int | None], None],
        stop: threading.Event,
    ) -> Fetched:
        """Bring a file; a connection that drops is made again, and goes on where it was.

        Args:
            url: where it is.
            into: where it goes.
            most_bytes: a larger one is refused, as soon as that is known.
            tell: is told how many bytes are here, and of how many, if that is known.
            stop: ends it.

        Raises:
            UrlBlockedError: the URL, or one that it leads to, is none that may be asked.
            FetchFailedError, FetchTimeoutError: the other side is not there, or too slow.
            TooLargeError: it is larger than it may be.
            CancelledError: it was stopped.
            OSError: the disk is full or broken.
        """
        ...
