"""Uploads that came in parts, as sources of jobs."""

from pathlib import Path

from reelmill.jobs.submit import upload_key
from reelmill.model.errors import ConflictError, NotFoundError
from reelmill.model.uploads import Upload
from reelmill.web.caller import Caller
from reelmill.web.site import Site


def place_of(site: Site, upload: Upload) -> Path:
    """The file of an upload.

    Raises:
        NotFoundError: it is gone.
    """
    path = site.storage.local_path(upload_key(upload.upload_id))
    if path is None:
        raise NotFoundError("the upload's file is gone")
    return path


async def owned(site: Site, caller: Caller, upload_id: str) -> Upload:
    """A whole upload of the caller's.

    Raises:
        NotFoundError: there is none.
        ConflictError: it is not whole yet.
    """
    upload = await site.uploads.upload(upload_id, caller.scope)
    if not upload.whole:
        raise ConflictError(f"{upload.offset_bytes} of {upload.size_bytes} bytes are here so far")
    return upload
