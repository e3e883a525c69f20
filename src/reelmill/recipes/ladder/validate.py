"""Whether a source may enter the ladder, and what the ladder can make of it."""

from pathlib import PurePath

from pydantic import JsonValue

from reelmill.model.errors import (
    InputTruncatedError,
    MediaLimitError,
    ReelmillError,
    UnsupportedMediaError,
)
from reelmill.model.facts import SourceFacts, VideoStream
from reelmill.recipes import sources
from reelmill.recipes.ladder.settings import LadderSettings, Rung
from reelmill.recipes.sources import SourceLimits


def check(facts: SourceFacts, limits: SourceLimits) -> None:
    """Refuse what the ladder does not take.

    Raises:
        UnsupportedMediaError: the container, the codec, or Dolby Vision without a base layer.
        InputUnreadableError: no picture and no sound in it.
        TooLargeError: more bytes than the limit.
        MediaLimitError: too short, too long, too small, too many streams.
        InputTruncatedError: less in the file than its header promises.
    """
    for problem in problems(facts, limits):
        raise problem


def problems(facts: SourceFacts, limits: SourceLimits) -> list[ReelmillError]:
    """Everything that is wrong with a source for this recipe, the gravest first."""
    found: list[ReelmillError] = []
    if not set(facts.container.split(",")) & set(limits.containers):
        found.append(UnsupportedMediaError(f"{facts.container} is not taken by this recipe"))
    found += [*sources.problems(facts, limits), *_too_little(facts, limits)]
    return sorted(found, key=lambda one: isinstance(one, InputTruncatedError))


def _too_little(facts: SourceFacts, limits: SourceLimits) -> list[ReelmillError]:
    found: list[ReelmillError] = []
    length, picture = facts.duration_seconds, facts.picture
    if length is not None and length < limits.min_duration_seconds:
        least = float(limits.min_duration_seconds)
        found.append(MediaLimitError(f"{float(length):.2f} s long; at least {least:g} s"))
    if picture is not None and (
        picture.short_side < limits.min_short_side or picture.long_side < limits.min_long_side
    ):
        size = f"{picture.long_side}x{picture.short_side}"
        least = f"{limits.min_long_side}x{limits.min_short_side}"
        found.append(MediaLimitError(f"the picture is {size}; at least {least}"))
    return found


def takes(rung: Rung, picture: VideoStream | None) -> bool:
    """Whether a source gets a rung: large enough on both sides, as nothing is scaled up."""
    return (
        picture is not None
        and picture.short_side >= rung.short_side
        and picture.long_side >= rung.long_side
    )


def validation(
    facts: SourceFacts, limits: SourceLimits, settings: LadderSettings
) -> dict[str, JsonValue]:
    """The reference's answer to validation (section 3.1)."""
    picture, sound = facts.picture, facts.sound
    options: dict[str, JsonValue] = {
        f"can_{rung.name}": takes(rung, picture) for rung in settings.rungs
    }
    found = problems(facts, limits)
    answer: dict[str, JsonValue] = {
        "valid": not found,
        "video_info": video_info(facts),
        "transcoding_options": {**options, "can_extract_audio": sound is not None},
    }
    if found:
        answer["problems"] = [{"code": one.code, "message": one.message} for one in found]
    return answer


def video_info(facts: SourceFacts, filename: str = "") -> dict[str, JsonValue]:
    """A source in the words of the reference."""
    picture, sound = facts.picture, facts.sound
    rate = picture.nominal_rate if picture is not None else None
    length = facts.duration_seconds
    return {
        "format": original_suffix(facts.container, filename)[1:],
        "codec": picture.codec if picture is not None else None,
        "resolution": resolution(picture) if picture is not None else None,
        "duration": round(float(length), 3) if length is not None else None,
        "bitrate": facts.bit_rate,
        "fps": as_number(float(rate)) if rate is not None else None,
        "audio_codec": sound.codec if sound is not None else None,
        "file_size_mb": round(facts.size_bytes / 10**6, 2),
    }


def resolution(picture: VideoStream) -> str:
    """The displayed size, as `1920x1080`."""
    return f"{round(picture.display_width)}x{round(picture.display_height)}"


def as_number(value: float) -> int | float:
    """30 for 30.0, 29.97 for 29.97002997."""
    return int(value) if value == int(value) else round(value, 3)


def short_name(container: str) -> str:
    """One usual word for FFmpeg's list of names."""
    names = container.split(",")
    if "mp4" in names:
        return "mp4"
    return {"matroska": "mkv", "asf": "wmv"}.get(names[0], names[0])


SUFFIXES: dict[str, tuple[str, ...]] = {
    "mp4": (".mp4", ".mov", ".m4v", ".m4a", ".3gp", ".3g2"),
    "mkv": (".mkv", ".webm"),
    "avi": (".avi",),
    "flv": (".flv",),
    "wmv": (".wmv", ".asf"),
    "mpegts": (".ts", ".m2ts", ".mts"),
    "mpeg": (".mpg", ".mpeg", ".vob"),
    "h264": (".h264", ".264"),
    "hevc": (".hevc", ".265"),
}


def original_suffix(container: str, filename: str) -> str:
    """The true extension of a source: its own where that fits what it is, else the usual one."""
    fitting = SUFFIXES.get(short_name(container), (".bin",))
    own = PurePath(filename).suffix.lower()
    return own if own in fitting else fitting[0]
