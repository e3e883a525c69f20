"""Exit codes, by the codes of errors."""

EXIT_CODES: dict[str, int] = {
    **dict.fromkeys(("invalid_request", "conflict"), 2),
    **dict.fromkeys(("unauthorized", "forbidden", "url_blocked"), 2),
    **dict.fromkeys(("fetch_failed", "fetch_timeout"), 3),
    **dict.fromkeys(("not_found", "input_unreadable", "input_truncated"), 3),
    **dict.fromkeys(("unsupported_media", "media_limit", "too_large"), 3),
    **dict.fromkeys(("command_failed", "output_invalid", "stalled", "timeout"), 4),
    **dict.fromkeys(("resource_exceeded", "sandbox_denied"), 4),
    "storage_full": 5,
    "cancelled": 130,
}
"""Anything else is 1."""

EPILOG = (
    "Exit codes: 0 done, 1 a fault of Reelmill or of this host, 2 the request is wrong, "
    "3 the input is refused, 4 the work failed, 5 the disk is full, "
    "130 stopped by Ctrl-C, 143 by TERM."
)


def exit_code(code: str) -> int:
    """What a command ends with after this error."""
    return EXIT_CODES.get(code, 1)
