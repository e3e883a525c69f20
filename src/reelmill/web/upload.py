"""An upload, from the stream straight into files on the storage's file system."""

import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from anyio import to_thread

from reelmill.model.errors import ReelmillError, StorageFullError, TooLargeError
from reelmill.web.fields import wrong
from reelmill.web.multipart import MultipartReader, PartBegins, PartData
from reelmill.web.room import FULL

WRITE_BYTES, FIELD_BYTES, ROOM_BYTES = 1 << 20, 64 << 10, 1 << 20
"""Written at once; in a field that is no file; for all that is neither, in the whole body."""


@dataclass(frozen=True)
class FormTerms:
    """What a form may have.

    Attributes:
        files: the most bytes of each file, by field.
        fields: other fields.
    """

    files: Mapping[str, int]
    fields: tuple[str, ...]

    @property
    def most_bytes(self) -> int:
        """Of a whole body."""
        return sum(self.files.values()) + FIELD_BYTES * len(self.fields) + ROOM_BYTES


@dataclass(frozen=True)
class ReceivedFile:
    """A file that arrived whole."""

    path: Path
    filename: str
    size_bytes: int


@dataclass
class Received:
    """A form that arrived whole."""

    files: dict[str, ReceivedFile] = field(default_factory=dict[str, ReceivedFile])
    fields: dict[str, str] = field(default_factory=dict[str, str])
    digests: dict[str, str] = field(default_factory=dict[str, str])
    """SHA-256 of every part, if asked for."""


async def receive(
    stream: AsyncIterator[bytes],
    content_type: str,
    folder: Path,
    terms: FormTerms,
    *,
    digests: bool = False,
    free_bytes: Callable[[], int | None] = lambda: None,
) -> Received:
    """Take in a form.

    Args:
        stream: the body as it arrives.
        content_type: of the request.
        folder: where its files are written, under the names of their fields.
        terms: what is taken.
        digests: say what was in each part.
        free_bytes: how much more there is room for; None: nobody knows.

    Raises:
        InvalidRequestError: no such form, or fields that are unknown or there twice.
        StorageFullError: there is no room for more.
        TooLargeError: more than is taken, as soon as that is clear.
        OSError: the disk is full or broken.
    """
    reader = MultipartReader(content_type)
    form = _Form(folder, terms, free_bytes, digests=digests)
    left = terms.most_bytes
    try:
        async for chunk in stream:
            left -= len(chunk)
            if left < 0:
                raise TooLargeError(f"this body may have {terms.most_bytes} bytes at most")
            for event in reader.feed(chunk):
                match event:
                    case PartBegins():
                        await to_thread.run_sync(form.begin, event)
                    case PartData():
                        if form.add(event.data):
                            await to_thread.run_sync(form.write)
                    case _:
                        await to_thread.run_sync(form.end)
        reader.close()
    finally:
        form.close()
    return form.received


def shown_name(filename: str | None, default: str) -> str:
    """A file's name for people: no folders, no control characters, 255 characters at most."""
    name = PurePosixPath((filename or "").replace("\\", "/")).name
    clean = "".join(sign for sign in name if sign.isprintable())
    return clean[:255] if clean.strip(". ") else default


class _Form:
    """The part that is being received, and those that were."""

    def __init__(
        self,
        folder: Path,
        terms: FormTerms,
        free_bytes: Callable[[], int | None],
        *,
        digests: bool,
    ) -> None:
        self.received = Received()
        self._folder, self._terms, self._digests = folder, terms, digests
        self._free_bytes = free_bytes
        self._file: BinaryIO | None = None
        self._begin = PartBegins("", None)
        self._start(self._begin)

    def begin(self, part: PartBegins) -> None:
        known = (*self._terms.files, *self._terms.fields)
        if part.name not in known:
            raise _refused(part.name, f"there is no such field; there are {', '.join(known)}")
        if part.name in self.received.files or part.name in self.received.fields:
            raise _refused(part.name, "this field is there twice")
        self._start(part)
        if part.name in self._terms.files:
            self._file = (self._folder / part.name).open("xb")

    def add(self, data: bytes) -> bool:
        """Take more of a part in; whether it is time to write."""
        self._size += len(data)
        if self._size > self._limit:
            name = self._begin.name
            raise TooLargeError(f"{name} may have {self._limit} bytes at most", output=name)
        self._waiting += data
        return self._file is not None and len(self._waiting) >= WRITE_BYTES

    def write(self) -> None:
        if self._digests:
            self._digest.update(self._waiting)
        if self._file is not None:
            free_bytes = self._free_bytes()
            if free_bytes is not None and free_bytes < len(self._waiting):
                raise StorageFullError(FULL)
            self._file.write(self._waiting)
            self._waiting = bytearray()

    def end(self) -> None:
        name = self._begin.name
        self.write()
        if self._file is None:
            try:
                self.received.fields[name] = self._waiting.decode()
            except UnicodeDecodeError as error:
                raise _refused(name, "this is not UTF-8") from error
        else:
            self.close()
            shown = shown_name(self._begin.filename, name)
            file = ReceivedFile(self._folder / name, shown, self._size)
            self.received.files[name] = file
        if self._digests:
            self.received.digests[name] = self._digest.hexdigest()

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _start(self, part: PartBegins) -> None:
        self._begin, self._size, self._waiting = part, 0, bytearray()
        self._digest = hashlib.sha256()
        self._limit = self._terms.files.get(part.name, FIELD_BYTES)


def _refused(name: str, message: str) -> ReelmillError:
    return wrong(f"/{shown_name(name, '')}", message)
