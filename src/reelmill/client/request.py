"""What is said about a new job."""

import uuid
from collections.abc import Iterable, Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from reelmill.client import calls, upload
from reelmill.client.effects import Call
from reelmill.client.job import Job

URLS = ("http://", "https://")
UPLOAD = "upload:"


def submission(
    source: str | PathLike[str],
    *,
    thumbnail: str | PathLike[str] | None,
    metadata: Mapping[str, Any] | None,
    settings: Mapping[str, Any] | None,
    priority: int | str,
    idempotency_key: str | None,
    on_sent: upload.Sent,
) -> Call[Job]:
    """A job of a URL, or of a file of this machine, which is uploaded.

    The same `idempotency_key` makes the same job; for a file, as long as it is the same upload.
    """
    key = idempotency_key or str(uuid.uuid4())
    options = {"metadata": metadata, "settings": settings, "priority": priority}
    text = str(source)
    if text.startswith(URLS):
        picture = None if thumbnail is None else str(thumbnail)
        about = {"url": text, "thumbnail_url": picture, **options}
        return (yield from calls.make("/url", about, key))
    body: dict[str, object] = {**options}
    if thumbnail is not None:
        body["thumbnail_upload_id"] = yield from sent(Path(thumbnail), None, upload.nobody)
    body["upload_id"] = yield from sent(Path(source), None, on_sent)
    return (yield from calls.make("", body, key))


def conversion(
    source: str | PathLike[str] | Mapping[str, Any],
    output: str | Mapping[str, Any] | None,
    operations: Iterable[Mapping[str, Any]],
    options: Mapping[str, Any],
    *,
    idempotency_key: str | None,
    on_sent: upload.Sent,
) -> Call[Job]:
    """A job that converts something; a file of this machine is uploaded."""
    given: object = source
    if not isinstance(source, Mapping) and not str(source).startswith((*URLS, UPLOAD)):
        given = UPLOAD + (yield from sent(Path(source), None, on_sent))
    elif not isinstance(source, Mapping):
        given = str(source)
    body = {"input": given, "output": output, "operations": [*operations], **calls.said(options)}
    key = idempotency_key or str(uuid.uuid4())
    answer = yield from calls.post("/convert", body, key)
    return (yield from calls.job(answer.json()["job"]["id"]))


def sent(path: Path, upload_id: str | None, on_sent: upload.Sent) -> Call[str]:
    """Bring a file to the service, whole; the id of its upload."""
    if upload_id is None:
        upload_id = yield from upload.begin(path)
    yield from upload.go_on(path, upload_id, on_sent)
    return upload_id
