"""A file that comes in parts: each part is written where it belongs, and counted once it stays."""

import asyncio
import fcntl
import hashlib
import os
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from anyio import CancelScope, to_thread

from reelmill.jobs.ports import UploadStore
from reelmill.model.errors import ConflictError, InvalidRequestError, NotFoundError, TooLargeError
from reelmill.model.uploads import Upload
from reelmill.web.tus import Checksum

WRITE_BYTES, SYNC_BYTES = 1 << 20, 32 << 20
"""Written at once; on the disk and in the database after so many, so that little is sent again."""
TAKEOVER_SECONDS = 5.0
"""How long a newer request waits for an older one to end, whose connection is likely dead."""


class ChecksumMismatchError(InvalidRequestError):
    """The bytes are not those that were meant; none of them was kept."""


@dataclass
class Growing:
    """The uploads that this process takes in at this moment.

    Attributes:
        uploads: where it is remembered how far they are.
        keep: how long an upload that does not grow is kept.
    """

    uploads: UploadStore
    keep: timedelta
    _active: dict[str, "_Part"] = field(default_factory=dict[str, "_Part"])

    def interrupt(self, upload_id: str) -> None:
        """End the request that is writing, as its client has come back: see where it is."""
        if upload_id in self._active:
            self._active[upload_id].give_way()

    async def take(
        self,
        was: Upload,
        place: Path,
        stream: AsyncIterator[bytes],
        checksum: Checksum | None = None,
    ) -> Upload:
        """Write what comes at the end of a file.

        What came before a connection broke stays, unless it has a checksum to be held against.

        Raises:
            ConflictError: another request is writing.
            TooLargeError: more comes than the file is to have.
            ChecksumMismatchError: it is not what was meant.
            OSError: the disk is full or broken.
        """
        self.interrupt(was.upload_id)
        descriptor = await self._locked(place)
        part = self._active[was.upload_id] = _Part(self, was, descriptor, checksum)
        try:
            await part.take(stream)
            return part.now
        finally:
            if self._active.get(was.upload_id) is part:
                del self._active[was.upload_id]
            os.close(descriptor)

    async def _locked(self, place: Path) -> int:
        ends = asyncio.get_running_loop().time() + TAKEOVER_SECONDS
        while True:
            try:
                return await to_thread.run_sync(_open_locked, place)
            except BlockingIOError as error:
                if asyncio.get_running_loop().time() > ends:
                    raise ConflictError("another request is writing to this upload") from error
                await asyncio.sleep(0.05)


class _Part:
    """One request's bytes."""

    def __init__(
        self, growing: Growing, was: Upload, descriptor: int, checksum: Checksum | None
    ) -> None:
        self.now = was
        self._growing, self._descriptor, self._checksum = growing, descriptor, checksum
        self._hash = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
        self._written = was.offset_bytes
        self._task = asyncio.current_task()
        self._gives_way = False

    def give_way(self) -> None:
        """End it, though its connection may still look alive."""
        if self._task is not None and not self._gives_way:
            self._gives_way = True
            self._task.cancel()

    async def take(self, stream: AsyncIterator[bytes]) -> None:
        await to_thread.run_sync(os.ftruncate, self._descriptor, self.now.offset_bytes)
        waiting = bytearray()
        try:
            async for chunk in stream:
                if self._written + len(waiting) + len(chunk) > self.now.size_bytes:
                    raise TooLargeError(f"the file has {self.now.size_bytes} bytes by its own word")
                waiting += chunk
                if len(waiting) >= WRITE_BYTES:
                    await self._write(waiting)
        except BaseException as error:
            if self._gives_way and self._task is not None:
                self._task.uncancel()
            with CancelScope(shield=True):
                if self._checksum is None:
                    await self._write(waiting)
                    await self._commit()
            if self._gives_way and isinstance(error, asyncio.CancelledError):
                raise ConflictError("a newer request goes on with this upload") from None
            raise
        await self._write(waiting)
        if self._hash and self._checksum and self._hash.digest() != self._checksum.digest:
            await to_thread.run_sync(os.ftruncate, self._descriptor, self.now.offset_bytes)
            raise ChecksumMismatchError("the checksum is another one; nothing was kept")
        await self._commit()

    async def _write(self, waiting: bytearray) -> None:
        data = bytes(waiting)
        waiting.clear()
        if data:
            await to_thread.run_sync(_write_all, self._descriptor, data, self._written)
            self._written += len(data)
            if self._hash is not None:
                self._hash.update(data)
        far = self._written - self.now.offset_bytes
        if far >= SYNC_BYTES and self._checksum is None:
            await self._commit()

    async def _commit(self) -> None:
        """From here on, these bytes need never be sent again."""
        await to_thread.run_sync(os.fdatasync, self._descriptor)
        until = datetime.now(UTC) + self._growing.keep
        if not await self._growing.uploads.advance(self.now, self._written, until):
            raise NotFoundError("the upload was removed meanwhile")
        self.now = self.now.but(offset_bytes=self._written, expires_at=until)


def _open_locked(place: Path) -> int:
    descriptor = os.open(place, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _write_all(descriptor: int, data: bytes, at: int) -> None:
    view = memoryview(data)
    while view:
        done = os.pwrite(descriptor, view, at)
        view, at = view[done:], at + done


@contextmanager
def claimed(place: Path) -> Generator[None]:
    """Nobody writes to a file meanwhile.

    Raises:
        ConflictError: somebody does.
        NotFoundError: there is no such file.
    """
    try:
        descriptor = os.open(place, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise NotFoundError("there is no such upload") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise ConflictError("a request is writing to this upload") from error
    finally:
        os.close(descriptor)
