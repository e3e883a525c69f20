"""The options of a ladder, shared by `run` and `plan`."""

import json
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

import typer

from reelmill.model.errors import InvalidRequestError

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import JsonValue

    from reelmill.app.ladder import LadderSettings

Rungs = Annotated[
    str,
    typer.Option(
        "--rungs",
        help="Renditions, by their short side: 240p 360p 480p 720p 1080p 1440p 2160p.",
        metavar="NAME,...",
    ),
]
Codec = Annotated[str, typer.Option("--codec", help="Video codec: h264, hevc, av1 or vp9.")]
Preset = Annotated[
    str | None,
    typer.Option("--preset", help="The encoder's preset: medium for x264, 0 to 13 for AV1."),
]
Packaging = Annotated[
    str | None,
    typer.Option(
        "--packaging",
        help="hls (MPEG-TS), hls-fmp4, cmaf (DASH and HLS over one set of fragments), none.",
        metavar="NAME,...",
    ),
]
SegmentSeconds = Annotated[
    str, typer.Option("--segment-seconds", help="Length of segments, and of the key frame grid.")
]
Hdr = Annotated[
    str, typer.Option("--hdr", help="tone_map to SDR, or keep (hevc, av1 and vp9 only).")
]
Language = Annotated[
    str | None, typer.Option("--language", help="Use the audio track in this language (eng, por).")
]
NoQuality = Annotated[
    bool, typer.Option("--no-quality", help="Don't measure PSNR and SSIM of the renditions.")
]


def ladder_settings(
    rungs: str,
    codec: str,
    preset: str | None,
    packaging: str | None,
    segment_seconds: str,
    hdr: str,
    language: str | None,
    *,
    no_quality: bool,
) -> "LadderSettings":
    """The settings that the options mean.

    Raises:
        InvalidRequestError: a rung that there is none of, or a number that is none.
        pydantic.ValidationError: a value outside its range, or two that contradict each other.
    """
    from reelmill.app.ladder import RUNGS, LadderSettings

    names = [name.strip() for name in rungs.split(",") if name.strip()]
    if unknown := [name for name in names if name not in RUNGS]:
        raise InvalidRequestError(f"no rung {unknown[0]!r}; there are {', '.join(RUNGS)}")
    if not names:
        raise InvalidRequestError("no rung is named")
    packages = None
    if packaging is not None:
        packages = [name.strip() for name in packaging.split(",") if name.strip() != "none"]
    try:
        seconds = Fraction(segment_seconds)
    except (ValueError, ZeroDivisionError) as error:
        raise InvalidRequestError(f"not a number of seconds: {segment_seconds!r}") from error
    return LadderSettings.model_validate(
        {
            "rungs": [RUNGS[name] for name in names],
            "codec": codec,
            "preset": preset,
            "packaging": packages,
            "segment_seconds": seconds,
            "hdr": hdr,
            "language": language,
            "quality": not no_quality,
        }
    )


def service_settings(settings: "LadderSettings") -> "dict[str, JsonValue]":
    """The same as the service takes them: rungs by name."""
    names = ("codec", "preset", "packaging", "segment_seconds", "hdr", "language", "quality")
    given = settings.model_dump(mode="json", include={*names}, exclude_none=True)
    return {**given, "rungs": [rung.name for rung in settings.rungs]}


def user_metadata(path: "Path | None", title: str | None) -> "dict[str, JsonValue]":
    """What goes into metadata.json: an object from a file, with a title.

    Raises:
        InvalidRequestError: there is none in the file.
    """
    found: dict[str, JsonValue] = {}
    if path is not None:
        try:
            read: JsonValue = json.loads(path.read_bytes())
        except (OSError, ValueError, RecursionError) as error:
            raise InvalidRequestError(f"{path} cannot be read as JSON: {error}") from error
        if not isinstance(read, dict):
            raise InvalidRequestError(f"{path} holds no JSON object")
        found.update(read)
    return {**found, "title": title} if title is not None else found
