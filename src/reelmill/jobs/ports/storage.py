"""Where finished work is kept."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol


class Storage(Protocol):
    """Where finished work is kept, by keys such as `processed/{job_id}`.

    Errors of all methods: InvalidRequestError for what is no key: with an empty part, `.` or `..`,
    with a NUL, or in the storage's own `.reelmill`.
    """

    def has(self, key: str) -> bool:
        """Whether there is something under a key."""
        ...

    def workplace(
        self, sources: Mapping[str, Path] | None = None, name: str | None = None
    ) -> AbstractContextManager[Path]:
        """A fresh folder with in/ and out/ from which things can be put and published.

        It is gone afterwards; one whose process died is removed by whoever makes the next.

        Args:
            sources: files that stand in in/ as links, by name.
            name: one workplace of this name at a time; a random one by default.

        Raises:
            InvalidRequestError: nothing can be made there.
            ConflictError: somebody is at work under that name.
            OSError: the disk is full or broken.
        """
        ...

    def publish(self, folder: Path, key: str) -> None:
        """Make a folder visible under a key, whole or not at all, surviving a power cut.

        The folder is moved: it is gone afterwards.

        Raises:
            ConflictError: there is something under the key already.
            OSError: the disk is full or broken; nothing is visible under the key.
        """
        ...

    def put(self, file: Path, key: str) -> None:
        """Store one file of a workplace under a key, whole or not at all, surviving a power cut.

        The file is moved: it is gone afterwards. What was under the key is replaced at once.

        Raises:
            OSError: the disk is full or broken; the key is as it was.
        """
        ...

    def put_all(self, files: Sequence[tuple[Path, str]], before_each: Callable[[], object]) -> None:
        """Store files under keys, one after the other in this order, as `put` does.

        Args:
            files: a file and its key.
            before_each: is called before each; what it raises ends the matter there.

        Raises:
            OSError: the disk is full or broken; those before are stored.
        """
        ...

    def keep_original(self, source: Path, key: str, *, link: bool = False) -> bool:
        """Store a copy of a source under a key; if it is there already, nothing happens.

        With `link`, only where it is, if the storage can: for sources that stay.

        Returns:
            Whether it was stored now.

        Raises:
            OSError: the disk is full or broken; nothing is visible under the key.
        """
        ...

    def draft(self, key: str) -> Path:
        """Make an empty file under a key that may be written in place, for days.

        It stands under its key like others, and is removed like them. Whoever writes locks it.

        Raises:
            OSError: the disk is full or broken.
        """
        ...

    def share(self, key: str, target: str) -> None:
        """Let another key have the same file, without a second copy; each is removed by itself.

        Raises:
            NotFoundError: there is no file under the key.
            OSError: the disk is full or broken.
        """
        ...

    def refer(self, key: str, target: str) -> None:
        """Let a key stand for another one, without a second copy of its bytes."""
        ...

    def local_path(self, key: str) -> Path | None:
        """Where the file of a key can be read on this machine; None: there is no such file."""
        ...

    def remove(self, key: str) -> None:
        """Remove what is under a key, if there is anything."""
        ...

    def keys(self, prefix: str) -> Iterable[tuple[str, datetime]]:
        """What stands directly below a prefix (`raw`, `processed`), and since when."""
        ...

    def sweep(self) -> int:
        """Remove the workplaces of processes that are gone; how many there were."""
        ...

    def free_bytes(self) -> int | None:
        """How much more it takes; None: nobody knows."""
        ...

    def capacity_bytes(self) -> int | None:
        """How much it takes in all, what others have there included; None: nobody knows."""
        ...
