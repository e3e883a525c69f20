"""Uploads in parts, each of which stays: tus 1.0 (tus.io/protocols/resumable-upload)."""

import os
import time
import uuid
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import httpx

from reelmill.client.calls import PREFIX, answered
from reelmill.client.effects import Ask, Call
from reelmill.client.errors import SourceChangedError

LEAST_PART_BYTES, MOST_PART_BYTES = 1 << 20, 16 << 20
"""Sent in one request: what breaks costs no more, and so often is heard how far it is."""
PART_SECONDS = 1.0
"""A part that takes longer is followed by a smaller one."""
TUS = {"Tus-Resumable": "1.0.0"}
OFFSET_MEDIA_TYPE = "application/offset+octet-stream"
Sent = Callable[[int, int], object]
"""Is told how many bytes are with the service, and of how many."""


def nobody(_here: int, _of: int) -> None:
    """Listens to nothing."""


def begin(path: Path) -> Call[str]:
    """Announce a file; the id of its upload. Sent again, it is the same one."""
    text = os.fsencode(path.name).decode(errors="replace")  # names are bytes, not always UTF-8
    name = b64encode(text.encode()).decode()
    size = str(path.stat().st_size)
    headers = {
        **TUS,
        "Upload-Length": size,
        "Upload-Metadata": f"filename {name}",
        "Idempotency-Key": str(uuid.uuid4()),
    }
    answer = yield from answered(Ask("POST", "/uploads", headers))
    place = httpx.URL(answer.headers["Location"]).path.removeprefix(PREFIX)
    return place.rpartition("/")[2]


def go_on(path: Path, upload_id: str, sent: Sent) -> Call[None]:
    """Send what the service has not yet.

    Raises:
        ApiError: the service refuses it.
        SourceChangedError: the file is another one than was announced.
    """
    place = f"/uploads/{upload_id}"
    known = yield from answered(Ask("HEAD", place, TUS))
    at, size = int(known.headers["Upload-Offset"]), int(known.headers["Upload-Length"])
    if size != path.stat().st_size:
        raise SourceChangedError(f"{path} is not as long as it was")
    length = LEAST_PART_BYTES
    with path.open("rb") as file:
        while at < size:
            sent(at, size)
            file.seek(at)
            part = file.read(length)
            if not part:
                raise SourceChangedError(f"{path} has become shorter")
            where = {**TUS, "Upload-Offset": str(at), "Content-Type": OFFSET_MEDIA_TYPE}
            began = time.monotonic()
            answer = yield from answered(Ask("PATCH", place, where, part), accepted=409)
            if answer.is_error:  # it came, but we did not hear of it
                answer = yield from answered(Ask("HEAD", place, TUS))
            at = int(answer.headers["Upload-Offset"])
            quick = time.monotonic() - began < PART_SECONDS
            length = min(length * 2, MOST_PART_BYTES) if quick else length // 2
            length = max(length, LEAST_PART_BYTES)
    sent(size, size)


def give_up(upload_id: str) -> Call[None]:
    """Remove what came of it."""
    yield from answered(Ask("DELETE", f"/uploads/{upload_id}", TUS), accepted=404)
