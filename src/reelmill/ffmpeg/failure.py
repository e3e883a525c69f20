"""What an exit code of FFmpeg means. Only its number and its log are looked at, never guessed."""

from reelmill.ffmpeg.child import Finished
from reelmill.model.errors import (
    CommandFailedError,
    InputTruncatedError,
    InputUnreadableError,
    ReelmillError,
    ResourceExceededError,
    SandboxDeniedError,
    SandboxUnavailableError,
    StorageFullError,
)

MEANINGS: dict[int, tuple[type[ReelmillError], str]] = {
    # 256 minus errno, or the first byte of FFmpeg's own tags (FFmpeg, libavutil/error.h)
    126: (SandboxUnavailableError, "the sandbox could not be put up"),  # by our launcher
    69: (InputTruncatedError, "too much of the input could not be decoded"),
    183: (InputUnreadableError, "the input has invalid data"),
    228: (StorageFullError, "no room left on the disk"),
    229: (ResourceExceededError, "an output grew past its limit"),
    243: (SandboxDeniedError, "something was touched that may not be"),
    244: (ResourceExceededError, "not enough memory"),
    251: (InputUnreadableError, "an input or output error"),
}
FOREIGN_TEXT = "Invalid UTF-8 in decoded subtitles"
"""FFmpeg, libavcodec/decode.c: a code page of old, which nothing names."""

NOTHING = ("No filtered frames for output stream", "its streams received no packets")
"""FFmpeg, fftools/ffmpeg_filter.c and ffmpeg_mux.c: a stream ended before it began."""


def made_nothing(finished: Finished) -> bool:
    """Whether a stream of an output got no frames at all, however the child ended."""
    return any(word in line for line in finished.log for word in NOTHING)


def error_of(finished: Finished) -> ReelmillError | None:
    """The error that an ended child means; None if it ended well."""
    detail = "\n".join(finished.log[-12:])
    if finished.no_space:
        return StorageFullError("no room left on the disk", detail=detail)
    if finished.exit_code == 0:
        return None
    if any(FOREIGN_TEXT in line for line in finished.log):
        return InputUnreadableError("the subtitles are no UTF-8: save them as that", detail=detail)
    if finished.exit_code in MEANINGS:
        kind, message = MEANINGS[finished.exit_code]
        return kind(message, detail=detail)
    if finished.exit_code > 128 and finished.exit_code < 160:
        return CommandFailedError(f"ended by signal {finished.exit_code - 128}", detail=detail)
    # The first complaint is the reason, those after it are what came of it.
    first = next((line for line in finished.log if "[error]" in line), "no reason given")
    reason = first.rpartition("[error]")[2].strip(" :")
    return CommandFailedError(f"FFmpeg ended with {finished.exit_code}: {reason}", detail=detail)
