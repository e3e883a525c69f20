"""The words of tus 1.0 (tus.io/protocols/resumable-upload): headers read, and headers said."""

import re
from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from dataclasses import dataclass
from email.utils import format_datetime

from fastapi import Request

from reelmill.model.errors import InvalidRequestError, TooLargeError
from reelmill.model.uploads import Upload
from reelmill.web.fields import wrong

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,checksum,termination"
ALGORITHMS = ("sha1", "sha256", "sha512", "md5")
MEDIA_TYPE = "application/offset+octet-stream"
CHECKSUM_MISMATCH = 460
METADATA_BYTES = 8192

_NUMBER = re.compile(r"\d{1,19}")
_NAME = re.compile(r"[\x21-\x2b\x2d-\x7e]{1,255}")


@dataclass(frozen=True)
class Checksum:
    """What a part of a file is to hash to."""

    algorithm: str
    digest: bytes


def size_of(request: Request, most_bytes: int) -> int:
    """Upload-Length.

    Raises:
        InvalidRequestError: there is none.
        TooLargeError: it is more than a file may have.
    """
    text = request.headers.get("upload-length", "")
    if not _NUMBER.fullmatch(text):
        raise InvalidRequestError("Upload-Length says how many bytes the whole file has")
    if int(text) > most_bytes:
        raise TooLargeError(f"a file may have {most_bytes} bytes at most")
    return int(text)


def offset_of(request: Request) -> int:
    """Upload-Offset.

    Raises:
        InvalidRequestError: there is none.
    """
    text = request.headers.get("upload-offset", "")
    if not _NUMBER.fullmatch(text):
        raise InvalidRequestError("Upload-Offset says where the bytes belong")
    return int(text)


def metadata_of(request: Request) -> dict[str, str]:
    """Upload-Metadata: names, each with a value in base64, or without one.

    Raises:
        InvalidFieldsError: it is none.
    """
    text = request.headers.get("upload-metadata", "").strip()
    if len(text) > METADATA_BYTES:
        raise wrong("/Upload-Metadata", f"metadata has {METADATA_BYTES} bytes at most")
    found: dict[str, str] = {}
    for pair in text.split(",") if text else []:
        name, _, value = pair.strip().partition(" ")
        if not _NAME.fullmatch(name) or name in found:
            raise wrong("/Upload-Metadata", "names are ASCII without spaces, and there once")
        try:
            found[name] = b64decode(value.strip(), validate=True).decode()
        except (NoBase64, ValueError) as error:
            raise wrong("/Upload-Metadata", f"{name} is not UTF-8 in base64") from error
    return found


def checksum_of(request: Request) -> Checksum | None:
    """Upload-Checksum; None: nothing is to be checked.

    Raises:
        InvalidRequestError: an algorithm that is not known, or no digest.
    """
    text = request.headers.get("upload-checksum")
    if text is None:
        return None
    algorithm, _, digest = text.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        raise InvalidRequestError(f"Upload-Checksum: {', '.join(ALGORITHMS)} are known")
    try:
        return Checksum(algorithm, b64decode(digest.strip(), validate=True))
    except NoBase64 as error:
        raise InvalidRequestError("Upload-Checksum is no base64") from error


def headers_of(upload: Upload) -> dict[str, str]:
    """What every answer about an upload says."""
    return {
        "Upload-Offset": str(upload.offset_bytes),
        "Upload-Expires": format_datetime(upload.expires_at, usegmt=True),
    }


def described(upload: Upload) -> dict[str, str]:
    """What a look at it says besides."""
    pairs = (
        f"{name} {b64encode(v.encode()).decode()}".strip() for name, v in upload.metadata.items()
    )
    metadata = ",".join(pairs)
    said = {"Upload-Length": str(upload.size_bytes), "Cache-Control": "no-store"}
    return {**said, **({"Upload-Metadata": metadata} if metadata else {})}
