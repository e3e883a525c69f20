"""Which pictures may be a job's primary thumbnail."""

from reelmill.model.errors import MediaLimitError, TooLargeError, UnsupportedMediaError
from reelmill.model.facts import SourceFacts

CONTAINERS = frozenset(("jpeg_pipe", "png_pipe", "webp_pipe", "image2", "webp"))
MAX_BYTES = 5_000_000
"""The reference's limit, 5 MB (section 4.2)."""
MAX_PIXELS = 8192 * 8192


def check_thumbnail(facts: SourceFacts) -> None:
    """Refuse what is not a JPEG, PNG or WebP picture of a bearable size.

    Raises:
        UnsupportedMediaError: it is something else.
        TooLargeError: it has too many bytes.
        MediaLimitError: it has too many pixels, or so many that nobody counted them.
    """
    if facts.container.split(",")[0] not in CONTAINERS or facts.picture is None:
        message = "a thumbnail is a JPEG, PNG or WebP picture"
        raise UnsupportedMediaError(message, output=facts.source)
    if facts.size_bytes > MAX_BYTES:
        message = f"a thumbnail has at most {MAX_BYTES} bytes"
        raise TooLargeError(message, output=facts.source)
    if not 0 < facts.picture.width * facts.picture.height <= MAX_PIXELS:
        message = f"a thumbnail has at most {MAX_PIXELS} pixels"
        raise MediaLimitError(message, output=facts.source)
