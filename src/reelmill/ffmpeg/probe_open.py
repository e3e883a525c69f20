"""Opening a file of strangers: by descriptor, never by name, and nothing that points elsewhere."""

import os
import re
from collections.abc import Generator
from contextlib import contextmanager

import av
import av.error
from av.container import InputContainer

from reelmill.model.errors import (
    InputUnreadableError,
    ResourceExceededError,
    UnsupportedMediaError,
)

_INDIRECT = {
    *("hls", "dash", "webm_dash_manifest", "imf", "concat", "sdp", "rtsp", "rtp", "sap"),
    *("image2", "avisynth", "vapoursynth", "lavfi"),
}
"""Demuxers that open other files or hosts, or whose input is not the file's bytes."""

_PLAYLIST = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:"
    rb"(?P<HLS>#EXTM3U)|(?P<concat>ffconcat version)|(?P<SDP>v=0\r?\n)|"
    rb"(?:<\?xml[^>]*\?>|<!--.*?-->|\s)*(?:(?P<DASH><MPD\b)|(?P<IMF><CompositionPlaylist\b)))",
    re.DOTALL,
)

MOST_PIXELS = 8192 * 8192
"""A picture with more is not decoded, and has no size unless its container tells: a PNG of some
kilobytes can hold any number."""
_ALLOWED = ",".join(sorted(av.formats_available - _INDIRECT))


@contextmanager
def open_media(descriptor: int) -> Generator[InputContainer]:
    """An open file as a PyAV container, which is closed on leaving.

    FFmpeg reads the descriptor (protocol `fd`), the only protocol it is given. So a name has no
    meaning (protocols, patterns, extensions), and what a file refers to cannot be opened.

    Raises:
        UnsupportedMediaError: a playlist, a kind that is not taken.
        InputUnreadableError: empty, not media, or damaged so that nothing can be read; also for
            FFmpeg errors inside the block.
        ResourceExceededError: there is not enough memory for it.
    """
    head = os.pread(descriptor, 4096, 0)
    if not head:
        raise InputUnreadableError("The file is empty.")
    if playlist := _PLAYLIST.match(head):
        raise UnsupportedMediaError(
            f"The file is a playlist ({playlist.lastgroup}) that points to other files."
        )
    os.lseek(descriptor, 0, os.SEEK_SET)
    with _translated(), _open_container(descriptor) as container:
        yield container


def _open_container(descriptor: int) -> InputContainer:
    return av.open(
        "fd:",
        "r",
        # For FFmpeg's look at the first packets; starting threads costs more than they give.
        options={"threads": "1", "max_pixels": str(MOST_PIXELS)},
        container_options={
            "fd": str(descriptor),
            "protocol_whitelist": "fd",
            "format_whitelist": _ALLOWED,
            # As FFmpeg's command does: a programme may get its sound later on (mpegts.c).
            "scan_all_pmts": "1",
        },
        metadata_errors="replace",
    )


@contextmanager
def _translated() -> Generator[None]:
    try:
        yield
    except (av.error.PermissionError, av.error.ArgumentError) as error:
        raise UnsupportedMediaError(
            "The file is of a kind that is not taken.", detail=str(error)
        ) from error
    except MemoryError as error:
        raise ResourceExceededError("The file takes more memory than it may.") from error
    except av.error.FFmpegError as error:
        raise InputUnreadableError(
            f"The file cannot be read as media: {(error.strerror or 'unknown error').lower()}.",
            detail=str(error),
        ) from error
