"""The roles that the outside plays for us. Adapters fill them; one behavioural suite tests each."""

from pathlib import Path
from typing import Protocol


class Storage(Protocol):
    """Where finished work is kept, by keys such as `processed/{job_id}`."""

    def has(self, key: str) -> bool:
        """Whether there is something under a key."""
        ...

    def publish(self, folder: Path, key: str) -> None:
        """Make a folder visible under a key, whole or not at all, surviving a power cut.

        The folder is moved: it is gone afterwards.

        Raises:
            ConflictError: there is something under the key already.
            OSError: the disk is full or broken; nothing is visible under the key.
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

    def remove(self, key: str) -> None:
        """Remove what is under a key, if there is anything."""
        ...
