"""How strong the wall around children is on this host."""

from functools import cache

from reelmill.ffmpeg.sandbox import landlock
from reelmill.ffmpeg.sandbox.confine import can_filter
from reelmill.model.errors import SandboxUnavailableError
from reelmill.model.facts import SandboxLevel

ORDER: tuple[SandboxLevel, ...] = ("none", "partial", "strong")


@cache
def sandbox_level() -> SandboxLevel:
    """What the kernel offers, asked once: strong (Landlock and seccomp), partial (seccomp)."""
    if not can_filter():
        return "none"
    return "strong" if landlock.version() else "partial"


def require(found: SandboxLevel, least: SandboxLevel) -> None:
    """Refuse a level below the least that is accepted.

    Raises:
        SandboxUnavailableError: it is.
    """
    if ORDER.index(found) < ORDER.index(least):
        raise SandboxUnavailableError(
            f"the sandbox of this host is {found}, and {least} is the least that is accepted"
            " (the setting `sandbox`): FFmpeg would read strangers' files with all rights of"
            " this process"
        )
