"""Uploads that come in parts."""

from datetime import datetime
from typing import Protocol

from reelmill.model.uploads import Upload


class UploadStore(Protocol):
    """How much of which file is here. Every method is one transaction.

    Errors of all methods: OSError, where the database cannot be reached or written.
    """

    async def begin(self, upload: Upload) -> None:
        """Remember a new one."""
        ...

    async def upload(self, upload_id: str, key_id: str | None = None) -> Upload:
        """How far it is; of this key only, if one is given.

        Raises:
            NotFoundError: no such upload, or another key's.
        """
        ...

    async def advance(self, was: Upload, offset_bytes: int, expires_at: datetime) -> bool:
        """More of it is here. False: it is not any more as it was."""
        ...

    async def forget(self, upload_id: str) -> None:
        """It is a job's now, or nobody's."""
        ...

    async def expired(self, moment: datetime) -> tuple[Upload, ...]:
        """Those that expired before a moment, oldest first, at most 1,000."""
        ...

    async def begun(self, upload_ids: set[str]) -> set[str]:
        """Which of these ids are uploads."""
        ...
