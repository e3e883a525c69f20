"""Downloads: they go on where they broke off, and appear under their names when they are whole."""

import hashlib
import os
import re
import shutil
from base64 import b64encode
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import httpx

from reelmill.client import calls
from reelmill.client.effects import Ask, Call, read
from reelmill.client.errors import ApiError, BrokenDownloadError

PARTIAL_CONTENT = 206
DIGEST = "repr-digest"
PLAYLIST = ".m3u8"
_URI = re.compile(r'URI="([^"]*)"')
Received = Callable[[int], object]
"""Is told how many bytes more are here."""


class Draft:
    """A file on its way.

    Args:
        into: where it will be.
    """

    def __init__(self, into: Path) -> None:
        self._into = into
        self._draft = into.with_name(f".{into.name}.{os.getpid()}.part")
        self._etag = self._digest = ""
        self._total: int | None = None

    def headers(self) -> dict[str, str]:
        """What to ask for: the rest, as long as it is still the same (RFC 9110, 13.1.5).

        And what all of it comes to (RFC 9530).
        """
        if not self._etag or not self._draft.exists():
            return {"Want-Repr-Digest": "sha-256=1"}
        return {"Range": f"bytes={self._draft.stat().st_size}-", "If-Range": self._etag}

    @contextmanager
    def part(self, answer: httpx.Response) -> Generator[BinaryIO]:
        """Where the bytes of an answer go."""
        self._etag = answer.headers.get("etag", "")
        goes_on = answer.status_code == PARTIAL_CONTENT
        self._digest = self._digest if goes_on else answer.headers.get(DIGEST, "")
        length = int(answer.headers.get("content-length", "0"))
        had = self._draft.stat().st_size if goes_on else 0
        self._total = had + length
        with self._draft.open("ab" if goes_on else "wb") as file:
            yield file

    def whole(self) -> bool:
        """Whether all that was announced is here, and nothing else; if it is, but wrong, it goes.

        An answer without a digest is held against its length.
        """
        if self._total is None or self._draft.stat().st_size != self._total:
            return False
        if not self._digest:
            return True
        with self._draft.open("rb") as file:
            found = b64encode(hashlib.file_digest(file, "sha256").digest()).decode()
        if f"sha-256=:{found}:" in self._digest:
            return True
        self._draft.unlink()
        return False

    def done(self) -> Path:
        """Give it its name."""
        return self._draft.replace(self._into)

    def drop(self) -> None:
        """Forget what came of it."""
        self._draft.unlink(missing_ok=True)


def file(job_id: str, path: str, into: Path, received: Received) -> Call[Path]:
    """Fetch a file of a job; it appears whole, or not at all.

    Raises:
        ApiError: it is refused.
        BrokenDownloadError: it never came whole.
    """
    draft, tries = Draft(into), 0
    try:
        while tries < calls.MOST_TRIES:
            tries += 1
            refused: ApiError | None = None
            try:
                url = f"/jobs/{job_id}/artifacts/{path}"
                answer: httpx.Response = yield Ask("GET", url, draft.headers(), streamed=True)
                if answer.is_error:
                    refused = ApiError(answer)
                    if not refused.retryable:
                        raise refused
                else:
                    with draft.part(answer) as out:
                        while data := (yield from read()):
                            out.write(data)
                            received(len(data))
                    if draft.whole():
                        return draft.done()
            except httpx.TransportError:
                pass
            yield calls.pause(tries, refused)
    finally:
        draft.drop()
    raise BrokenDownloadError(f"{path} never came whole")


def everything(job_id: str, into: Path, received: Callable[[int, int], object]) -> Call[Path]:
    """Fetch all that a job has made into a new folder, which appears whole, or not at all.

    Raises:
        FileExistsError: there is something already.
        BrokenDownloadError: a file never came whole, or is not one of the job's.
    """
    if into.exists():
        raise FileExistsError(f"{into} is there already")
    made = yield from calls.artifacts(job_id)
    here, of = 0, sum(one.size_bytes for one in made)

    def more(count: int) -> None:
        nonlocal here
        here += count
        received(min(here, of), of)

    folder = into.with_name(f".{into.name}.{os.getpid()}.part")
    try:
        wanted = [one.path for one in made]
        for path in wanted:  # it grows: playlists name more
            place = folder / _inside(path)
            place.parent.mkdir(parents=True, exist_ok=True)
            yield from file(job_id, path, place, more)
            if path.endswith(PLAYLIST):
                named = [str(PurePosixPath(path).parent / uri) for uri in _named(place)]
                wanted += [one for one in dict.fromkeys(named) if one not in wanted]
        folder.replace(into)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return into


def _named(playlist: Path) -> Iterator[str]:
    """What a playlist of HLS is made of (RFC 8216, section 4.3)."""
    for line in playlist.read_text().splitlines():
        if line.startswith("#"):
            yield from _URI.findall(line)
        elif line.strip():
            yield line.strip()


def _inside(path: str) -> PurePosixPath:
    """A path below the job's folder; a service that says otherwise writes nothing here."""
    clean = PurePosixPath(path)
    odd = not clean.parts or ".." in clean.parts or str(clean) != path or "\\" in path
    if clean.is_absolute() or odd:
        raise BrokenDownloadError(f"{path!r} is no file of a job")
    return clean
