"""Files of jobs, whole or in part. Nothing that has no row in the store is ever served."""

import hashlib
import os
import stat
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path, PurePosixPath
from urllib.parse import quote

import anyio
from anyio import to_thread
from fastapi import Request
from fastapi.responses import Response
from starlette.types import Receive, Scope, Send

from reelmill.model.errors import NotFoundError
from reelmill.web.ranges import Span, UnsatisfiableRangeError, matches, wanted
from reelmill.web.site import Site

CHUNK_BYTES = 256 << 10
MEDIA_TYPES = {
    ".m3u8": "application/vnd.apple.mpegurl",
    ".mpd": "application/dash+xml",
    ".ts": "video/mp2t",
    ".m4s": "video/iso.segment",
    ".mp4": "video/mp4",
    ".mp3": "audio/mpeg",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".txt": "text/plain; charset=utf-8",
    ".srt": "application/x-subrip",
    ".vtt": "text/vtt; charset=utf-8",
}
_PATH = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-/")


def media_type(path: str) -> str:
    """By the extension; the names are our own."""
    return MEDIA_TYPES.get(PurePosixPath(path).suffix, "application/octet-stream")


@dataclass(frozen=True)
class OpenFile:
    """A file that stays what it is while it is sent, whatever happens to its name."""

    descriptor: int
    size: int
    etag: str
    modified: float


async def serve(
    site: Site,
    request: Request,
    job_id: str,
    path: str,
    headers: Mapping[str, str],
    *,
    digest: bool = False,
) -> Response:
    """An artifact of a job, or a segment of one, as the request wants it.

    Args:
        site: where it is.
        request: GET or HEAD, perhaps with Range, If-Range or If-None-Match.
        job_id: whose it is; that the caller may see it was checked before.
        path: below the job's folder.
        headers: for the answer.
        digest: whether to say what the whole file comes to (RFC 9530), which costs a reading.

    Raises:
        NotFoundError: nothing that anybody may see.
    """
    clean = PurePosixPath(path)
    plain = str(clean) == path and not set(path) - _PATH and ".." not in clean.parts
    if not plain or await site.jobs.artifact_at(job_id, path) is None:
        raise NotFoundError("there is no such artifact")
    file = await to_thread.run_sync(_open, site, f"processed/{job_id}/{path}")
    told = {
        "ETag": file.etag,
        "Last-Modified": formatdate(file.modified, usegmt=True),
        "Accept-Ranges": "bytes",
        "Content-Type": media_type(path),
        **headers,
    }
    if matches(request.headers.get("if-none-match", ""), file.etag):
        os.close(file.descriptor)
        return Response(status_code=304, headers=told)
    condition = request.headers.get("if-range")
    whole = condition is not None and condition not in (file.etag, told["Last-Modified"])
    try:
        span = None if whole else wanted(request.headers.get("range"), file.size)
    except UnsatisfiableRangeError:
        os.close(file.descriptor)
        return Response(status_code=416, headers={"Content-Range": f"bytes */{file.size}"})
    if digest and request.method == "GET":
        try:
            told["Repr-Digest"] = await to_thread.run_sync(_digest, file.descriptor)
        except BaseException:
            os.close(file.descriptor)
            raise
    return FileAnswer(file, span, told)


class FileAnswer(Response):
    """A file, or a part of it. It closes what it was given."""

    def __init__(self, file: OpenFile, span: Span | None, headers: Mapping[str, str]) -> None:
        part = span or Span(0, file.size)
        super().__init__(status_code=206 if span else 200, headers=dict(headers))
        self._file, self._part = file, part
        self.headers["Content-Length"] = str(part.end - part.start)
        if span:
            self.headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{file.size}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, until the client goes away."""
        descriptor = self._file.descriptor
        try:
            async with anyio.create_task_group() as group:
                group.start_soon(_watch, receive, group.cancel_scope)
                await self._send(send, body=scope["method"] != "HEAD")
                group.cancel_scope.cancel()
        finally:
            with anyio.CancelScope(shield=True):
                await to_thread.run_sync(os.close, descriptor)

    async def _send(self, send: Send, *, body: bool) -> None:
        begin = {"type": "http.response.start", "status": self.status_code}
        await send({**begin, "headers": self.raw_headers})
        at, end = self._part.start, self._part.end if body else 0
        while at < end:
            length = min(CHUNK_BYTES, end - at)
            data = await to_thread.run_sync(os.pread, self._file.descriptor, length, at)
            if not data:
                raise EOFError("a file became shorter while it was sent")
            at += len(data)
            await send({"type": "http.response.body", "body": data, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def _digest(descriptor: int) -> str:
    with os.fdopen(os.dup(descriptor), "rb") as file:  # its place does not matter: sent by pread
        return f"sha-256=:{b64encode(hashlib.file_digest(file, 'sha256').digest()).decode()}:"


async def _watch(receive: Receive, scope: anyio.CancelScope) -> None:
    """Servers swallow what is sent to a client that is gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()


def attachment(path: str) -> str:
    """Content-Disposition of a download."""
    return f"attachment; filename*=UTF-8''{quote(PurePosixPath(path).name)}"


def _open(site: Site, key: str) -> OpenFile:
    path: Path | None = site.storage.local_path(key)
    if path is None:
        raise NotFoundError("there is no such artifact")
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise NotFoundError("there is no such artifact") from error
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise NotFoundError("there is no such artifact")
    etag = f'"{status.st_mtime_ns:x}-{status.st_size:x}"'
    return OpenFile(descriptor, status.st_size, etag, status.st_mtime)
