"""Which sources are taken at all, whatever is to be made of them."""

from fractions import Fraction

from reelmill.model.errors import (
    InputTruncatedError,
    InputUnreadableError,
    MediaLimitError,
    ReelmillError,
    TooLargeError,
    UnsupportedMediaError,
)
from reelmill.model.facts import SourceFacts
from reelmill.model.value import Rational, Value


class SourceLimits(Value):
    """What a source may be. The defaults are the reference's (section 3.1)."""

    containers: tuple[str, ...] = (
        *("mov", "mp4", "avi", "matroska", "webm", "flv", "asf"),
        *("mpegts", "mpeg", "h264", "hevc"),
    )
    """FFmpeg demuxers of a ladder's sources: mp4 avi mov mkv flv wmv webm, and transport, program
    and raw streams."""
    min_duration_seconds: Rational = Fraction(1)
    """Of a ladder's source, as the sides below."""
    max_duration_seconds: Rational = Fraction(24 * 3600)
    min_short_side: int = 360
    min_long_side: int = 640
    max_size_bytes: int = 20 * 10**9
    max_streams: int = 64
    max_pixels: int = 8192 * 8192
    damaged_is_fine: bool = False
    """Whether a source that ends early is done as far as it goes, with a warning."""


def problems(facts: SourceFacts, limits: SourceLimits) -> list[ReelmillError]:
    """Everything that is wrong with a source for any recipe, the gravest first."""
    found: list[ReelmillError] = []
    subtitles = any(one.kind == "subtitle" for one in facts.streams)
    if facts.picture is None and facts.sound is None and not subtitles:
        kind = facts.container.removesuffix("_pipe")
        undecodable = [
            kind if s.codec == "unknown" else s.codec for s in facts.streams if not s.decodable
        ]
        if undecodable:
            found.append(UnsupportedMediaError(f"no decoder for {', '.join(undecodable)}"))
        else:
            found.append(InputUnreadableError("there is neither picture nor sound in it"))
    if facts.size_bytes > limits.max_size_bytes:
        found.append(TooLargeError(f"{facts.size_bytes} bytes; at most {limits.max_size_bytes}"))
    if len(facts.streams) > limits.max_streams:
        count = len(facts.streams)
        found.append(MediaLimitError(f"{count} streams; at most {limits.max_streams}"))
    length, most = facts.duration_seconds, limits.max_duration_seconds
    if length is not None and length > most:
        found.append(MediaLimitError(f"{float(length):.0f} s long; at most {float(most):g} s"))
    found += _picture(facts, limits)
    if facts.missing_seconds is not None and not limits.damaged_is_fine:
        seconds = float(facts.missing_seconds)
        missing = f"{seconds:.1f} s of what its header promises" if seconds else "its end"
        found.append(InputTruncatedError(f"the file lacks {missing}"))
    return found


def _picture(facts: SourceFacts, limits: SourceLimits) -> list[ReelmillError]:
    picture = facts.picture
    if picture is None:
        return []
    found: list[ReelmillError] = []
    if picture.width * picture.height > limits.max_pixels:
        size = f"{picture.long_side}x{picture.short_side}"
        found.append(MediaLimitError(f"the picture is {size}; at most {limits.max_pixels} pixels"))
    if picture.codec == "webp" and (picture.frame_count or 1) > 1:
        found.append(UnsupportedMediaError("an animated WebP is not decoded; a GIF is"))
    if facts.container == "ico":
        found.append(UnsupportedMediaError("an icon is several pictures: save one of them as PNG"))
    if picture.dolby_vision_profile == 5:
        found.append(
            UnsupportedMediaError("Dolby Vision profile 5 has no base layer that others can show")
        )
    return found
