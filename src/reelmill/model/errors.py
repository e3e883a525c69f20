"""Every error of the domain: a stable code, a sentence, and whether trying again can help."""

from typing import ClassVar


class ReelmillError(Exception):
    """Something that is told to the user by its code.

    Attributes:
        code: stable word for programs.
        retryable: whether the same request may succeed later.
        message: one sentence for people.
        output: the output (by name) or field that it is about, if one is.
        detail: last lines of stderr or the like; may be empty.
    """

    code: ClassVar[str] = "internal"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str, *, output: str | None = None, detail: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.output = output
        self.detail = detail


class InternalError(ReelmillError):
    """A fault of Reelmill itself."""

    retryable = True


class InvalidRequestError(ReelmillError):
    """The request contradicts itself or names what does not exist."""

    code = "invalid_request"


class UnauthorizedError(ReelmillError):
    """No key, or one that opens nothing."""

    code = "unauthorized"


class ForbiddenError(ReelmillError):
    """The key is good, but not for this."""

    code = "forbidden"


class NotFoundError(ReelmillError):
    """No such file, job or output."""

    code = "not_found"


class ConflictError(ReelmillError):
    """What is to be made is there already, or is in a state that does not allow it."""

    code = "conflict"


class IdempotencyMismatchError(ReelmillError):
    """Another request was answered under this Idempotency-Key."""

    code = "idempotency_mismatch"


class InProgressError(ConflictError):
    """The same request is being answered at this moment."""

    retryable = True


class TooLargeError(ReelmillError):
    """More bytes than the limit."""

    code = "too_large"


class PathRejectedError(ReelmillError):
    """A path outside the configured roots, or one that is no file's name."""

    code = "path_rejected"


class RateLimitedError(ReelmillError):
    """Too many requests of one key.

    Attributes:
        retry_after_seconds: when the next one is welcome.
    """

    code = "rate_limited"
    retryable = True
    retry_after_seconds: float = 60.0


class QueueFullError(ReelmillError):
    """More jobs wait than this installation takes."""

    code = "queue_full"
    retryable = True


class UnsupportedMediaError(ReelmillError):
    """Readable, but of a kind that this recipe or host does not take."""

    code = "unsupported_media"


class MediaLimitError(ReelmillError):
    """Readable, but outside the configured limits (length, size of picture, streams)."""

    code = "media_limit"


class InputUnreadableError(ReelmillError):
    """Not media, or damaged so that nothing can be read."""

    code = "input_unreadable"


class InputTruncatedError(ReelmillError):
    """Media that ends early or is damaged inside."""

    code = "input_truncated"


class UrlBlockedError(ReelmillError):
    """A URL leads to where this installation asks nobody."""

    code = "url_blocked"


class FetchFailedError(ReelmillError):
    """The other side broke off, or answered with a fault of its own."""

    code = "fetch_failed"
    retryable = True


class FetchRefusedError(FetchFailedError):
    """The other side has nothing there, or not for us: asking again does not help."""

    retryable = False


class FetchTimeoutError(ReelmillError):
    """The other side is silent or too slow."""

    code = "fetch_timeout"
    retryable = True


class WebhookFailedError(ReelmillError):
    """Nobody could be told, after all tries."""

    code = "webhook_failed"
    retryable = True


class CommandFailedError(ReelmillError):
    """FFmpeg said no for a reason that is not the input's and not the host's."""

    code = "command_failed"


class OutputInvalidError(ReelmillError):
    """FFmpeg said yes, but what it wrote is not what was planned."""

    code = "output_invalid"


class StorageFullError(ReelmillError):
    """No room on the disk.

    Attributes:
        needed_bytes: there should be, at least, if that is known.
    """

    code = "storage_full"
    retryable = True
    needed_bytes: int = 0


class WorkerLostError(ReelmillError):
    """The worker died or was silent for too long, again and again."""

    code = "worker_lost"
    retryable = True


class StalledError(ReelmillError):
    """A child made no frames, no bytes and no use of the CPU for too long."""

    code = "stalled"
    retryable = True


class TimeLimitError(ReelmillError):
    """A child ran longer than its time limit."""

    code = "timeout"


class ResourceExceededError(ReelmillError):
    """A child used more memory, CPU or file size than it may."""

    code = "resource_exceeded"


class SandboxDeniedError(ReelmillError):
    """A child tried to touch what it may not."""

    code = "sandbox_denied"


class SandboxUnavailableError(ReelmillError):
    """Children cannot be shut in on this host, or not as well as is demanded."""

    code = "sandbox_unavailable"


class CancelledError(ReelmillError):
    """Somebody asked to stop."""

    code = "cancelled"


class FfmpegUnavailableError(ReelmillError):
    """No FFmpeg that runs on this host."""


def _kinds(kind: type[ReelmillError]) -> list[type[ReelmillError]]:
    return [kind, *(below for sub in kind.__subclasses__() for below in _kinds(sub))]


def error_of_code(code: str, message: str, *, output: str | None, detail: str) -> ReelmillError:
    """The error that a stored code stands for."""
    kind = next((one for one in _kinds(ReelmillError) if one.code == code), InternalError)
    return kind(message, output=output, detail=detail)
